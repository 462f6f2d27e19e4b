"""The admin as a whole: its name, and taggit's own pages, which ours replace."""

from django.conf import settings
from django.contrib import admin
from django.views.decorators.cache import never_cache
from taggit.models import Tag as TaggitTag

admin.site.site_header = f"{settings.SITE_NAME} · 编辑后台"
admin.site.site_title = f"{settings.SITE_NAME}编辑后台"
admin.site.index_title = "内容管理"
admin.site.empty_value_display = "—"
admin.site.unregister(TaggitTag)
# Django lets browsers keep these two pages of a signed-in person, as it does no other.
admin.site.password_change = never_cache(admin.site.password_change)
admin.site.password_change_done = never_cache(admin.site.password_change_done)
