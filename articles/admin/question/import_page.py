"""导入: a file is uploaded, its effect shown row by row, and then applied with one click."""

import io
import logging
from collections.abc import Iterator
from contextlib import closing
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import Error
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from articles.exporting.wrong_rows import given_back
from articles.importing import outages, uploads
from articles.importing.changes import CHANGED, HELD, NEW, REFUSED, SAME, SKIPPED
from articles.importing.errors import BadFile
from articles.importing.plans import Plan
from articles.models import ImportUpload
from healthqa.visitors import client_address

from .import_form import ImportForm
from .panel import Addresses, Panel

ROWS_SHOWN = 50
MARGIN = 64 * 1024  # what a form may hold besides its file
PLACE = "<!-- progress -->"  # in the template: where the lines of progress go
KINDS = {REFUSED: "不能导入", NEW: "新建", CHANGED: "更新", HELD: "改动待审", SKIPPED: "跳过", SAME: "不变"}
logger = logging.getLogger(__name__)


def may_import(user: User) -> bool:
    """Whether `user` may upload files and apply them."""
    return all(user.has_perm(f"articles.{action}_article") for action in ("view", "add", "change", "publish"))


class Import(Panel):
    """The pages of the import."""

    def views(self) -> Addresses:
        return [
            # Exempt so that the size is looked at before the form, token included, is read.
            ("import", "import/", csrf_exempt(self.import_view)),
            ("import_preview", "import/<int:key>/", self.preview_view),
            ("import_wrong_rows", "import/<int:key>/wrong-rows/", self.wrong_rows_view),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponseBase:
        """Show the form, and take a file."""
        if not may_import(request.user):
            raise PermissionDenied
        if int(request.META.get("CONTENT_LENGTH") or 0) > uploads.MOST_BYTES + MARGIN:
            form = ImportForm(user=request.user)
            form.too_large = "文件超过 20 MB，请分成几个文件。"
            return self.import_page(request, form, status=413)
        return csrf_protect(lambda request: self.upload(request))(request)

    def upload(self, request: HttpRequest) -> HttpResponseBase:
        posted = (request.POST, request.FILES) if request.method == "POST" else ()
        form = ImportForm(*posted, user=request.user)
        if not form.is_valid():
            return self.import_page(request, form)
        file = form.cleaned_data["file"]
        upload = uploads.receive(request.user, file.name, file.read(), form.cleaned_data["status"])
        return HttpResponseRedirect(preview_url(upload))

    def import_page(self, request: HttpRequest, form: Any, status: int = 200) -> HttpResponseBase:
        waiting = ImportUpload.objects.open_to(request.user)
        context = self.page_context(request, "导入问题") | {"form": form, "waiting": waiting}
        return TemplateResponse(request, "admin/articles/article/import.html", context, status=status)

    def page_context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        admin = self.admin
        return admin.admin_site.each_context(request) | {"title": title, "opts": admin.opts, "media": admin.media}

    def preview_view(self, request: HttpRequest, key: int) -> HttpResponseBase:
        """Show what a file would do, or did; apply it, look again, or drop it."""
        if not may_import(request.user):
            raise PermissionDenied
        upload = get_object_or_404(ImportUpload.objects.open_to(request.user), pk=key)
        do = request.POST.get("do") if request.method == "POST" else None
        if do in ("apply", "apply-right") and upload.applied_at is None:
            return self.apply(request, upload, skip_wrong=do == "apply-right")
        if do in ImportUpload.SameTitle.values and upload.applied_at is None:
            upload.same_title, do = do, "again"
        if do == "again" and upload.applied_at is None:
            uploads.plan(upload)
        if do == "drop":
            upload.delete()
            self.admin.message_user(request, f"已放弃文件“{upload.name}”，什么也没有改。", messages.WARNING)
            return HttpResponseRedirect(reverse("admin:articles_article_import"))
        if request.method == "POST":
            return HttpResponseRedirect(preview_url(upload))
        context = self.page_context(request, f"预览：{upload.name}") | shown_plan(upload, request.GET)
        return TemplateResponse(request, "admin/articles/article/import_preview.html", context)

    def wrong_rows_view(self, request: HttpRequest, key: int) -> HttpResponseBase:
        """Give the rows back that cannot be imported, to be mended."""
        if not may_import(request.user):
            raise PermissionDenied
        upload = get_object_or_404(ImportUpload.objects.open_to(request.user), pk=key)
        plan = Plan.unpack(upload.packed_plan)
        if not plan.can_give_back or not upload.content:
            raise Http404
        file = given_back(upload.name, io.BytesIO(upload.content), plan.problems)
        answer = StreamingHttpResponse(file.pieces, content_type=file.type)
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file.name)
        answer["Cache-Control"] = "private, no-store"
        return answer

    def apply(self, request: HttpRequest, upload: ImportUpload, skip_wrong: bool) -> HttpResponseBase:
        context = self.page_context(request, f"导入：{upload.name}") | {"upload": upload}
        page = render_to_string("admin/articles/article/import_progress.html", context, request)
        answer = StreamingHttpResponse(progress_page(page, upload, skip_wrong, client_address(request)))
        # Compressed or gathered by a proxy, the lines would all come at the end.
        answer["Content-Encoding"], answer["X-Accel-Buffering"] = "identity", "no"
        return answer


