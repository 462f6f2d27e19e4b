"""The forms of an account: who it is for, what they do, and the first password."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth import password_validation
from django.contrib.auth.forms import ReadOnlyPasswordHashWidget, UserChangeForm, UsernameField
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.models import Doctor, FirstPassword
from articles.models.first_password import generated_password
from articles.text.names import clean_person
from articles.workflow.groups import DUTIES

LONGEST = 128  # characters of a password


class GroupChoices(forms.ModelMultipleChoiceField):
    """Groups to tick, each with what it does."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group: Group) -> SafeString | str:
        duty = DUTIES.get(group.name)
        return format_html('{} <span class="quiet">{}</span>', group.name, duty) if duty else group.name


class FirstPasswordField(forms.CharField):
    """A password to be handed on; left empty, one is made."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="初始密码",
            required=False,
            strip=False,
            max_length=LONGEST,
            widget=AdminTextInputWidget(attrs={"autocomplete": "off", "spellcheck": "false"}),
            help_text="留空就由系统生成一个，保存以后显示一次。自己写的至少 10 个字符。",
            **kwargs,
        )


class FirstPasswordForm(forms.Form):
    """Part of a form that gives the account `user` a first password, and the whole of the one that does only that."""

    first_password = FirstPasswordField()
    user: User

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user:
            self.user = user

    def clean(self) -> Any:
        super().clean()
        try:
            if password := self.cleaned_data.get("first_password"):
                password_validation.validate_password(password, self.whose())
        except ValidationError as error:
            self.add_error("first_password", error)
        return self.cleaned_data

    def whose(self) -> User:
        """Return the account as far as it is known: a password must not be like its name."""
        return self.user

    @cached_property
    def password(self) -> str:
        return self.cleaned_data["first_password"] or generated_password()

    def give(self) -> None:
        FirstPassword.give(self.user, self.password)


class DoctorOfAccount(forms.ModelForm):
    """Part of the form of an account: the doctor whose own it is."""

    doctor = forms.ModelChoiceField(
        Doctor.objects.none(),
        label="对应的医生",
        required=False,
        help_text="这位医生本人的账号：通过的内容，审核医生就是这位医生。已经有账号的医生不在这里。",
        error_messages={"invalid_choice": "没有这位医生，或者这位医生已经有账号。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "doctor" in self.fields:
            self.fields["doctor"].queryset = free_doctors(self.instance)
            self.initial["doctor"] = (
                Doctor.objects.filter(user=self.instance.pk or 0).values_list("pk", flat=True).first()
            )

    def clean_last_name(self) -> str:
        return clean_person(self.cleaned_data["last_name"])

    def clean_first_name(self) -> str:
        return clean_person(self.cleaned_data["first_name"])

    def assign_doctor(self) -> None:
        """Let the account be the chosen doctor's own, and no other's."""
        if "doctor" not in self.changed_data:
            return
        chosen = self.cleaned_data["doctor"]
        Doctor.objects.filter(user=self.instance).update(user=None)
        if chosen:
            free_doctors(self.instance).filter(pk=chosen.pk).update(user=self.instance)


class AccountForm(FirstPasswordForm, DoctorOfAccount):
    """The form of a new account."""

    class Meta:
        model = User
        fields = ("username", "last_name", "first_name", "email", "groups")
        field_classes = {"username": UsernameField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = self.instance
        self.fields["groups"].required = True
        self.fields["groups"].error_messages["required"] = "请至少选一个组：没有组的账号什么也不能做。"

    def whose(self) -> User:
        return User(
            **{name: self.cleaned_data.get(name) or "" for name in ("username", "last_name", "first_name", "email")}
        )

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        if name and User.objects.filter(username__iexact=name).exists():
            raise ValidationError("已经有这个用户名了。")
        return name


class PasswordLine(ReadOnlyPasswordHashWidget):
    """Whose password it is, in place of Django's digest, and the way to another."""

    said = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        said = {"summary": [{"label": self.said}], "button_label": "给初始密码"}
        return forms.Widget.get_context(self, name, value, attrs) | said  # Django's own fails of a damaged digest


class AccountChangeForm(DoctorOfAccount, UserChangeForm):
    """The form of an account that is there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if password := self.fields.get("password"):
            password.widget = PasswordLine()
            is_first = FirstPassword.objects.filter(user=self.instance).exists()
            password.widget.said = "初始密码，本人还没有换过" if is_first else "本人的密码，谁也看不到"
            password.help_text = "忘记密码的人，给一个新的初始密码；第一次登录时要换掉。"


def free_doctors(user: User) -> QuerySet[Doctor]:
    """Return the doctors without an account, and the one whose account is that of `user`."""
    return Doctor.objects.filter(Q(user=None) | Q(user=user.pk or 0))
