"""In whose name a review is signed: a doctor's account signs for that doctor alone, administrators for anybody."""

from datetime import date
from typing import NamedTuple

from django.contrib.auth.models import User
from django.utils import timezone

from articles.models import Doctor, Revision
from articles.models.review import next_review
from articles.models.revision import Content

LONGEST = Revision._meta.get_field("comment").max_length or 0


class SignOff(NamedTuple):
    """Who has reviewed a text, when, and when that must happen again."""

    doctor: Doctor
    on: date
    due_on: date

    @property
    def content(self) -> Content:
        """What a version says of it."""
        days = {"reviewed_on": self.on.isoformat(), "review_due_on": self.due_on.isoformat()}
        return {"reviewer": self.doctor.pk} | days


def doctor_of(user: User) -> Doctor | None:
    """Return the doctor whose account this is, or None (1 query)."""
    doctor: Doctor | None = Doctor.objects.filter(user=user.pk).first()
    return doctor


def may_sign(user: User) -> bool:
    return user.has_perm("articles.review_article")


def may_sign_for_others(user: User) -> bool:
    return may_sign(user) and user.has_perm("articles.publish_unreviewed_article")


def own_sign_off(doctor: Doctor) -> SignOff:
    """Return the review that `doctor` gives today."""
    today = timezone.localdate()
    return SignOff(doctor, today, next_review(today))


def obstacle_to_signing(user: User, doctor: Doctor | int | None) -> str | None:
    """Return why this person cannot sign a review as that of a doctor, in Chinese, or None (at most 2 queries).

    A doctor without an account can be signed for by who is no doctor, as 医学审核 did before there were accounts.
    """
    doctor = Doctor.everyone.meant_by(doctor) if isinstance(doctor, int) else doctor
    if doctor is None:
        return None
    if not may_sign(user):
        return "只有医学审核可以登记审核。"
    if doctor.user_id == user.pk or may_sign_for_others(user):
        return None
    if own := doctor_of(user):
        return f"只能用您自己（{own.name}）的名字登记审核；别的医生由管理员登记。"
    return f"{doctor.name}有自己的账号，请本人登记审核，或者由管理员登记。" if doctor.user_id else None


def signature(before: Content, after: Content) -> int | None:
    """Return the key of the doctor in whose name `after` says a review that `before` does not, or None."""
    reviewer, on = after.get("reviewer"), after.get("reviewed_on")
    is_new = (reviewer, on) != (before.get("reviewer"), before.get("reviewed_on"))
    return reviewer if reviewer and on and is_new else None


def said_of(user: User, doctor: Doctor, comment: str) -> str:
    """Return the comment of a version, which says so when somebody else has signed for the doctor."""
    if doctor.user_id == user.pk:
        return comment
    remark = f"（代{doctor.name}登记审核）"
    return comment[: LONGEST - len(remark)] + remark
