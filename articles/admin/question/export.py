"""导出: the questions that the list shows, with its filters, as a table."""

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from articles.exporting.tables import FORMS
from articles.workflow import audit

from .panel import Addresses, Panel

MOST = 100_000


class Export(Panel):
    """The list as a file."""

    def views(self) -> Addresses:
        return [("export", "export/<str:form>/", self.export_view)]

    def export_view(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Send what the list shows under the same parameters; for everybody who may look at questions."""
        if not self.admin.has_view_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if form not in FORMS:
            raise Http404("没有这种文件")
        try:
            questions = self.admin.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{reverse('admin:articles_article_changelist')}?{ERROR_FLAG}=1")
        if questions.order_by()[: MOST + 1].count() > MOST:
            self.admin.message_user(
                request, f"一次最多导出 {MOST} 个问题，请先筛选；整站请用 export_site。", messages.ERROR
            )
            return HttpResponseRedirect(f"{reverse('admin:articles_article_changelist')}?{request.GET.urlencode()}")
        number = questions.order_by().count()
        audit.record(audit.Kind.EXPORT, f"导出 {number} 个问题（{form}）", by=request.user)
        table, kind = FORMS[form]
        answer = StreamingHttpResponse(table(questions), content_type=kind)
        name = f"问题-{timezone.localtime():%Y%m%d-%H%M}.{form}"
        answer["Content-Disposition"] = content_disposition_header(True, name)
        return answer
