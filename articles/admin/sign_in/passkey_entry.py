"""Where a passkey signs in: after the password, in place of a code, or alone."""

from typing import Any

from django import forms
from django.contrib.auth.views import RedirectURLMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import FormView

from articles.models import Passkey
from articles.models.sign_in_trial import TooManyTrials

from .entering import let_in, too_many, who_waits
from .limits import sentence
from .passkey_ceremony import Refused, ask_to_show, credentials_of, is_offered, show


class AnswerForm(forms.Form):
    """What the browser has answered to the page; `user`, if it is known whose passkey is asked for."""

    token = forms.CharField(max_length=2_000, widget=forms.HiddenInput)
    answer = forms.CharField(max_length=20_000, widget=forms.HiddenInput)
    passkey: Passkey | None = None
    refusal: TooManyTrials | None = None

    def __init__(self, request: HttpRequest, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean(self) -> Any:
        if self.errors:
            raise ValidationError("浏览器没有给出通行密钥，请再试一次。")
        try:
            self.passkey = show(self.request, self.cleaned_data["token"], self.cleaned_data["answer"], self.user)
        except Refused as refused:
            raise ValidationError(str(refused)) from None
        except TooManyTrials as refusal:
            self.refusal = refusal
            raise ValidationError(sentence(refusal.until)) from None
        return self.cleaned_data


def passkeys_asked(request: HttpRequest, user: Any = None) -> dict[str, str] | None:
    """Return what a page asks the browser for, or None where no passkey can be the answer."""
    if not is_offered(request):
        return None
    known = credentials_of(user) if user else None
    if not (Passkey.objects.exists() if known is None else known):
        return None
    return ask_to_show(request, user, known)


class PasskeyEntryView(RedirectURLMixin, FormView):
    """Takes the answer, and is a page of its own when it does not let in."""

    form_class = AnswerForm
    template_name = "admin/sign_in/passkey_entry.html"
    next_page = "admin:index"
    http_method_names = ["post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.user = who_waits(request)
        if not is_offered(request):
            return HttpResponseRedirect(reverse("admin:login"))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request, "user": self.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        asked = passkeys_asked(self.request, self.user)
        return context | {"title": "通行密钥", "next": self.get_success_url(), "passkeys": asked, "waits": self.user}

    def form_valid(self, form: AnswerForm) -> HttpResponse:
        shown = "密码和通行密钥" if self.user else "通行密钥"
        return let_in(self.request, form.passkey.user, self.get_success_url(), shown)

    def form_invalid(self, form: AnswerForm) -> HttpResponse:
        answer = super().form_invalid(form)
        return too_many(answer, form.refusal) if form.refusal else answer
