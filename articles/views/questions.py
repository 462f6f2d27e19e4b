from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.finding.question_page import head_of, keys_of_page, parts_of_page
from articles.models import Article, DraftLink, Tag
from articles.models.page_keys import ALL_QUESTIONS, keys_of_cards, own_page_key
from articles.text.addresses import path_of
from healthqa.page_cache import keep_page, show_keys
from healthqa.sessions import is_let_in

from .errors import gone
from .list_data import collection_data, home_data
from .pages import Head, render_page
from .paging import PARAMETERS, list_page
from .question_row import find_question
from .structured_data import baidu_times, json_ld, question_graph

NEWEST, MOST_LIKED, POPULAR_TAGS = 12, 8, 24
# How each search engine names the code by which it sees whose site it is.
CODE_NAMES = {
    "baidu": "baidu-site-verification",
    "sogou": "sogou_site_verification",
    "360": "360-site-verification",
    "bing": "msvalidate.01",
    "google": "google-site-verification",
}


@keep_page()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    questions = Article.objects.published().for_cards()
    newest = list(questions.newest().with_department()[:NEWEST])
    context = {
        "newest": newest,
        "structured_data": home_data(newest),
        "most_liked": questions.filter(like_count__gt=0).most_liked()[:MOST_LIKED],
        "departments": Tag.objects.filter(kind=Tag.Kind.DEPARTMENT).in_use(),
        "popular_tags": Tag.objects.popular()[:POPULAR_TAGS],
        "codes": [(CODE_NAMES[engine], code) for engine, code in settings.VERIFICATION_CODES.items()],
    }
    description = f"{settings.SITE_NAME}：医生回答的健康问题，注明职称、医院和审核时间，按科室、疾病和症状查找。"
    head = Head(title=f"{settings.SITE_NAME} - 医生回答的健康问题", description=description, path="/")
    return render_page(request, "articles/home.html", context, head=head)


def questions_at(at: datetime) -> QuerySet[Article]:
    return Article.objects.published(at).newest()


@keep_page(*PARAMETERS)
@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    page = list_page(questions_at, request, path_of("articles:list"))
    show_keys(request, [ALL_QUESTIONS, *keys_of_cards(page.articles)])
    head = Head(
        title=f"全部问题{page.title_suffix}",
        description=f"{settings.SITE_NAME}上医生回答过的全部健康问题，最新的在前{page.title_suffix}。",
        path=page.canonical,
        index=page.number > 0,  # what is behind the numbered pages is found through the sitemaps
    )
    context = {"page": page, "structured_data": collection_data(head, "全部问题", page.articles)}
    return render_page(request, "articles/list.html", context, head=head)


@keep_page()
@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """The question: public to everyone, gone with a reason when withdrawn, a preview for editors else."""
    article = find_question(pk)
    if article is None:
        raise Http404("没有这个问题")
    if article.is_public:
        return render_question(request, article)
    if article.is_withdrawn:
        return gone(request, article)
    if may_preview(request):
        return render_question(request, article, preview=True)
    raise Http404("这个问题还没有发布")


def may_preview(request: HttpRequest) -> bool:
    """Tell whether an editor asks. Without a session cookie nobody is looked up, and the answer does not vary."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return is_let_in(request) and request.user.has_perm("articles.view_article")


def render_question(
    request: HttpRequest, article: Article, preview: bool = False, link: DraftLink | None = None
) -> HttpResponse:
    """Return the page of a question; `link` is the DraftLink that a preview is shown through, if any."""
    shown = parts_of_page(article)
    show_keys(request, [own_page_key(article.pk), *keys_of_page(article, shown["related"])])
    head = head_of(article, index=not preview)
    context = {
        **shown,
        "preview": preview,
        "link": link,
        "footer_pages": article.footer_pages,
    }
    if article.published_at:
        graph = question_graph(article, [*shown["crumbs"], (article.title, article.get_absolute_url())])
        # Of an excerpt only the day is known, and Baidu's block wants the second.
        times = [] if article.is_excerpt else [json_ld(baidu_times(article))]
        context["structured_data"] = [json_ld(graph), *times]
    return render_page(request, "articles/question.html", context, head=head, private=preview)
