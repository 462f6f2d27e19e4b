"""Readers' reports in the form of their question: those that are ticked are settled by its save."""

from articles.admin.autocomplete import is_key

SETTLES = "_settles"  # the keys of the reports that a saved question answers
SHOWN = 20


class ReportAnswers:
    """Part of the ModelAdmin of questions: the open reports above the form; those ticked are settled by its save."""

    def render_change_form(self, request, context, obj=None, **kwargs):
        if obj and request.user.has_perm("articles.change_report"):
            context["reports"] = obj.reports.open()[:SHOWN]
            waiting = map(str, context["situation"].waiting_answers)
            context["answered"] = request.POST.getlist(SETTLES) or [*request.GET.getlist("report"), *waiting]
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def settle_reports(self, request, article, correction=None):
        """Settle the ticked reports of `article` by what was saved."""
        keys = ticked(request.POST, request.user)
        if keys and (settled := article.reports.settle(keys, request.user, correction)):
            self.message_user(request, f"已答复 {settled} 份读者报告。")


def ticked(data, user):
    """Return the keys of the reports that were ticked in the form of a question, by who may answer them."""
    keys = [int(key) for key in data.getlist(SETTLES)[:SHOWN] if is_key(key)] if SETTLES in data else []
    return keys if keys and user.has_perm("articles.change_report") else []
