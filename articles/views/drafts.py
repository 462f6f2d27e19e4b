from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.models import DraftLink
from articles.workflow.unseen import draft_of, withdrawn_since

from . import limits
from .errors import forbidden
from .pages import Head, render_page
from .question_row import find_question
from .questions import render_question

# The address is a secret: it is kept nowhere, found by nobody, and told to no other site.
SECRET = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow, noarchive"}
SECRET["Referrer-Policy"] = "no-referrer"


@csrf_exempt  # protected by where the request comes from, so that the page needs no cookie: limits.is_same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, pk: int, signature: str) -> HttpResponse:
    """The draft that a link leads to; its public page, once that is all there is to it. POST counts an opening."""
    link = DraftLink.objects.signed(pk, signature)
    if link is None or not link.is_open:
        response = closed(request, known=link is not None)
    elif request.method == "POST":
        response = count_opening(request, link)
    else:
        article = find_question(link.article_id)
        # Who was asked to read a draft is not shown what has been withdrawn since, but why.
        shown = None if withdrawn_since(article, link.made_at) else draft_of(article)
        response = render_question(request, shown, preview=True, link=link) if shown else redirect(article)
    for name, value in SECRET.items():
        response[name] = value
    return response


def count_opening(request: HttpRequest, link: DraftLink) -> HttpResponse:
    """Count an opening, told by the page's script: a GET writes nothing, and programs that look ahead read nothing."""
    if not limits.is_same_origin(request):
        return forbidden(request)
    link.count_opening()
    return HttpResponse(status=204)


def closed(request: HttpRequest, known: bool) -> HttpResponse:
    """One page for links that have ended and that never were."""
    head = Head(title="这个链接打不开了", description="", path=request.path, index=False, has_address=False)
    return render_page(request, "errors/draft.html", head=head, status=410 if known else 404, private=True)
