"""The page on which somebody sets up an authenticator app, makes new recovery codes, or goes without."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.generic import FormView

from articles.models import RecoveryCode, SecondFactor, SignInTrial
from articles.models.second_factor import new_seed, secret_of, step_of
from articles.models.sign_in_trial import TooManyTrials
from articles.text.one_time_codes import address_for_apps, bare, written
from articles.text.qr_codes import draw
from articles.workflow.audit import Kind, record
from articles.workflow.second_factors import give_up_app, has_factor, must_enrol, trouble_of
from healthqa.sessions import ENROL, end_other_sessions

from .code_page import CodeField
from .gates import NEXT, address_after
from .limits import CODE, limits_of, sentence
from .passwords import is_own_password

SALT = "second factor to be"
PATIENCE = 3600  # seconds that a page with a new secret may stay open


class OwnPasswordPart(forms.Form):
    """Part of what changes a second factor: a session left open is not enough for it."""

    password = forms.CharField(
        label="您的密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        try:
            if not is_own_password(self.request, self.cleaned_data["password"]):
                raise ValidationError("密码不对。")
        except TooManyTrials as refusal:
            raise ValidationError(sentence(refusal.until)) from None
        return self.cleaned_data["password"]


class EnrolForm(OwnPasswordPart):
    """An app that has taken the secret shows a code of it."""

    seed = forms.CharField(max_length=400, widget=forms.HiddenInput)
    code = CodeField()
    field_order = ("code", "password", "seed")

    def clean_seed(self) -> str:
        try:
            seed, user = signing.loads(self.cleaned_data["seed"], salt=SALT, max_age=PATIENCE)
        except (signing.BadSignature, ValueError, TypeError):
            seed = user = None
        if user != self.request.user.pk:
            raise ValidationError("这一页打开得太久了，请重新打开，再扫一次。")
        return str(seed)

    def clean(self) -> Any:
        super().clean()
        if self.errors:
            return self.cleaned_data
        user = self.request.user
        try:
            taken = SignInTrial.take(limits_of(self.request, CODE, user.get_username(), user))
        except TooManyTrials as refusal:
            raise ValidationError(sentence(refusal.until)) from None
        self.step = step_of(self.cleaned_data["seed"], bare(self.cleaned_data["code"]))
        if self.step is None:
            self.add_error("code", "验证码不对。请看手机的时间准不准，再填应用里现在显示的 6 位数字。")
        else:
            SignInTrial.give_back(taken)
        return self.cleaned_data


class SecondFactorView(FormView):
    """The page itself. Its buttons say by `do` what they do: enrol, renew, remove."""

    template_name = "admin/sign_in/second_factor.html"

    def get_form_class(self) -> type[forms.Form]:
        return OwnPasswordPart if self.request.POST.get("do") in ("renew", "remove") else EnrolForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def get_initial(self) -> dict[str, Any]:
        return {"seed": signing.dumps([new_seed(), self.request.user.pk], salt=SALT)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user, form, do = self.request.user, context["form"], self.request.POST.get("do", "")
        factor = SecondFactor.objects.filter(user=user).first()
        if isinstance(form, EnrolForm):
            context |= self.secret_shown(form)
        return context | {
            "title": "两步验证",
            "factor": factor,
            "trouble": trouble_of(factor)[0],
            "renew_form": OwnPasswordPart(self.request, auto_id="renew-%s"),
            "remove_form": OwnPasswordPart(self.request, auto_id="remove-%s"),
            "codes_left": RecoveryCode.objects.filter(user=user).count(),
            "must": ENROL in self.request.session,
            "wants_new": "new" in self.request.GET or (do and isinstance(form, EnrolForm)),
            "do": do,
        }

    def secret_shown(self, form: EnrolForm) -> dict[str, Any]:
        """Return a new secret as a QR code and as letters; the one of a form that was sent stays the same."""
        try:
            seed, user = signing.loads(form["seed"].value() or "", salt=SALT, max_age=PATIENCE)
        except (signing.BadSignature, ValueError, TypeError):
            return {}
        if user != self.request.user.pk:
            return {}
        secret = secret_of(str(seed))
        return {"secret": written(secret), "qr": self.picture(secret)}

    def picture(self, secret: bytes) -> SafeString:
        address = address_for_apps(secret, self.request.user.get_username(), settings.SITE_NAME)
        return mark_safe(draw(address, "给验证器应用扫的二维码"))

    def form_valid(self, form: Any) -> HttpResponse:
        request, user = self.request, self.request.user
        end_other_sessions(request)  # whoever holds one may be why this changes
        if isinstance(form, EnrolForm):
            codes = SecondFactor.enrol(user, form.cleaned_data["seed"], form.step)
            record(Kind.FACTOR, "开启了两步验证", by=user)
            request.session.pop(ENROL, None)
            return show_codes(self, codes, "两步验证已经开启")
        if request.POST["do"] == "renew" and has_factor(user):
            record(Kind.FACTOR, "换了新的恢复码", by=user)
            return show_codes(self, RecoveryCode.renew(user), "新的恢复码")
        if give_up_app(user):
            record(Kind.FACTOR, "停用了两步验证", by=user)
        if must_enrol(user):
            request.session[ENROL] = True
        messages.success(request, "两步验证已经停用。")
        return HttpResponseRedirect(reverse("admin:own_account"))


def show_codes(view: FormView, codes: list[str], title: str) -> HttpResponse:
    """Answer with the codes themselves: they stand in no message, session or address."""
    request = view.request
    context = FormView.get_context_data(view, form=None) | {"codes": codes, "title": title}
    context["after"] = address_after(request) if NEXT in request.GET else reverse("admin:own_account")
    view.template_name = "admin/sign_in/recovery_codes.html"
    return view.render_to_response(context)
