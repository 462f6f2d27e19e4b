from django.contrib import admin
from django.db import IntegrityError
from django.forms import Media, Script
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime

from articles.admin.autocomplete import Autocompletes
from articles.admin.prose import PROSE
from articles.models import Article, Tag
from articles.models.parts import Section, Weight, named, parts

from .actions import ArticleActions
from .copyedit_panel import CopyeditPanel, ProofFilter
from .corrections import Corrections
from .draft_links import DraftLinks
from .export import Export
from .filters import DepartmentFilter, DoctorFilter, GapFilter, StateFilter, doctor_select
from .form import ArticleForm
from .history import ArticleHistory
from .import_page import ImportPage
from .keyboard import Keyboard
from .listing import ArticleListQuerySet, ListOrder
from .presence import Presence
from .related_panel import RelatedPanel
from .related_rows import RelatedItemInline
from .reviews import ReviewFilter, ReviewQueue
from .stepping import ArticleSteps

RECORD = ("like_count", "imported_likes", "source", "created_at", "updated_at", "revised_at")


def lines_of(section):
    """Return the names of the parts of a section, those that share a line as a tuple."""
    lines = []
    for part in parts(section=section):
        if part.is_beside:
            lines[-1] = (lines[-1], part.name)
        else:
            lines.append(part.name)
    return lines


@admin.register(Article)
class ArticleAdmin(
    Keyboard,
    ArticleHistory,
    ArticleSteps,
    ArticleActions,
    ImportPage,
    Export,
    RelatedPanel,
    DraftLinks,
    CopyeditPanel,
    Presence,
    Corrections,
    ReviewQueue,
    ListOrder,
    Autocompletes,
    admin.ModelAdmin,
):
    form = ArticleForm
    formfield_overrides = PROSE
    list_display = ("title", "state", "doctor_name", "departments", "published", "like_count", "gaps")
    list_filter = (StateFilter, ReviewFilter, GapFilter, ProofFilter, DepartmentFilter, DoctorFilter)
    list_select_related = ("doctor",)
    list_per_page = 50
    ordering = ("-pk",)
    date_hierarchy = "published_at"
    search_fields = ("title",)
    search_help_text = "按标题查找"
    show_full_result_count = False
    autocomplete_fields = ("doctor", "reviewer")
    inlines = (RelatedItemInline,)
    save_on_top = True

    @property
    def media(self):
        own = Media(
            js=[Script("js/admin/doctor-filter.js", defer=True), Script("js/admin/related-panel.js", defer=True)],
            css={"all": ["css/admin/related.css", "css/admin/steps.css"]},
        )
        return super().media + doctor_select(self.admin_site).media + own

    def get_queryset(self, request):
        rows = ArticleListQuerySet(Article).order_by(*self.get_ordering(request)).prefetch_related("tags")
        is_form = request.resolver_match.url_name == "articles_article_change"
        return rows.select_related("related_list") if is_form else rows

    def get_fieldsets(self, request, obj=None):
        publication = [*lines_of(Section.PUBLICATION), "comment"]
        if obj and obj.is_out:
            publication = ["is_revision", *publication, "withdrawn_reason"]
        if obj and (obj.is_public or obj.is_withdrawn):
            publication[1:1] = ["correction", "past_corrections"]
        fieldsets = [
            (section.value, {"fields": publication if section == Section.PUBLICATION else lines_of(section)})
            for section in Section
        ]
        return fieldsets if obj is None else [*fieldsets, ("记录", {"classes": ("collapse",), "fields": RECORD})]

    def get_readonly_fields(self, request, obj=None):
        fields = [*RECORD, "past_corrections"]
        if not request.user.has_perm("articles.review_article"):
            fields += named(weight=Weight.REVIEW)
        if not request.user.has_perm("articles.publish_article"):
            fields += ["published_at", "withdrawn_reason"]
        return fields

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # Another editor made, or merged away, one of the tags in the same instant; now that can be seen.
            return super().changeform_view(request, object_id, form_url, extra_context)

    def view_on_site(self, article):
        return article.get_absolute_url()

    @admin.display(description="状态", ordering="status")
    def state(self, article):
        name, label = ("scheduled", "定时") if article.is_scheduled else (article.status, article.get_status_display())
        return format_html('<span class="state state-{}">{}</span>', name, label)

    @admin.display(description="医生", ordering="doctor__name")
    def doctor_name(self, article):
        return article.doctor and article.doctor.name

    @admin.display(description="发布时间", ordering="published_at")
    def published(self, article):
        return date_format(localtime(article.published_at), "Y-m-d H:i") if article.published_at else None

    @admin.display(description="科室")
    def departments(self, article):
        return "、".join(tag.name for tag in article.tags.all() if tag.kind == Tag.Kind.DEPARTMENT)

    @admin.display(description="待补充")
    def gaps(self, article):
        missing = article.missing
        return format_html('<span class="gaps">{}</span>', "、".join(missing)) if missing else "齐全"
