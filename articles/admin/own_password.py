"""The password of who is signed in, and the first one, which is changed before any page of the admin opens."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from articles.models import FirstPassword
from articles.workflow.audit import Kind, record
from healthqa.visitors import client_address

# Of the session: a new password ends every session, so that none lives longer than what it says here.
FIRST = "first_password"
STAYS_OPEN = ("password_change", "logout", "jsi18n")
NEXT = "next"


def note_sign_in(request: HttpRequest) -> None:
    """Note in the session of who has just signed in whether the password is a first one."""
    if FirstPassword.objects.filter(user=request.user).exists():
        request.session[FIRST] = True


def after_first_password(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return a view of the admin that leads to the change of a first password, and opens when that is done."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if FIRST in request.session and request.resolver_match.url_name not in STAYS_OPEN:
            address = request.get_full_path() if request.method == "GET" else reverse("admin:index")
            return HttpResponseRedirect(f"{reverse('admin:password_change')}?{urlencode({NEXT: address})}")
        return view(request, *args, **kwargs)

    return guarded


class OwnPasswordForm(AdminPasswordChangeForm):
    """Django's, which takes the old password for a new one."""

    def clean_new_password1(self) -> str:
        password = self.cleaned_data["new_password1"]
        if password and password == self.cleaned_data.get("old_password"):
            raise forms.ValidationError("新密码和原来的一样，请换一个。")
        return password


class OwnPasswordView(PasswordChangeView):
    """The page 修改密码; after a first password it leads on to where its owner wanted to go."""

    form_class = OwnPasswordForm
    template_name = "admin/own_password.html"

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        FirstPassword.objects.filter(user=self.request.user).delete()
        record(Kind.ACCOUNT, "换了自己的密码", by=self.request.user, address=client_address(self.request))
        if self.request.session.pop(FIRST, None):
            messages.success(self.request, "密码已经换好，下次用新的密码登录。")
            return HttpResponseRedirect(self.address_after())
        return answer

    def get_success_url(self) -> str:
        return reverse("admin:password_change_done")

    def address_after(self) -> str:
        address = self.request.GET.get(NEXT, "")
        is_ours = url_has_allowed_host_and_scheme(
            address, {self.request.get_host()}, require_https=self.request.is_secure()
        )
        return address if is_ours else reverse("admin:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"is_first": FIRST in self.request.session}
