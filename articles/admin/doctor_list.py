from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Count, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.admin.desk.counts import COUNTED, shown_count
from articles.models import Article, Doctor, DoctorMerge
from articles.models.capped_count import CappedCount
from articles.models.doctor_merging import TwoAccounts, merge_doctors, undo_doctor_merge
from articles.models.merge_record import Undone
from articles.text.names import clean_person

from .autocomplete import Autocompletes, is_key
from .in_use import KeptInUse
from .merges import Merges, Refused
from .texts import CleanLinesField

WHOLE = "读者已经看得到这位医生，资料由医学审核或管理员来改。"
SIGNS = "这位医生用自己的账号登记审核，资料由医学审核或管理员来改。"
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
class DoctorAdmin(KeptInUse, Merges, Autocompletes, admin.ModelAdmin):
    form = DoctorForm
    list_display = ("name", "professional_title", "department", "hospital", "article_count")
    list_per_page = 50
    search_fields = ("name", "hospital", "department")
    search_help_text = "按姓名、医院或科室查找"
    show_full_result_count = False
    fields = ("name", "professional_title", "department", "hospital", "biography")
    autocomplete_fields = ("user",)
    actions = ("merge", "delete_selected")
    merge_field = Article._meta.get_field("doctor")
    merge_help = "保留这位医生；其他几位的回答、审核和账号都归到名下，没有填的资料用他们的补上，旧网址会转过来。"
    merge_done = "回答和审核都归到名下，旧网址会转过来"
    merge_records = DoctorMerge
    most_used = "-answers"
    unit = "位医生"
    way_out = "可以合并到别的医生，回答、审核和旧网址都转过去；或者先给这些问题换一位医生，再删除。"

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
        return self.fields if obj and (obj.user_id or obj.is_shown) else ("biography",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        locked = self.get_readonly_fields(request, obj)
        whole = SIGNS if obj and obj.user_id else WHOLE
        why = whole if len(locked) > 1 else BIOGRAPHY if locked else ""
        return [(None, {"fields": self.get_fields(request, obj), "description": why})]

    def view_on_site(self, doctor: Doctor) -> str:
        return doctor.get_absolute_url()

    @admin.display(description="回答")
    def article_count(self, doctor: Any) -> SafeString:
        url = reverse("admin:articles_article_changelist")
        return format_html('<a href="{}?doctor={}">{}</a>', url, doctor.pk, shown_count(doctor.answers))

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Lead from who was merged away to the doctor kept."""
        key = unquote(object_id)
        doctor = Doctor.everyone.meant_by(int(key)) if is_key(key) else None
        if doctor is None:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        self.message_user(request, f"这位医生已经合并到“{doctor}”。", messages.WARNING)
        return HttpResponseRedirect(self.change_url(doctor))

    # --- Merging, and what is in use ------------------------------------------

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.merge_doctor")

    def merge_rows(self, rows: list[Any], target: Any, by: Any) -> int:
        try:
            return merge_doctors(rows, target, by)
        except TwoAccounts:
            sentence = "没有合并：其中不止一位有自己的账号。请先清空不再用的“账号”，留下的那个就是合并以后的账号。"
            raise Refused(sentence) from None

    def undo(self, key: int) -> Undone:
        return undo_doctor_merge(key)

    def told(self, row: Any) -> str:
        return " · ".join(filter(None, [row.professional_title, row.department, f"{row.answers} 个回答"]))

    def undo_told(self, record: Any) -> str:
        counts = [("answered", "个回答"), ("reviewed", "个审核")]
        moved = "和 ".join(f"{count} {words}" for name, words in counts if (count := len(record.content[name])))
        returned = f"合并时的 {moved}，医生没有再换过、没有重新审核过的都归还。" if moved else ""
        return f"“{record}”和原来的网址{'、账号' if record.account_id else ''}恢复。{returned}"

    def uses_of(self, keys: list[int]) -> dict[int, list[tuple[str, str]]]:
        url, uses = reverse("admin:articles_article_changelist"), {}
        for role, label in [("doctor", "回答"), ("reviewer", "审核")]:
            rows = Article.objects.filter(**{f"{role}__in": keys}).order_by().values_list(role).annotate(Count("pk"))
            for key, count in rows:
                uses.setdefault(key, []).append((f"{count} 个问题（{label}医生）", f"{url}?{role}={key}"))
        return uses
