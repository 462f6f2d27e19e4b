"""Who has a second factor, who must (REQUIRE_SECOND_FACTOR), and how one is given up: app, passkeys, recovery codes."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from articles.models import Passkey, RecoveryCode, SecondFactor
from articles.text.one_time_codes import DIGITS, bare

# What lets an account reach readers unseen, or other accounts: 管理员 and 医学审核, and groups of the site's own.
WEIGHTY = ("articles.review_article", "articles.publish_unreviewed_article", "auth.change_user", "auth.change_group")


def has_factor(user: User) -> bool:
    """Tell whether more than the password is asked of `user`."""
    return SecondFactor.objects.filter(user=user).exists() or Passkey.objects.filter(user=user).exists()


def must_enrol(user: User) -> bool:
    """Tell whether `user` has to set up a second factor before anything else."""
    if has_factor(user):
        return False
    rule = settings.REQUIRE_SECOND_FACTOR
    if rule in ("everybody", "nobody"):
        return bool(rule == "everybody")
    if not any(user.has_perm(right) for right in WEIGHTY):
        return False
    if rule == "weighty":
        return True
    return any(kind.objects.filter(user__is_active=True).exists() for kind in (SecondFactor, Passkey))


def takes_code(user: User, code: str) -> bool:
    """Use up a code of the app of `user`, or one for recovery; tell whether it was one."""
    code = bare(code)
    if len(code) != DIGITS:
        return RecoveryCode.use(user, code)
    app = SecondFactor.objects.filter(user=user).first()
    return app is not None and app.takes(code)


def trouble_of(app: SecondFactor | None) -> tuple[str, str]:
    """Return why no code of `app` can be right, for its owner and for the audit log; "" twice where one can."""
    if app is None:
        return "", ""
    if not app.is_known:
        return (
            "您的验证器应用现在不能用：本站存的数据坏了，或者换过密钥。请填一个恢复码，登录以后在“账号安全”里换一个应用；"
            "没有恢复码，请找管理员取消两步验证。",
            "验证器应用不能用：存的数据坏了，或者本站换过 SECRET_KEY",
        )
    if app.is_ahead:
        return (
            "本站服务器的时钟往回调过，验证器应用的验证码要过一段时间才能再用。请填一个恢复码，并告诉管理员。",
            "验证码没有用上：服务器的时钟往回调过",
        )
    return "", ""


@transaction.atomic
def give_up_app(user: User) -> bool:
    """Forget the app of `user`; tell whether there was one. Recovery codes go with the last factor."""
    is_gone = bool(SecondFactor.objects.filter(user=user).delete()[0])
    forget_codes(user)
    return is_gone


@transaction.atomic
def give_up_passkey(user: User, key: int) -> str:
    """Forget a passkey of `user`; return its name, or "" where there is none of this key."""
    passkey = Passkey.objects.filter(user=user, pk=key).first()
    if passkey is None or not Passkey.objects.filter(pk=key).delete()[0]:
        return ""
    forget_codes(user)
    return passkey.name


@transaction.atomic
def reset(user: User) -> bool:
    """Forget app, passkeys and recovery codes of `user`; tell whether there was anything beside the password."""
    had = has_factor(user)
    for kind in (SecondFactor, Passkey, RecoveryCode):
        kind.objects.filter(user=user).delete()
    return had


def forget_codes(user: User) -> None:
    if not has_factor(user):
        RecoveryCode.objects.filter(user=user).delete()
