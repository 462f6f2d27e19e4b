"""Files that editors upload: planned, shown, and written in one transaction if the plan still holds."""

import io
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from django.conf import settings
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from articles.models import Article, ImportUpload, Revision
from articles.models.parts import Weight, named
from articles.models.revision import changed_names
from articles.workflow import proofs

from . import versions
from .catalogue import Catalogue, Known
from .changes import CHANGED, HELD, LIKES, NEW, SAME, Draft, Row, refused
from .errors import BadFile
from .files import read_batches
from .plans import Digest, Plan
from .reading import PatientReading, Reading
from .records import Record
from .tagging import PresentTags
from .writer import Writer

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 20_000
MOST_SECONDS = 60  # of this thread's own work, not of waiting for others on a busy machine
REVIEWED = named(weight=Weight.REVIEW)
UNVERSIONED = {LIKES, "revised_at"}  # what no version keeps, and so cannot wait for 医学审核


class PlanChanged(Exception):
    """The site has changed since the preview, so the import would not do what was shown."""


class UploadReading(Reading):
    most_rows: ClassVar[int] = MOST_ROWS


class PatientUploadReading(PatientReading):
    most_rows: ClassVar[int] = MOST_ROWS


class UploadWriter(Writer):
    """Writes what an editor uploads, within the editor's own rights."""

    def __init__(self, upload: ImportUpload, reading: Reading) -> None:
        super().__init__(Catalogue(), upload.status)
        self.user, self.refuse = upload.user, reading.refuse
        self.rows, self.digest = [], Digest()

    def draft(
        self, records: Sequence[Record], found: dict[str, Known], create: bool
    ) -> tuple[list[Draft], PresentTags]:
        keys = [found[record.source].pk for record in records if record.source in found]
        self.open = set(Revision.objects.open().filter(article__in=keys).values_list("article", flat=True))
        return super().draft(records, found, create)

    def fill(
        self, record: Record, article: Article | None, tags: list[str], found: dict[str, Known], is_marked: bool = False
    ) -> Draft:
        """Let what has been public wait for 医学审核, unless this editor may publish without."""
        if article is None or article._state.adding:
            return super().fill(record, article, tags, found, is_marked)
        before, updated = versions.content_of(article, tags), article.updated_at
        draft = super().fill(record, article, tags, found, is_marked)
        draft.content_before, draft.updated_before = before, updated
        draft.changes_content = bool(changed_names(before, versions.content_of(article, draft.tags)))
        draft.is_held = draft.changes_content and article.is_out and not may_publish(self.user)
        return draft

    def tell(self, row: Row) -> None:
        super().tell(row)
        self.rows.append(row)
        self.digest.add(row)

    def obstacle(self, draft: Draft) -> str | None:
        """Return why the editor may not do what the record says, or None."""
        article, record = draft.article, draft.record
        if draft.what == SAME or article is None:
            return None
        if draft.what == NEW and not article.body and self.status != Article.Status.DRAFT and not record.is_listed:
            return "没有正文，只能导入为草稿。"
        if draft.what == NEW and article.is_out and not may_publish(self.user):
            return "要先经过医学审核，请导入为草稿或待审。"
        if draft.what != NEW and draft.changes_content and article.is_out and article.pk in self.open:
            return "这个问题还有没处理完的改动，请先在后台处理。"
        if draft.what != HELD and article.status == Article.Status.PUBLISHED and (sentence := proofs.obstacle(article)):
            return sentence
        changed = set(draft.changed)
        is_shown = draft.what != NEW and article.is_out and not may_publish(self.user)
        if is_shown and not changed.isdisjoint(UNVERSIONED):
            return "已发布的问题，点赞和更新时间只有管理员可以导入。请去掉这两列，或者请管理员导入。"
        if draft.what != NEW and "related" in changed and not self.user.has_perm("articles.change_relateditem"):
            return "您没有改相关问题的权限。"
        if not changed.isdisjoint(REVIEWED) and not self.user.has_perm("articles.review_article"):
            return "审核医生和审核日期只有能登记医学审核的人可以改，请去掉这几列。"
        if self.tagging.unknown(record) and not self.user.has_perm("articles.add_tag"):
            return f"没有标签“{self.tagging.unknown(record)[0]}”，您没有新建标签的权限。"
        if "doctor" in changed and article.doctor._state.adding and not self.user.has_perm("articles.add_doctor"):
            return f"没有医生“{article.doctor}”，您没有新建医生的权限。"
        persons = [person for person in (article.doctor, article.reviewer) if person and person._state.adding]
        if any(person.biography for person in persons) and not self.user.has_perm("articles.word_doctor"):
            return "医生简介要由医学审核来写，请去掉“医生简介”一列。"
        return None


