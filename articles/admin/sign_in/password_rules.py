"""Which passwords may be chosen, beside Django's rules."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from articles.text.guessable import is_guessable


class GuessableValidator:
    """Refuses what others would guess: leaked passwords, words, dates, names of person and site, and combinations."""

    def validate(self, password: str, user: User | None = None) -> None:
        person = [user.get_username(), user.first_name, user.last_name, *user.email.split("@")] if user else []
        site = [settings.SITE_NAME, *str(urlsplit(settings.SITE_URL).hostname).split(".")]
        if is_guessable(password, [*person, *site]):
            raise ValidationError(self.get_help_text(), code="password_guessable")

    def get_help_text(self) -> str:
        return (
            "不要用容易猜到的密码：常见的和泄露过的，单词、拼音、名字、日期、键盘顺序的组合。几个不相干的词连起来就好。"
        )
