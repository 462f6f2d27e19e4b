from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.admin.desk.counts import COUNTED, shown_count
from articles.models import Article, Doctor
from articles.models.tag import CappedCount
from articles.text.names import clean_person

from .autocomplete import Autocompletes
from .texts import CleanLinesField

WHOLE = "读者已经看得到这位医生，资料由医学审核或管理员来改。"
BIOGRAPHY = "简介是读者当真的话，由医学审核或管理员来写。"


class DoctorForm(forms.ModelForm):
    biography = CleanLinesField(
        label="简介", required=False, max_length=2000, help_text="执业经历与专长，两三句话即可，空行分段。"
    )

    def clean_name(self) -> str:
        name = clean_person(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("请填写姓名。")
        # Unicode normalisation can lengthen a name that was short enough when typed.
        if len(name) > 40:
            raise forms.ValidationError("姓名太长，最多 40 个字。")
        return name

    def clean_professional_title(self) -> str:
        return clean_person(self.cleaned_data["professional_title"])[:40]

    def clean_department(self) -> str:
        return clean_person(self.cleaned_data["department"])[:40]

    def clean_hospital(self) -> str:
        return clean_person(self.cleaned_data["hospital"])[:80]


@admin.register(Doctor)
class DoctorAdmin(Autocompletes, admin.ModelAdmin):
    form = DoctorForm
    list_display = ("name", "professional_title", "department", "hospital", "article_count")
    list_per_page = 50
    search_fields = ("name", "hospital", "department")
    search_help_text = "按姓名、医院或科室查找"
    show_full_result_count = False
    fields = ("name", "professional_title", "department", "hospital", "biography")
    autocomplete_fields = ("user",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        articles = Article.objects.filter(doctor=OuterRef("pk")).order_by()
        return super().get_queryset(request).annotate(answers=CappedCount(articles.values("pk")[:COUNTED]))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show whose account signs for a doctor to who manages accounts, and to nobody else."""
        fields = super().get_fields(request, obj)
        return (*fields, "user") if request.user.has_perm("auth.change_user") else fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) or request.user.has_perm("articles.word_doctor")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what this person only looks at: what readers see of a doctor changes by who may vouch for it."""
        if request.user.has_perm("articles.word_doctor"):
            return ()
        return self.fields if obj and obj.is_shown else ("biography",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        locked = self.get_readonly_fields(request, obj)
        why = WHOLE if len(locked) > 1 else BIOGRAPHY if locked else ""
        return [(None, {"fields": self.get_fields(request, obj), "description": why})]

    def view_on_site(self, doctor: Doctor) -> str:
        return doctor.get_absolute_url()

    @admin.display(description="回答")
    def article_count(self, doctor: Any) -> SafeString:
        url = reverse("admin:articles_article_changelist")
        return format_html('<a href="{}?doctor={}">{}</a>', url, doctor.pk, shown_count(doctor.answers))