def may_publish(user: User) -> bool:
    """Whether what `user` imports may reach readers before 医学审核 has seen it."""
    action = "publish_unreviewed" if settings.REVIEW_REQUIRED else "publish"
    return user.has_perm(f"articles.{action}_article")


def receive(user: User, name: str, content: bytes, status: str) -> ImportUpload:
    """Keep an uploaded file with its plan, and return the ImportUpload."""
    with transaction.atomic():
        upload = ImportUpload.receive(user, name, content, status)
        plan(upload)
    return upload


def plan(upload: ImportUpload) -> Plan:
    """Find out what importing `upload` would do now, and keep it."""
    reading = PatientUploadReading()
    writer = UploadWriter(upload, reading)
    until = time.thread_time() + MOST_SECONDS
    rows = writer.rows
    try:
        for batch in read_batches(upload.name, io.BytesIO(upload.content), reading):
            if time.thread_time() > until:
                raise BadFile(f"看到这一行已经用了 {MOST_SECONDS} 秒计算时间，请分成几个文件。", batch[0].line)
            writer.plan(batch)
    except BadFile as error:
        reading.refused.append(error)
    rows = sorted([*rows, *map(refused, reading.refused)], key=lambda row: row.line)
    made = Plan(rows, reading.notes, str(reading.ignored), str(writer.digest))
    upload.packed_plan, upload.plan_digest = made.pack(), made.digest if made.is_ready else ""
    upload.save(update_fields=["packed_plan", "plan_digest"])
    return made


def apply(upload: ImportUpload) -> Iterator[int]:
    """Import `upload` in one transaction. A generator of the number of rows done so far.

    Raises PlanChanged or BadFile, and then nothing is changed; nor when the generator is closed or the process killed.
    """
    reading = UploadReading()
    writer = UploadWriter(upload, reading)
    with transaction.atomic():
        upload = ImportUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if upload.applied_at:
            raise BadFile("这个文件已经导入过了。")
        if not upload.plan_digest or not upload.is_intact:
            raise BadFile("这个文件不能导入，请重新上传。")
        for batch in read_batches(upload.name, io.BytesIO(upload.content), reading):
            drafts = writer.store(batch)
            versions.record(drafts, upload.user, f"从文件“{upload.name}”导入")
            log(upload, drafts)
            yield len(writer.rows)
        if str(writer.digest) != upload.plan_digest:
            raise PlanChanged
        upload.finish()


def log(upload: ImportUpload, drafts: Iterable[Draft]) -> None:
    """Write into the history of each article whose file it was."""
    flags = {NEW: ADDITION, CHANGED: CHANGE, HELD: CHANGE}
    kind = ContentType.objects.get_for_model(Article)
    LogEntry.objects.bulk_create(
        LogEntry(
            user_id=upload.user_id,
            content_type=kind,
            object_id=draft.article.pk,
            object_repr=str(draft.article)[:200],
            action_flag=flags[draft.what],
            change_message=f"从文件“{upload.name}”导入。",
        )
        for draft in drafts
    )
