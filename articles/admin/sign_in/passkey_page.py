"""The page on which somebody adds passkeys, sees which there are, and removes them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import FormView

from articles.models import Passkey, RecoveryCode
from articles.models.passkey import LONGEST_NAME, MOST
from articles.workflow.audit import Kind, record
from articles.workflow.second_factors import give_up_passkey, must_enrol
from healthqa.sessions import ENROL, end_other_sessions

from .factor_page import OwnPasswordPart, show_codes
from .gates import address_after
from .passkey_ceremony import Refused, ask_to_make, is_offered, make, stored_key


class NameForm(OwnPasswordPart):
    """What a new passkey is called."""

    name = forms.CharField(
        label="名字", max_length=LONGEST_NAME, help_text="您认得出的，例如“工作电脑”“我的手机”。", strip=True
    )
    field_order = ("name", "password")


class PasskeyView(FormView):
    """The page itself. Its buttons say by `do` what they do: add (asks), make (takes the answer), remove."""

    template_name = "admin/sign_in/passkeys.html"

    def get_form_class(self) -> type[forms.Form]:
        return {"make": forms.Form, "remove": OwnPasswordPart}.get(self.request.POST.get("do"), NameForm)

    def get_form(self, form_class: Any = None) -> forms.Form:
        kind = self.get_form_class()
        sent = self.request.POST if self.request.method == "POST" else None
        return kind(sent) if kind is forms.Form else kind(self.request, sent)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = Passkey.objects.filter(user=self.request.user)
        do, form = self.request.POST.get("do", ""), context["form"]
        forms_of = [(row, self.form_of(row, form), stored_key(row)) for row in rows]
        return context | {
            "title": "通行密钥",
            "rows": forms_of,
            "add_form": form if isinstance(form, NameForm) else NameForm(self.request),
            "is_offered": is_offered(self.request),
            "is_full": len(forms_of) >= MOST,
            "must": ENROL in self.request.session,
            "do": do,
        }

    def form_of(self, row: Passkey, form: forms.Form) -> forms.Form:
        """Return the form that removes `row`: the one that was sent, when it was this one."""
        is_sent = self.request.POST.get("do") == "remove" and self.request.POST.get("key") == str(row.pk)
        return form if is_sent else OwnPasswordPart(self.request, auto_id=f"{row.pk}-%s")

    def form_valid(self, form: Any) -> HttpResponse:
        do = self.request.POST.get("do")
        if do == "remove":
            return self.remove()
        if not is_offered(self.request) or Passkey.objects.filter(user=self.request.user).count() >= MOST:
            return self.refuse("现在不能添加通行密钥。")
        if do == "make":
            return self.make()
        asked = ask_to_make(self.request, self.request.user, form.cleaned_data["name"])
        self.template_name = "admin/sign_in/passkey_new.html"
        return self.render_to_response(super().get_context_data(title="添加通行密钥", passkeys=asked))

    def make(self) -> HttpResponse:
        request, user = self.request, self.request.user
        try:
            passkey = make(request, request.POST.get("token", ""), request.POST.get("answer", ""))
            with transaction.atomic():
                if not self.take_turn():
                    return HttpResponseRedirect(request.get_full_path())  # with no message: its session takes none
                passkey.save()
                codes = [] if RecoveryCode.objects.filter(user=user).exists() else RecoveryCode.renew(user)
                record(Kind.FACTOR, f"添加了通行密钥“{passkey}”", by=user)
                request.session.pop(ENROL, None)
                end_other_sessions(request)  # whoever holds one may be why this changes
        except Refused as refused:
            return self.refuse(str(refused))
        except IntegrityError:
            return self.refuse("这个通行密钥已经添加过了。")
        if codes:
            return show_codes(self, codes, "通行密钥已经添加")
        messages.success(request, f"已添加通行密钥“{passkey}”。")
        return HttpResponseRedirect(address_after(request) if "next" in request.GET else reverse("admin:passkeys"))

    def take_turn(self) -> bool:
        """Let what is asked for one account at the same instant be done one after the other, within a transaction.

        Returns False when another request has used up this session, and with it what the page asked.
        """
        User.objects.select_for_update().get(pk=self.request.user.pk)
        return self.request.session.exists(self.request.session.session_key)

    def remove(self) -> HttpResponse:
        request, key = self.request, self.request.POST.get("key", "")
        name = give_up_passkey(request.user, int(key)) if key.isascii() and key.isdecimal() and len(key) < 19 else ""
        if not name:
            return self.refuse("没有这个通行密钥。")
        record(Kind.FACTOR, f"删除了通行密钥“{name}”", by=request.user)
        end_other_sessions(request)
        if must_enrol(request.user):
            request.session[ENROL] = True
        messages.success(request, f"已删除通行密钥“{name}”。请在设备的密码管理里也把它删除。")
        return HttpResponseRedirect(reverse("admin:passkeys"))

    def refuse(self, why: str) -> HttpResponse:
        messages.error(self.request, why)
        return HttpResponseRedirect(self.request.get_full_path())
