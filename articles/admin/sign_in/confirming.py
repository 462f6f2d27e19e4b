"""Who acts on somebody else's account shows once more who they are: password, and second factor where they have one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from articles.models import SecondFactor
from articles.models.sign_in_trial import TooManyTrials
from articles.workflow.second_factors import has_factor

from .code_page import CodeField, use_code
from .factor_page import OwnPasswordPart
from .limits import sentence
from .passkey_ceremony import Refused, show
from .passkey_entry import passkeys_asked


class ConfirmForm(OwnPasswordPart):
    """Password, and the code of the app, else the passkey, of who is signed in.

    On a host where no passkey can be shown, a recovery code takes its place: a host is chosen by whoever asks.
    """

    code = CodeField()
    token = forms.CharField(max_length=2_000, widget=forms.HiddenInput)
    answer = forms.CharField(max_length=20_000, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        has_app = SecondFactor.objects.filter(user=request.user).exists()
        self.passkeys = None if has_app else passkeys_asked(request, request.user)
        if self.passkeys or not has_factor(request.user):
            del self.fields["code"]
        if self.passkeys is None:
            del self.fields["token"], self.fields["answer"]

    def clean(self) -> Any:
        super().clean()
        if self.errors:  # of the password, above all: without it no code is compared
            return self.cleaned_data
        try:
            if "code" in self.fields:
                if wrong := use_code(self.request, self.request.user, self.cleaned_data["code"]):
                    self.add_error("code", wrong)
            elif self.passkeys:
                show(self.request, self.cleaned_data["token"], self.cleaned_data["answer"], self.request.user)
        except Refused as refused:
            raise ValidationError(str(refused)) from None
        except TooManyTrials as refusal:
            raise ValidationError(sentence(refusal.until)) from None
        return self.cleaned_data
