"""The page that asks for the code of the second factor, after the password and before anybody is signed in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.views import RedirectURLMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import FormView

from articles.models import RecoveryCode, SecondFactor, SignInTrial
from articles.models.sign_in_trial import TooManyTrials
from articles.text.one_time_codes import DIGITS, bare
from articles.workflow.audit import Kind, record_refusal
from articles.workflow.second_factors import takes_code, trouble_of
from healthqa.visitors import client_address

from .entering import let_in, too_many, who_waits
from .limits import CODE, limits_of, sentence
from .passkey_entry import passkeys_asked

LONGEST = 40  # characters: a recovery code with its hyphens, and blanks as people write them


class CodeField(forms.CharField):
    """A code of the app, or one for recovery."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {
            "autocomplete": "one-time-code",
            "autocapitalize": "off",
            "spellcheck": "false",
            "autofocus": True,
        }
        super().__init__(label="验证码", max_length=LONGEST, widget=forms.TextInput(attrs=attributes), **kwargs)


def use_code(request: HttpRequest, user: User, code: str) -> str:
    """Use up a code of `user`, counted before it is compared; return what is wrong with it, "" when it was one.

    Raises TooManyTrials.
    """
    taken = SignInTrial.take(limits_of(request, CODE, user.get_username(), user))
    if takes_code(user, code):
        SignInTrial.give_back(taken)
        return ""
    said, told = trouble_of(SecondFactor.objects.filter(user=user).first()) if is_of_app(code) else ("", "")
    record_refusal(Kind.FAILURE, told or "验证码或恢复码不对", by=user, address=client_address(request))
    return said or "验证码不对，或者已经用过。应用里的每 30 秒换一次，请用现在显示的。"


def is_of_app(code: str) -> bool:
    return len(bare(code)) == DIGITS


class CodeForm(forms.Form):
    """One code of `user`."""

    code = CodeField()
    refusal: TooManyTrials | None = None

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        try:
            wrong = use_code(self.request, self.user, code)
        except TooManyTrials as refusal:
            self.refusal = refusal
            raise ValidationError(sentence(refusal.until)) from None
        if wrong:
            raise ValidationError(wrong)
        return code


class CodeView(RedirectURLMixin, FormView):
    """The page itself."""

    form_class = CodeForm
    template_name = "admin/sign_in/code.html"
    next_page = "admin:index"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.user = who_waits(request)
        if self.user is None:
            return HttpResponseRedirect(reverse("admin:login"))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request, "user": self.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "title": "两步验证",
            "next": self.get_success_url(),
            "has_app": SecondFactor.objects.filter(user=self.user).exists(),
            "passkeys": passkeys_asked(self.request, self.user),
        }

    def form_valid(self, form: CodeForm) -> HttpResponse:
        left = RecoveryCode.objects.filter(user=self.user).count()
        is_recovery = not is_of_app(form.cleaned_data["code"])
        shown = "密码和恢复码" if is_recovery else "密码和验证码"
        answer = let_in(self.request, self.user, self.get_success_url(), shown)
        if is_recovery:
            messages.warning(
                self.request, f"您用了一个恢复码，还剩 {left} 个。手机丢了的，请在“账号安全”里换一个应用。"
            )
        return answer

    def form_invalid(self, form: CodeForm) -> HttpResponse:
        answer = super().form_invalid(form)
        return too_many(answer, form.refusal) if form.refusal else answer
