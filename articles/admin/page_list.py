from django import forms
from django.contrib import admin

from articles.models import Page
from articles.text.names import clean_line

from .prose import PROSE


class PageForm(forms.ModelForm):
    def clean_title(self) -> str:
        if title := clean_line(self.cleaned_data["title"]):
            return title
        raise forms.ValidationError("请填写标题。")

    def clean_description(self) -> str:
        return clean_line(self.cleaned_data["description"])


@admin.register(Page)
class PageAdmin(admin.ModelAdmin):
    form = PageForm
    formfield_overrides = PROSE
    list_display = ("title", "slug", "position", "updated_at")
    search_fields = ("title", "slug")
    search_help_text = "按标题或地址查找"
    fields = ("title", "slug", "description", "body", "position")

    def view_on_site(self, page: Page) -> str:
        return page.get_absolute_url()
