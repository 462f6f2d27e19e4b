"""Who must have a second factor (REQUIRE_SECOND_FACTOR)."""

from django.conf import settings
from django.contrib.auth.models import User

from articles.models import SecondFactor

# What lets an account reach readers unseen, or other accounts: 管理员 and 医学审核, and groups of the site's own.
WEIGHTY = ("articles.review_article", "articles.publish_unreviewed_article", "auth.change_user", "auth.change_group")


def must_enrol(user: User) -> bool:
    """Tell whether `user` has to set up a second factor before anything else."""
    if SecondFactor.objects.filter(user=user).exists():
        return False
    rule = settings.REQUIRE_SECOND_FACTOR
    if rule in ("everybody", "nobody"):
        return bool(rule == "everybody")
    if not any(user.has_perm(right) for right in WEIGHTY):
        return False
    return bool(rule == "weighty") or SecondFactor.objects.filter(user__is_active=True).exists()
