from django.urls import register_converter

from .views import (
    crawlers,
    doctors,
    drafts,
    feeds,
    health,
    helped,
    likes,
    media,
    metrics,
    pages,
    questions,
    reports,
    search,
    tags,
    verification,
)
from .views.sitemaps import address

LISTS = "what it holds is found through the lists"
NO_PAGE = "no page"

register_converter(verification.FileConverter, "root_file")

app_name = "articles"
urlpatterns = [
    # First: it is what most readers ask for.
    address("articles/<int:pk>/", questions.question, "question", sitemap="questions"),
    address("", questions.home, "home", sitemap="pages"),
    address("articles/", questions.question_list, "list", sitemap="pages"),
    address("articles/<int:pk>/like/", likes.like, "like", left_out="says what one reader did"),
    address("articles/<int:pk>/helped/", helped.helped, "helped", left_out=NO_PAGE),
    address("articles/<int:pk>/report/", reports.report, "report", left_out="a form"),
    address("tags/", tags.tag_index, "tags", sitemap="pages"),
    address("tags/<str:slug>/", tags.tag, "tag", sitemap="tags"),
    address("tags/<str:slug>/feed/", feeds.NewestTagged(), "tag_feed", left_out=LISTS),
    address("doctors/", doctors.doctor_index, "doctors", sitemap="pages"),
    address("doctors/<int:pk>/", doctors.doctor, "doctor", sitemap="doctors"),
    address("search/", search.search_page, "search", left_out=LISTS),
    address("search/suggest/", search.suggest, "search_suggest", left_out=NO_PAGE),
    address("search/missed/", search.missed, "search_missed", left_out=NO_PAGE),
    address("feed/", feeds.NewestQuestions(), "feed", left_out=LISTS),
    address("robots.txt", crawlers.robots, "robots", left_out=NO_PAGE),
    address("sitemap.xml", crawlers.sitemap_index, "sitemap_index", left_out=NO_PAGE),
    address("sitemap-<int:number>.xml", crawlers.sitemap, "sitemap", left_out=NO_PAGE),
    address("drafts/<int:pk>-<slug:signature>/", drafts.draft, "draft", left_out="a secret"),
    address("media/<str:file>", media.image, "image", left_out="part of the page that shows it"),
    address("metrics", metrics.metrics, "metrics", left_out=NO_PAGE),
    address("healthz", health.healthz, "healthz", left_out=NO_PAGE),
    address("<root_file:file>", verification.verification_file, "verification", left_out=NO_PAGE),
    address("<slug:slug>/", pages.page, "page", sitemap="pages"),
]
