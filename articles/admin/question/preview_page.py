"""The page that readers would get of what stands in the form now, shown in a tab of its own; nothing is saved."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from articles.admin.autocomplete import is_key
from articles.finding.page_frame import page_html
from articles.finding.question_page import head_of, parts_of_page
from articles.models import Article
from articles.models.revision import content_of
from articles.workflow.previews import as_approved

from .form import ArticleForm
from .links import change_url
from .panel import Addresses, Panel
from .stepping import StepForm, names_of

NEW = 0  # the key of a question that has none yet: no row has it
NEW_ADDRESS = "admin:articles_article_preview_new"


class PreviewForm(ArticleForm):
    """The form of a question as far as it cleans what was typed; what speaks against saving it does not count."""

    def check_correction(self) -> None:
        """Leave it to saving, as that nobody has saved since and that the step can be taken."""

    check_version = check_step = check_correction

    def _post_clean(self) -> None:
        super(StepForm, self)._post_clean()

    @property
    def sentences(self) -> list[str]:
        """What is wrong with what was typed, with the name of its field."""
        return [
            f"{self.fields[name].label}：{sentence}" if name in self.fields else sentence
            for name, sentences in self.errors.items()
            for sentence in sentences
        ]

    @property
    def changes(self) -> str:
        """What of it is not saved, in words; readers do not have it."""
        labels = [self.fields[name].label for name in self.changed_data if name != "comment"]
        return f"还没有保存，读者现在看不到：{'、'.join(labels)}" if labels else "和保存的一样"


class Preview(Panel):
    """The button 预览 of the form, and the page that it leads to."""

    def views(self) -> Addresses:
        return [
            ("preview_new", "add/preview/", self.preview_new_view),
            ("preview", "<path:object_id>/preview/", self.preview_view),
        ]

    def context(self, request: HttpRequest, form: Any, article: Article | None) -> dict[str, Any]:
        may = self.admin.has_change_permission(request, article) if article else self.admin.has_add_permission(request)
        if not may:
            return {}
        key = article.pk if article else None
        address = reverse("admin:articles_article_preview", args=[key]) if key else reverse(NEW_ADDRESS)
        return {"preview_address": address, "preview_tab": f"preview-{key or 'new'}"}

    def preview_new_view(self, request: HttpRequest) -> HttpResponseBase:
        """Show what stands in the form of a new question as its page would be."""
        if not self.admin.has_add_permission(request):
            raise PermissionDenied
        return self.answer(request, None)

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Show what stands in the form of a question as its page would be."""
        article = self.admin.get_object(request, object_id) if is_key(object_id) else None
        if not self.admin.has_change_permission(request, article):
            raise PermissionDenied
        if article is None:
            raise Http404("没有这个问题")
        return self.answer(request, article)

    def answer(self, request: HttpRequest, article: Article | None) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            # An address that was kept, or copied: what was typed is not in it.
            self.admin.message_user(request, "预览只能从表单里点“预览”打开：它显示表单里现在的内容。", messages.WARNING)
            return HttpResponseRedirect(change_url(article) if article else reverse("admin:articles_article_add"))
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        form_class = self.admin.get_form(request, article, change=article is not None, form=PreviewForm)
        form = form_class(request.POST, instance=article)
        if not form.is_valid():
            context = self.admin.admin_site.each_context(request) | {
                "title": "还不能预览",
                "subtitle": str(article or "新问题"),
                "opts": self.admin.opts,
                "sentences": form.sentences,
            }
            return unlisted(TemplateResponse(request, "admin/articles/article/preview_refused.html", context))
        return unlisted(HttpResponse(page_of(form)))


def page_of(form: PreviewForm) -> str:
    """Return the HTML of the page that readers would get, if what was typed were published now."""
    content = content_of(form.instance, names_of(form)) | form.said
    if form.instance.pk is None:
        form.instance.pk = NEW
    shown = as_approved(form.instance, content)
    unsaved = {"at": timezone.now(), "changes": form.changes}
    context = {**parts_of_page(shown), "preview": True, "unsaved": unsaved}
    return page_html("articles/question.html", context, head=head_of(shown, index=False))


def unlisted(response: HttpResponse) -> HttpResponse:
    """Keep it out of stores and lists."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
