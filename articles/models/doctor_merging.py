"""Two rows of one doctor become one, and within a week two again."""

from collections.abc import Iterable
from typing import Any

from articles.text.names import fold

from .article import Article
from .doctor import Doctor
from .merge_record import DoctorMerge, NotUndone, Undone, chunks, record_of
from .turns import turn

TOLD = {"professional_title": "职称", "department": "科室", "hospital": "医院", "biography": "简介"}


class TwoAccounts(Exception):
    """Doctors who have an account each: whose account signs for the one kept, nobody can guess."""


@turn()
def merge_doctors(doctors: Iterable[Doctor], target: Doctor, by: Any = None) -> int:
    """Merge `doctors` into `target`: answers, reviews and the account are those of `target`, addresses lead to it.

    What `target` does not say is taken over from those merged. Returns the number of doctors merged; `target` itself
    may be among them. Raises Doctor.DoesNotExist when somebody else has merged `target` away or deleted it meanwhile,
    TwoAccounts when more than one has an account; who is gone of `doctors` is skipped. What was moved is kept for a
    week.
    """
    DoctorMerge.objects.all().tidy()
    keys = {doctor.pk for doctor in doctors} | {target.pk}
    found = {doctor.pk: doctor for doctor in Doctor.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    kept = found.pop(target.pk, None)
    if kept is None:
        raise Doctor.DoesNotExist
    if sum(doctor.user_id is not None for doctor in (kept, *found.values())) > 1:
        raise TwoAccounts
    for doctor in found.values():
        content = moved_by(doctor, kept)
        record = DoctorMerge.objects.create(
            kept=kept, gone=doctor, name=str(doctor), by=by, account_id=doctor.user_id, content=content
        )
        record.carry(kept)
        Article.objects.filter(doctor=doctor).update(doctor=kept)
        Article.objects.filter(reviewer=doctor).update(reviewer=kept)
        Doctor.everyone.filter(merged_into=doctor).update(merged_into=kept)
        Doctor.everyone.filter(pk=doctor.pk).update(merged_into=kept, user=None)
        kept.user_id = kept.user_id or doctor.user_id
        for name, value in content["took"].items():
            setattr(kept, name, value)
    kept.save()
    return len(found)


def moved_by(doctor: Doctor, kept: Doctor) -> dict[str, Any]:
    """Return what merging `doctor` into `kept` will move. A review is told with its date: a new one is not his."""
    reviewed = Article.objects.filter(reviewer=doctor).order_by("pk").values_list("pk", "reviewed_on")
    return {
        "key": doctor.pk,
        "answered": list(Article.objects.filter(doctor=doctor).order_by("pk").values_list("pk", flat=True)),
        "reviewed": [[key, on.isoformat() if on else None] for key, on in reviewed],
        "former": list(doctor.former(manager="everyone").order_by("pk").values_list("pk", flat=True)),
        "took": {name: value for name in TOLD if (value := getattr(doctor, name)) and not getattr(kept, name)},
        "newest": Doctor.everyone.order_by("-pk").values_list("pk", flat=True).first(),
    }


@turn()
def undo_doctor_merge(key: int) -> Undone:
    """Take the merge of this number back: the doctor has his address, answers, reviews and account again.

    A question that has got another doctor or another review since is left alone. Raises NotUndone.
    """
    record = record_of(DoctorMerge, key)
    said = record.content
    rows = Doctor.everyone.select_for_update().filter(pk__in=[record.gone_id, record.kept_id]).order_by("pk")
    found = {row.pk: row for row in rows}
    gone, kept = found[record.gone_id], found[record.kept_id]
    check_free(gone, said["newest"])
    undone = Undone(gone, kept)
    for name, value in said["took"].items():
        if getattr(kept, name) == value:
            setattr(kept, name, "")
        else:
            undone.left.append(f"“{kept.name}”的{TOLD[name]}后来改过，留着")
    if record.account_id:
        if kept.user_id == record.account_id:
            kept.user, gone.user = None, record.account
            undone.back.append("账号")
        else:
            undone.left.append("账号后来改过，没有动")
    gone.merged_into = None
    kept.save()
    gone.save()
    Doctor.everyone.filter(pk__in=said["former"], merged_into=kept).update(merged_into=gone)
    put_back_articles(said, undone)
    record.let_go(gone)
    record.delete()
    return undone


def check_free(gone: Doctor, newest: int) -> None:
    """Raise NotUndone when somebody has made a doctor of the same name and hospital since the merge."""
    for doctor in Doctor.objects.filter(name=gone.name, pk__gt=newest):
        if fold(doctor.hospital) == fold(gone.hospital):
            raise NotUndone(f"已经有了另一位“{doctor}”，不能撤销。请先给那一位改名，或者合并。")


def put_back_articles(said: dict[str, Any], undone: Undone) -> None:
    """Give the questions that named him their doctor back, where they still name the kept one by this merge."""
    gone, kept, answers, reviews = undone.row, undone.kept, 0, 0
    for part in chunks(said["answered"]):
        answers += Article.objects.filter(pk__in=part, doctor=kept).update(doctor=gone)
    for part in chunks(said["reviewed"]):
        known = Article.objects.filter(pk__in=[row[0] for row in part], reviewer=kept).values_list("pk", "reviewed_on")
        days = {key: on.isoformat() if on else None for key, on in known}
        same = [key for key, on in part if key in days and days[key] == on]
        reviews += Article.objects.filter(pk__in=same).update(reviewer=gone)
    undone.count("个回答", answers, len(said["answered"]), "后来换了医生，没有动")
    undone.count("个审核", reviews, len(said["reviewed"]), "后来换了医生或重新审核过，没有动")
