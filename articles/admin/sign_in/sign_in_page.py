"""The page on which somebody signs in with name and password."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from articles.models.sign_in_trial import TooManyTrials

from .known_browser import remember_browser
from .limits import sentence
from .own_password import note_sign_in
from .passwords import who_signs_in


class SignInForm(AdminAuthenticationForm):
    """Django's, which counts before it compares."""

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
                raise self.get_invalid_login_error()
        return self.cleaned_data


class SignInView(LoginView):
    """The page itself; a refusal is 429 and repeats nothing of what was sent."""

    authentication_form = SignInForm
    template_name = "admin/sign_in/password.html"
    next_page = "admin:index"

    def form_valid(self, form: SignInForm) -> HttpResponse:
        return let_in(self.request, form.get_user(), self.get_success_url())

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        if not form.refusal:
            return super().form_invalid(form)
        context = self.get_context_data(form=SignInForm(self.request), refused=sentence(form.refusal.until))
        return too_many(self.render_to_response(context), form.refusal)


def too_many(answer: HttpResponse, refusal: TooManyTrials) -> HttpResponse:
    """Let `answer` be that of a refused trial, with the seconds to wait."""
    answer.status_code = 429
    answer["Retry-After"] = str(max(1, int((refusal.until - timezone.now()).total_seconds()) + 1))
    return answer


def let_in(request: HttpRequest, user: User, address: str) -> HttpResponse:
    """Begin the session of `user`, who has shown all that is asked for, and lead to `address`."""
    request.session.flush()  # of whoever sat here before
    login(request, user)
    request.session.begin_anew()
    note_sign_in(request)
    answer = HttpResponseRedirect(address)
    remember_browser(answer, user)
    return answer
