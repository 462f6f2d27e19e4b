from django.contrib import admin

from ..models import RelatedItem


class RelatedItemInline(admin.TabularInline):
    model = RelatedItem
    fk_name = "article"
    fields = ("related", "position", "is_excluded")
    autocomplete_fields = ("related",)
    extra = 1
    verbose_name = "相关问题"
    verbose_name_plural = "指定或排除相关问题（其余由系统计算）"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("related")


def related_now(article):
    """Return the related questions that a reader sees beside `article` at this moment."""
    from ..related import related_articles

    return related_articles(article, limit=10)
