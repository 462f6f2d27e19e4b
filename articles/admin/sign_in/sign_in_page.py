"""The page on which somebody signs in with name and password."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from articles.models.sign_in_trial import TooManyTrials
from articles.workflow.second_factors import has_factor

from .entering import let_in, too_many, wait_for_code
from .limits import sentence
from .passkey_entry import passkeys_asked
from .passwords import who_signs_in


class SignInForm(AdminAuthenticationForm):
    """Django's, which counts before it compares."""

    error_messages = {"invalid_login": "用户名或密码不对。两样都区分大小写。"}
    refusal: TooManyTrials | None = None

    def clean(self) -> Any:
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if name and password:
            try:
                self.user_cache = who_signs_in(self.request, name, password)
            except TooManyTrials as refusal:
                self.refusal = refusal
                raise ValidationError(sentence(refusal.until), code="too_many") from None
            if self.user_cache is None:
                raise ValidationError(self.error_messages["invalid_login"], code="invalid_login")
        return self.cleaned_data


class SignInView(LoginView):
    """The page itself; a refusal is 429 and repeats nothing of what was sent."""

    authentication_form = SignInForm
    template_name = "admin/sign_in/password.html"
    next_page = "admin:index"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"passkeys": passkeys_asked(self.request)}

    def form_valid(self, form: SignInForm) -> HttpResponse:
        if has_factor(form.get_user()):
            wait_for_code(self.request, form.get_user())
            address = urlencode({self.redirect_field_name: self.get_success_url()})
            return HttpResponseRedirect(f"{reverse('admin:second_factor_code')}?{address}")
        return let_in(self.request, form.get_user(), self.get_success_url(), shown="密码")

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        if not form.refusal:
            return super().form_invalid(form)
        context = self.get_context_data(form=SignInForm(self.request), refused=sentence(form.refusal.until))
        return too_many(self.render_to_response(context), form.refusal)
