from django.urls import path

from .views import crawlers, doctors, drafts, feeds, health, likes, media, pages, questions, reports, search, tags

app_name = "articles"
urlpatterns = [
    path("articles/<int:pk>/", questions.question, name="question"),  # first: it is what most readers ask for
    path("", questions.home, name="home"),
    path("articles/", questions.question_list, name="list"),
    path("articles/<int:pk>/like/", likes.like, name="like"),
    path("articles/<int:pk>/report/", reports.report, name="report"),
    path("tags/", tags.tag_index, name="tags"),
    path("tags/<str:slug>/", tags.tag, name="tag"),
    path("tags/<str:slug>/feed/", feeds.NewestTagged(), name="tag_feed"),
    path("doctors/", doctors.doctor_index, name="doctors"),
    path("doctors/<int:pk>/", doctors.doctor, name="doctor"),
    path("search/", search.search_page, name="search"),
    path("search/suggest/", search.suggest, name="search_suggest"),
    path("search/missed/", search.missed, name="search_missed"),
    path("feed/", feeds.NewestQuestions(), name="feed"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemap_index, name="sitemap_index"),
    path("sitemap-<int:number>.xml", crawlers.sitemap, name="sitemap"),
    path("drafts/<int:pk>-<slug:signature>/", drafts.draft, name="draft"),
    path("media/<str:file>", media.image, name="image"),
    path("healthz", health.healthz, name="healthz"),
    path("<slug:slug>/", pages.page, name="page"),
]
