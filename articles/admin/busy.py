"""A form that cannot be saved because an import, or somebody else, is writing: it says so, and keeps what was typed."""

from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from articles.models.turns import is_held_up

HELD_UP = "没有保存：网站正在导入，或者正在保存别人的改动。请过几秒钟再按一次。您写的都还在，一个字也没有丢。"


class HeldUp(forms.ModelForm):
    """A form that was right or wrong, and is not saved now."""

    def clean(self) -> Any:
        cleaned = super().clean()
        self.add_error(None, HELD_UP)
        return cleaned


class Patient(ModelAdmin):
    """Shows the form again when its turn did not come in the time that a thread of the desk waits for it."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except OperationalError as error:
            if request.method != "POST" or not is_held_up(error):
                raise
            request.is_held_up = True
            return self._changeform_view(request, object_id, form_url, extra_context)  # no transaction: it only reads

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (HeldUp, form), {}) if hasattr(request, "is_held_up") else form
