from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Count, OuterRef, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponseBase
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.admin.desk.counts import COUNTED, shown_count
from articles.admin.question.tag_box import suggest
from articles.models import Revision, Tag, TagAlias, TaggedArticle, TagMerge
from articles.models.capped_count import CappedCount
from articles.models.merge_record import Undone
from articles.models.merging import merge_tags, undo_tag_merge
from articles.models.turns import turn
from articles.text.names import fold

from .autocomplete import Autocompletes
from .in_use import KeptInUse
from .merges import Merges
from .texts import CleanLinesField


class TagForm(forms.ModelForm):
    introduction = CleanLinesField(
        label="介绍", required=False, max_length=2000, help_text="显示在标签页顶部，两三句话；空行分段。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if slug := self.fields.get("slug"):
            slug.required = False
            slug.label, slug.help_text = "地址", "网址里的名字，建立以后不能再改。留空则由名称得出。"
        if name := self.fields.get("name"):
            name.label, name.help_text = "名称", "读者看到的写法。同义的写法请放到下面的别名里。"

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug and TagAlias.objects.filter(slug=slug).exists():
            raise forms.ValidationError("这个地址曾经属于别的标签，旧网址还在用它，请换一个。")
        return slug


class TagAliasFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        taken = {fold(self.instance.name): "与标签同名，不需要作为别名。"}
        for form in self.forms:
            key = fold(form.cleaned_data.get("name", "")) if hasattr(form, "cleaned_data") else ""
            if not key or form.cleaned_data.get("DELETE"):
                continue
            if key in taken:
                form.add_error("name", taken[key])
            taken.setdefault(key, "这个别名写了两次。")


class TagAliasInline(admin.TabularInline):
    model = TagAlias
    formset = TagAliasFormSet
    fields = ("name",)
    formfield_overrides: ClassVar = {CharField: {"widget": AdminTextInputWidget(attrs={"aria-label": "别名"})}}
    extra = 1
    verbose_name = "别名"
    verbose_name_plural = "别名（编辑输入它们，得到的是这个标签）"


@admin.register(Tag)
class TagAdmin(KeptInUse, Merges, Autocompletes, admin.ModelAdmin):
    form = TagForm
    list_display = ("name", "kind", "article_count", "alias_names")
    list_filter = ("kind",)
    list_per_page = 50
    ordering = ("kind", "name")
    search_fields = ("name", "aliases__name")
    search_help_text = "按名称或别名查找"
    show_full_result_count = False
    inlines = (TagAliasInline,)
    actions = ("merge", "delete_selected")
    merge_field = TagAlias._meta.get_field("tag")
    merge_help = "保留这个标签；其他的成为它的别名，它们的问题都归到它下面，旧网址会转过来。"
    merge_done = "旧名称成为它的别名，旧网址会转过来"
    merge_records = TagMerge
    most_used = "-article_total"
    unit = "个标签"
    way_out = "可以合并到别的标签，问题、旧名称和旧网址都转过去；或者先从这些问题里去掉，再删除。"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        items = TaggedArticle.objects.filter(tag=OuterRef("pk")).order_by()
        counted = CappedCount(items.values("pk")[:COUNTED])
        return super().get_queryset(request).annotate(article_total=counted).prefetch_related("aliases")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("name", "address" if obj else "slug", "kind", "introduction")

    def may_sort(self, request: HttpRequest) -> bool:
        """Whether this person may change all of a tag but its introduction, which readers take for the site's word."""
        return super().has_change_permission(request)

    has_merge_permission = may_sort

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_sort(request) or request.user.has_perm("articles.word_tag")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ["address"]
        if obj and not self.may_sort(request):
            fields += ["name", "kind"]
        return fields if request.user.has_perm("articles.word_tag") else [*fields, "introduction"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        is_locked = "introduction" in self.get_readonly_fields(request, obj)
        why = "介绍是读者当真的话，由医学审核或管理员来写。" if is_locked else ""
        return [(None, {"fields": self.get_fields(request, obj), "description": why})]

    def get_urls(self) -> list[Any]:
        address = path("suggest/", self.admin_site.admin_view(self.suggest_view), name="articles_tag_suggest")
        return [address, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with turn():
            super().save_model(request, obj, form, change)
            if change and "name" in form.changed_data:
                Revision.objects.rename_tag(form.initial["name"], obj.name)

    def view_on_site(self, tag: Tag) -> str:
        return tag.get_absolute_url()

    @admin.display(description="地址")
    def address(self, tag: Tag) -> str:
        return tag.slug

    @admin.display(description="问题")
    def article_count(self, tag: Any) -> SafeString:
        url = reverse("admin:articles_article_changelist")
        return format_html('<a href="{}?tag={}">{}</a>', url, tag.pk, shown_count(tag.article_total))

    @admin.display(description="别名")
    def alias_names(self, tag: Tag) -> str:
        return "、".join(alias.name for alias in tag.aliases.all())

    def suggest_view(self, request: HttpRequest) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return suggest(request)

    # --- Merging, and what is in use ------------------------------------------

    def merge_rows(self, rows: list[Any], target: Any, by: Any) -> int:
        return merge_tags(rows, target, by)

    def undo(self, key: int) -> Undone:
        return undo_tag_merge(key)

    def told(self, row: Any) -> str:
        return f"{row.get_kind_display()} · {row.article_total} 个问题"

    def undo_told(self, record: Any) -> str:
        count = len(record.content["moved"]) + len(record.content["both"])
        return f"“{record}”和它的网址、别名恢复。合并时有它的 {count} 个问题，标签没有再改过的都归还。"

    def uses_of(self, keys: list[int]) -> dict[int, list[tuple[str, str]]]:
        url = reverse("admin:articles_article_changelist")
        rows = TaggedArticle.objects.filter(tag__in=keys).order_by().values_list("tag").annotate(Count("pk"))
        return {key: [(f"{count} 个问题", f"{url}?tag={key}")] for key, count in rows}
