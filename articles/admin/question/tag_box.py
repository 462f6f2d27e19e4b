"""The tag box: a text input that works as it is, and becomes chips with completion where there is JavaScript."""

from typing import Any

from django import forms
from django.forms import Media, Script
from django.http import HttpRequest, JsonResponse
from django.urls import reverse_lazy

from articles.models import Tag, TagAlias
from articles.models.tag_lookup import find_tags
from articles.text.names import clean_name, fold
from articles.text.tag_names import MAX_LENGTH, split_tags

MOST_TAGS = 30
SUGGESTED = 10


class TagBox(forms.TextInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "vTextField", "autocomplete": "off", **(attrs or {})})

    @property
    def media(self) -> Media:
        return Media(css={"all": ["css/admin/tag-box.css"]}, js=[Script("js/admin/tag-box.js", type="module")])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-tag-box"] = reverse_lazy("admin:articles_tag_suggest")
        return context

    def format_value(self, value: Any) -> str:
        """Return the names; separators never stand inside of one."""
        return value if isinstance(value, str) else "，".join(tag.name for tag in value or [])


class TagBoxField(forms.CharField):
    """Names of tags and aliases; cleans to a list of Tag rows and, for tags to be created, names."""

    widget = TagBox
    may_create = True

    def clean(self, value: Any) -> Any:
        names = split_tags(super().clean(value))
        found = find_tags(names)
        new = [name for name in names if fold(name) not in found]
        errors = [f"标签“{name[:20]}…”太长，最多 {MAX_LENGTH} 个字。" for name in new if self.is_too_long(name)]
        if len(names) > MOST_TAGS:
            errors.append(f"标签太多：有 {len(names)} 个，最多 {MOST_TAGS} 个。")
        if new and not errors and not self.may_create:
            errors.append(f"没有标签“{'”“'.join(new)}”，而您没有新建标签的权限。请从提示里选已有的标签。")
        if errors:
            raise forms.ValidationError(errors)
        return list(dict.fromkeys(found.get(fold(name), name) for name in names))

    @staticmethod
    def is_too_long(name: str) -> bool:
        return max(len(name), len(fold(name))) > MAX_LENGTH

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        names = split_tags(data)
        found = find_tags(names)
        return {tag.pk for tag in initial or []} != {getattr(found.get(fold(name)), "pk", None) for name in names}


def suggestions(text: str) -> list[dict[str, str]]:
    """Return at most ten tags for what was typed so far: exact first, then beginnings, then the rest, short first."""
    key = fold(text[:MAX_LENGTH])
    if not key:
        return []
    rows = {}
    for lookup in ("folded", "folded__startswith", "folded__contains"):
        tags = Tag.objects.filter(**{lookup: key}).order_by("folded")[:SUGGESTED]
        aliases = TagAlias.objects.filter(**{lookup: key}).select_related("tag").order_by("folded")[:SUGGESTED]
        hits = [(tag.folded, "", tag) for tag in tags] + [(alias.folded, alias.name, alias.tag) for alias in aliases]
        for _, alias, tag in sorted(hits, key=lambda hit: (len(hit[0]), hit[0])):
            rows.setdefault(tag.pk, {"name": tag.name, "alias": alias, "kind": tag.get_kind_display()})
        if len(rows) >= SUGGESTED:
            break
    return list(rows.values())[:SUGGESTED]


def suggest(request: HttpRequest) -> JsonResponse:
    """Answer ?q= with tags to choose from, and what the text typed so far is: the name of a tag, or null."""
    text = clean_name(request.GET.get("q", ""))
    exact = find_tags([text]).get(fold(text)) if text else None
    return JsonResponse({"results": suggestions(text), "exact": exact and exact.name})
