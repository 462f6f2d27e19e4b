"""The admin as a whole: its name, and taggit's own pages, which ours replace."""

from django.conf import settings
from django.contrib import admin
from taggit.models import Tag as TaggitTag

admin.site.site_header = f"{settings.SITE_NAME} · 编辑后台"
admin.site.site_title = f"{settings.SITE_NAME}编辑后台"
admin.site.index_title = "内容管理"
admin.site.empty_value_display = "—"
admin.site.unregister(TaggitTag)
