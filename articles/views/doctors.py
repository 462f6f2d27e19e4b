from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from articles.models import Article, Doctor
from articles.models.page_keys import doctor_key, keys_of_cards, list_of_doctor
from articles.text.addresses import doctor_path, path_of
from healthqa.page_cache import keep_page, show_keys

from .lettered import LETTERED, Choice, chosen_of, letters_of, numbered_page, under, with_query
from .list_data import collection_data, doctor_data
from .pages import Head, moved_to, render_page
from .paging import PARAMETERS, list_page

PER_PAGE = 100  # doctors
FEW = 20  # doctors whom nobody needs letters to find
MOST_REVIEWED = 20  # the newest of what a doctor reviewed


@keep_page("department", *LETTERED)
@require_safe
def doctor_index(request: HttpRequest) -> HttpResponse:
    """The doctors who have published answers, as their names are read: all, a letter's or a department's."""
    path = path_of("articles:doctors")
    doctors = Doctor.objects.with_published_answers()
    letters, counts = letters_of(doctors.letters(), path), doctors.departments()
    letter = chosen_of(request, "letter", [one.name for one in letters])
    department = chosen_of(request, "department", counts)
    departments = [Choice(name, number, with_query(path, department=name)) for name, number in counts.items()]
    rows = doctors.under(letter) if letter else doctors
    rows = rows.filter(department=department) if department else rows
    narrowed = with_query(path, department=department, letter=letter)
    page = numbered_page(rows.with_answer_count().order_by("filed", "pk"), request, narrowed, PER_PAGE)
    head = Head(
        title=f"回答问题的医生{under(department)}{under(letter)}{page.title_suffix}",
        description=f"在{settings.SITE_NAME}回答问题的医生：职称、科室、医院，以及每位医生的全部回答{page.title_suffix}。",
        path=page.canonical,
        index=narrowed == path,
    )
    context = {
        "page": page,
        "letters": letters,
        "letter": letter,
        "departments": departments,
        "department": department,
        "is_long": sum(one.number for one in letters) > FEW,
        "structured_data": collection_data(head, head.title),
    }
    return render_page(request, "articles/doctor_index.html", context, head=head)


def answers_at(at: datetime, key: int) -> QuerySet[Article]:
    return Article.objects.published(at).filter(doctor=key).newest()


@keep_page(*PARAMETERS)
@require_safe
def doctor(request: HttpRequest, pk: int) -> HttpResponse:
    """One doctor, the answers and what the doctor reviewed; of one merged away, the way to the one kept.

    Whoever stands under drafts alone is told to nobody.
    """
    doctor = get_object_or_404(Doctor.everyone.told(), pk=pk)
    if doctor.merged_into_id:
        return moved_to(doctor_path(doctor.merged_into_id))
    page = list_page(answers_at, request, doctor.get_absolute_url(), key=doctor.pk)
    reviews = Article.objects.published().filter(reviewer=doctor).newest().for_cards("is_past_review")
    reviewed = list(reviews[:MOST_REVIEWED]) if page.number == 1 else []
    show_keys(request, [doctor_key(pk), list_of_doctor(pk), *keys_of_cards(page.articles), *keys_of_cards(reviewed)])
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
        "reviewed": reviewed,
        "structured_data": structured_data,
    }
    return render_page(request, "articles/doctor.html", context, head=head)
