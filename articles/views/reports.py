from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.finding.red_flags import card_for
from articles.models import Article, RedFlag

from . import limits
from .errors import forbidden, gone
from .likes import SeeOther
from .pages import Head, render_page
from .report_form import TRAP, UNHELPFUL, Refused, ReportForm, read_ticket, receive, ticket


@csrf_exempt  # protected by where the request comes from, as the like is: limits.is_same_origin
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """内容有误？告诉我们: GET shows the form, or with ?sent that the report has arrived; POST sends it."""
    article = Article.objects.filter(pk=pk).first()
    if article is not None and article.is_withdrawn:
        return gone(request, article)
    if article is None or not article.is_public:
        raise Http404("没有这个问题")
    if request.method != "POST":
        return show(request, article, ReportForm(), is_sent="sent" in request.GET)
    if not limits.is_same_origin(request):
        return forbidden(request)
    return take(request, article, ReportForm(request.POST))


def take(request: HttpRequest, article: Article, form: ReportForm) -> HttpResponse:
    """Store the report and lead to the thanks; else show the form again with the reader's text and the reason.

    Nobody answers here, so whoever tells of danger sees whom to call, whatever becomes of the report.
    """
    card = card_for(form.written, RedFlag.objects.all())
    answer = partial(show, request, article, form, flagged=card)
    if not form.is_valid():
        return answer(status=400)
    try:
        receive(request, article, form)
    except Refused as refusal:
        return answer(status=400, problem=str(refusal))
    except limits.TooMany as limit:
        problem = "您今天报告得太多或太快了。您写的内容还在，请过一会儿再提交。"
        response = answer(status=429, problem=problem)
        response["Retry-After"] = str(limit.seconds)
        return response
    if card:  # no redirect: it would have to say in the address what the card is about
        return answer(is_sent=True)
    return SeeOther(f"{article.report_path}?sent")


def show(request: HttpRequest, article: Article, form: ReportForm, status: int = 200, **context: Any) -> HttpResponse:
    """Return the page of the form; with ?unhelpful, of who has said that the answer does not help."""
    context |= {"article": article, "form": form, "trap": TRAP, "ticket": request.POST.get("ticket", "")}
    context |= {"unhelpful": "unhelpful" in request.GET}
    context["reasons"] = form.reasons_first(*UNHELPFUL) if context["unhelpful"] else form.fields["reason"].choices
    if read_ticket(article, context["ticket"])[0] is None:
        context["ticket"] = ticket(article)
    head = Head(title=f"内容有误：{article.title}", description="", path=request.path, index=False, has_address=False)
    return render_page(request, "articles/report.html", context, head=head, status=status, private=True)
