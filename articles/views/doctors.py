from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.models import Article, Doctor
from articles.text.addresses import doctor_path, path_of
from healthqa.page_cache import keep_page

from .list_data import collection_data, doctor_data
from .pages import Head, moved_to, render_page
from .paging import PARAMETERS, list_page

MOST_DOCTORS = 500
MOST_REVIEWED = 20  # the newest of what a doctor reviewed


@keep_page()
@require_safe
def doctor_index(request: HttpRequest) -> HttpResponse:
    doctors = Doctor.objects.with_published_answers()[:MOST_DOCTORS]
    head = Head(
        title="回答问题的医生",
        description=f"在{settings.SITE_NAME}回答问题的医生：职称、科室、医院，以及每位医生的全部回答。",
        path=reverse("articles:doctors"),
    )
    context = {"doctors": doctors, "structured_data": collection_data(head, head.title)}
    return render_page(request, "articles/doctor_index.html", context, head=head)


@keep_page(*PARAMETERS)
@require_safe
def doctor(request: HttpRequest, pk: int) -> HttpResponse:
    """One doctor, the answers and what the doctor reviewed; of one merged away, the way to the one kept.

    Whoever stands under drafts alone is told to nobody.
    """
    doctor = get_object_or_404(Doctor.everyone.told(), pk=pk)
    if doctor.merged_into_id:
        return moved_to(doctor_path(doctor.merged_into_id))
    page = list_page(lambda at: doctor.articles.published(at).newest(), request, doctor.get_absolute_url())
    reviewed = Article.objects.published().filter(reviewer=doctor).newest().for_cards() if page.number == 1 else ()
    who = f"{doctor.name}（{doctor.affiliation}）" if doctor.affiliation else f"{doctor.name}医生"
    head = Head(
        title=f"{doctor.name}的回答{page.title_suffix}",
        description=f"{who}在{settings.SITE_NAME}回答的健康问题{page.title_suffix}。",
        path=page.canonical,
        index=page.number > 0 and bool(page.articles),
        kind="profile",
    )
    crumbs = [("首页", path_of("articles:home")), ("医生", path_of("articles:doctors"))]
    structured_data = doctor_data(head, doctor, page.articles, crumbs)
    context = {
        "doctor": doctor,
        "page": page,
        "reviewed": reviewed[:MOST_REVIEWED],
        "structured_data": structured_data,
    }
    return render_page(request, "articles/doctor.html", context, head=head)