def preview_url(upload: ImportUpload) -> str:
    return reverse("admin:articles_article_import_preview", args=[upload.pk])


def shown_plan(upload: ImportUpload, query: QueryDict) -> dict[str, Any]:
    """Return the context of the preview: the counts, and one page of the rows of the chosen kind."""
    plan = Plan.unpack(upload.packed_plan)
    counts = plan.counts
    kinds = [SimpleNamespace(name=kind, label=label, count=counts[kind]) for kind, label in KINDS.items()]
    chosen = query.get("show") if query.get("show") in KINDS else ""
    rows = [row for row in plan.rows if not chosen or row.what == chosen]
    page = Paginator(rows, ROWS_SHOWN).get_page(query.get("page"))
    choices = ImportUpload.SameTitle.choices if plan.known_titles else ()
    return {
        "upload": upload,
        "plan": plan,
        "kinds": kinds,
        "chosen": chosen,
        "page": page,
        "total": len(plan.rows),
        "choices": choices,
    }


def progress_page(page: str, upload: ImportUpload, skip_wrong: bool, address: str) -> Iterator[str]:
    """Yield a page whose lines tell how far the import has come, while it is being done."""
    counts = Plan.unpack(upload.packed_plan).counts
    total = counts.total() - counts[REFUSED]
    head, tail = page.split(PLACE)
    yield head
    yield line(upload, total=total)
    try:
        with closing(uploads.apply(upload, skip_wrong=skip_wrong, address=address)) as steps:
            for done in steps:
                yield line(upload, total=total, done=done)
    except Exception as error:  # half of the page is sent already: whatever happens must be said in it
        yield line(upload, failure=failure(upload, error))
    else:
        yield line(upload, counts=counts)
    yield tail


def line(upload: ImportUpload, **said: Any) -> str:
    return render_to_string("admin/articles/article/_import_line.html", {"upload": upload, **said})


def failure(upload: ImportUpload, error: Exception) -> str:
    """Return why the import was not done, as a sentence; after a change of the site the plan is made anew."""
    if isinstance(error, uploads.PlanChanged):
        uploads.plan(ImportUpload.objects.get(pk=upload.pk))
        return "预览以后，网站上的内容变了，导入会和预览的不一样。已经重新预览，请再看一遍。"
    if isinstance(error, BadFile):
        return f"第 {error.line} 行：{error.sentence}"
    if isinstance(error, Error):
        return outages.sentence(error)
    logger.error("import %s failed", upload.pk, exc_info=error)
    return "程序出错，没有导入。请把这个文件交给管理员。"
