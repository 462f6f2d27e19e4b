"""The password of who is signed in, and the first one, which is changed before any page of the admin opens."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from articles.models import FirstPassword
from articles.models.sign_in_trial import TooManyTrials
from articles.workflow.audit import Kind, record
from healthqa.sessions import FIRST, end_other_sessions
from healthqa.visitors import client_address

from .gates import address_after
from .limits import sentence
from .passwords import is_own_password


class OwnPasswordForm(AdminPasswordChangeForm):
    """Django's, which takes the old password for a new one, and lets the old one be guessed without end."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        password = self.cleaned_data["old_password"]
        try:
            is_own = is_own_password(self.request, password)
        except TooManyTrials as refusal:
            raise forms.ValidationError(sentence(refusal.until)) from None
        if not is_own:
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return password

    def clean_new_password1(self) -> str:
        password = self.cleaned_data["new_password1"]
        if password and password == self.cleaned_data.get("old_password"):
            raise forms.ValidationError("新密码和原来的一样，请换一个。")
        return password


class OwnPasswordView(PasswordChangeView):
    """The page 修改密码; after a first password it leads on to where its owner wanted to go."""

    form_class = OwnPasswordForm
    template_name = "admin/own_password.html"
    title = "修改密码"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        end_other_sessions(self.request)  # which the new password has ended: no page shows them any more
        FirstPassword.objects.filter(user=self.request.user).delete()
        record(Kind.ACCOUNT, "换了自己的密码", by=self.request.user, address=client_address(self.request))
        if self.request.session.pop(FIRST, None):
            messages.success(self.request, "密码已经换好，下次用新的密码登录。")
            return HttpResponseRedirect(address_after(self.request))
        return answer

    def get_success_url(self) -> str:
        return reverse("admin:password_change_done")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"is_first": FIRST in self.request.session}
