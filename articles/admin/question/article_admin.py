"""The ModelAdmin of questions: the list, the form made of panels, and what is done when a question is saved."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.db import IntegrityError
from django.db.models import QuerySet
from django.forms import Media, Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from articles.admin.autocomplete import Autocompletes, is_key
from articles.admin.prose import PROSE
from articles.models import Article, OpenForm, Revision, Tag
from articles.models.helpfulness import TOTALS as HELP
from articles.models.parts import Weight, named
from articles.models.revision import PEOPLE, content_of
from articles.models.tag_lookup import get_tags
from articles.workflow import proofs
from articles.workflow.situations import Situation
from articles.workflow.steps import set_state

from .actions import publish_selected, reset_help, withdraw_selected
from .bulk_changes import add_tags, remove_tags, set_doctor, submit_selected
from .collisions import Collisions, Gone, as_new, lock, told_of_deletion
from .copyedit_panel import Copyedit, ProofFilter
from .doctor_field import DoctorField
from .export import Export
from .filters import DepartmentFilter, DoctorFilter, GapFilter, MineFilter, StateFilter, TagFilter, typed_select
from .form import ArticleForm
from .history import History
from .import_page import Import, may_import
from .keyboard import Keyboard
from .links import change_url
from .listing import ArticleChangeList, ArticleListQuerySet, find, order_for
from .onward import NEXT, address_after
from .presence import Presence
from .preview_page import Preview
from .rebase import VERSION
from .related_panel import Neighbours, Related, warn_of_twins
from .report_answers import ReportAnswers, settle_reports
from .review_page import ReviewPage
from .reviews import ReviewFilter
from .sections import RECORD, sections_for
from .sharing import Sharing
from .stepping import DONE, STAYS, Steps, add_version, change_message, hold, names_of
from .unsaved import Unsaved, forget_saved, saying_made, saying_saved

Step = Revision.Step
PANELS = (
    Presence,
    Keyboard,
    Unsaved,
    Preview,
    Collisions,
    ReportAnswers,
    Steps,
    Copyedit,
    Related,
    Sharing,
    History,
    ReviewPage,
    Import,
    Export,
)


@admin.register(Article)
class ArticleAdmin(Autocompletes, admin.ModelAdmin):
    form = ArticleForm
    formfield_overrides = PROSE
    list_display = ("title", "state", "doctor_name", "departments", "published", "like_count", "gaps")
    list_filter = (
        StateFilter,
        MineFilter,
        DoctorFilter,
        TagFilter,
        DepartmentFilter,
        ReviewFilter,
        GapFilter,
        ProofFilter,
    )
    list_select_related = ("doctor", "reviewer")
    list_per_page = 50
    ordering = ("-pk",)
    date_hierarchy = "published_at"
    search_fields = ("title",)
    search_help_text = "标题和正文里的词、医生、标签，或者问题的编号、网址"
    show_full_result_count = False
    autocomplete_fields = ("doctor", "reviewer")
    actions = (submit_selected, publish_selected, withdraw_selected, add_tags, remove_tags, set_doctor, reset_help)

    def __init__(self, model: Any, admin_site: AdminSite) -> None:
        super().__init__(model, admin_site)
        self.panels = [panel(self) for panel in PANELS]
        self.tags_of_media: dict[tuple[str, ...], SafeString] = {}  # by the fields of a form

    @cached_property
    def media(self) -> Media:
        script = Script("js/admin/list-filters.js", type="module")
        files = Media(css={"all": ["css/admin/form.css", "css/admin/list.css"]}, js=[script])
        own = typed_select(DoctorFilter.field, self.admin_site).media + files
        return sum((panel.media for panel in self.panels), super().media + own)

    def get_urls(self) -> list[Any]:
        return [*(url for panel in self.panels for url in panel.urls), *super().get_urls()]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and request.user.has_perm("articles.publish_article")

    # --- The list -------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"may_import": may_import(request.user)} | (extra_context or {}))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ArticleChangeList]:
        return ArticleChangeList

    def get_ordering(self, request: HttpRequest) -> Any:
        return order_for(request.GET) or super().get_ordering(request)

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        if due := request.GET.get(ReviewFilter.parameter_name):
            told = ("reviewer", "reviewed_on") if due == ReviewFilter.changed else ("review_due_on",)
            return (*shown[:2], *told, *shown[2:])
        is_doubted = request.GET.get(GapFilter.parameter_name) == GapFilter.unhelpful
        return (*shown[:2], *HELP.values(), *shown[2:]) if is_doubted else shown

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return (find(request, queryset, search_term) if search_term.strip() else queryset), False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = ArticleListQuerySet(Article).order_by(*self.get_ordering(request)).prefetch_related("tags")
        is_form = request.resolver_match.url_name in ("articles_article_change", "articles_article_preview")
        return rows.select_related("related_list").prefetch_related("corrections") if is_form else rows

    @admin.display(description="状态", ordering="status")
    def state(self, article: Article) -> SafeString:
        name, label = ("scheduled", "定时") if article.is_scheduled else (article.status, article.get_status_display())
        return format_html('<span class="state state-{}">{}</span>', name, label)

    @admin.display(description="医生", ordering="doctor__name")
    def doctor_name(self, article: Article) -> str | None:
        return article.doctor and article.doctor.name

    @admin.display(description="发布时间", ordering="published_at")
    def published(self, article: Article) -> SafeString | None:
        if not article.published_at:
            return None
        moment = localtime(article.published_at)
        return format_html('<span class="day">{}</span> {}', f"{moment:%Y-%m-%d}", f"{moment:%H:%M}")

    @admin.display(description="科室")
    def departments(self, article: Article) -> str:
        return "、".join(tag.name for tag in article.tags.all() if tag.kind == Tag.Kind.DEPARTMENT)

    @admin.display(description="待补充")
    def gaps(self, article: Article) -> str:
        missing = article.missing
        return format_html('<span class="gaps">{}</span>', "、".join(missing)) if missing else "齐全"

    # --- The form -------------------------------------------------------------

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the question with the text that waits, if there is one; of a form that was sent nobody else's turn."""
        is_sent = request.method == "POST" and is_key(object_id)
        if is_sent and not hasattr(request, "is_held_up"):
            lock(object_id)
        article = super().get_object(request, object_id, from_field)
        if article is None and is_sent and VERSION in request.POST and self.has_add_permission(request):
            raise Gone
        if article is not None:
            article.situation = Situation(article, request.user)
            if request.method == "POST":
                article.situation.remember()
            article.situation.show_open()
            is_saved = request.method != "POST" and not article.situation.is_held
            article.neighbours = Neighbours(article, is_saved)
        return article

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        may_review = request.user.has_perm("articles.review_article")
        return sections_for(obj, may_review=may_review, is_sent=request.method == "POST")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = [*RECORD, "past_corrections"]
        if not request.user.has_perm("articles.review_article"):
            fields += named(weight=Weight.REVIEW)
        if not request.user.has_perm("articles.publish_article"):
            fields += ["published_at", "withdrawn_reason"]
        return fields

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        form.gone = getattr(request, "gone", None)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # Another editor made, or merged away, one of the tags in the same instant; now that can be seen.
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Gone:
            request.gone, request.POST = told_of_deletion(object_id), as_new(request.POST)
            return super().changeform_view(request, None, reverse("admin:articles_article_add"), extra_context)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in PEOPLE:
            kwargs["form_class"] = DoctorField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def render_change_form(self, request: HttpRequest, context: Any, obj: Any = None, **kwargs: Any) -> HttpResponse:
        form = context["adminform"].form
        context["panels"], fields = self.panels, tuple(form.fields)
        if fields not in self.tags_of_media:
            self.tags_of_media[fields] = context["media"].render()
        context["media"] = self.tags_of_media[fields]
        for panel in self.panels:
            context |= panel.context(request, form, obj)
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def view_on_site(self, article: Article) -> str:
        return article.get_absolute_url()

    @admin.display(description="更正记录")
    def past_corrections(self, article: Article) -> str:
        rows = [(row.corrected_on.isoformat(), row.text) for row in article.corrections.all()]
        lines = format_html_join("", "<li>{} {}</li>", rows)
        return format_html('<ul class="past-corrections">{}</ul>', lines)

    # --- Saving ---------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the row: what comes before the tags. Of a text that readers must not see yet nothing is written here."""
        if change:
            form.situation.keep_base()
        if form.is_held:
            return
        set_state(form.situation, form.step, form.content)
        obj.holds_related = True  # until the tags are saved too
        correction = None
        if (text := form.cleaned_data["correction"]) and obj.is_public:
            correction = obj.correct(text, by=request.user)
        else:
            super().save_model(request, obj, form, change)
        settle_reports(request, obj, correction)

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        """Save the tags, what follows from them, and the version."""
        forget_saved(request)
        article = form.instance
        if form.is_held:
            content = content_of(article, [tag.name for tag in get_tags(names_of(form))])
            hold(form, content | form.said)
            return
        super().save_related(request, form, formsets, change)
        article.holds_related = False
        article.refresh_related()
        same = warn_of_twins(request, article)
        proofs.keep(article, [twin.title for twin in same])
        add_version(form, form.step, content_of(article) | form.said)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        if add or (form.step == Step.SAVE and not form.is_held):
            return super().construct_change_message(request, form, formsets, add)
        return change_message(form)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return saying_made(request, self.response_change(request, obj), obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Say what was done; after saving the form is shown again, after another step the list."""
        step = request.POST.get("_step", Step.SAVE)
        url = change_url(obj)
        self.message_user(request, format_html(DONE[step], format_html('“<a href="{}">{}</a>”', url, obj)))
        if news := getattr(obj, "news", ""):
            self.message_user(request, news, messages.INFO)
        if "_save" in request.POST or (step not in STAYS and "_continue" not in request.POST):
            OpenForm.leave(obj, request.user)  # whether the script of the form can say so or not
            if NEXT in request.POST:
                return saying_saved(request, HttpResponseRedirect(address_after(self, request, obj, "change")))
            return saying_saved(request, self.response_post_save_change(request, obj))
        filters = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return saying_saved(request, HttpResponseRedirect(add_preserved_filters(filters, url)))
