"""Files that editors upload: planned, shown, and written in one transaction if the plan still holds."""

import io
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from articles.models import Article, ImportUpload, Revision
from articles.models.parts import Weight, named
from articles.models.revision import changed_names
from articles.workflow import audit, proofs
from articles.workflow.signing import obstacle_to_signing

from . import versions
from .catalogue import Catalogue, Known
from .changes import CHANGED, HELD, LIKES, NEW, SAME, SKIPPED, Draft, Row, refused
from .errors import BadFile
from .files import read_batches
from .plans import Digest, Plan
from .reading import PatientReading, Reading
from .records import Record
from .same_titles import SiteTitles, compared, has_own_key
from .tagging import PresentTags
from .writer import Writer

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 20_000
PASSES = 3
MOST_SECONDS = 60  # of this thread's own work, not of waiting for others on a busy machine
REVIEWED = named(weight=Weight.REVIEW)
SIGNED = ("reviewer", "reviewed_on")  # these say that somebody has reviewed a text; the date of the next does not
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
        self.user, self.reading = upload.user, reading
        self.refused: list[BadFile] = []
        self.rows, self.digest = [], Digest()
        self.same_title = upload.same_title
        self.titles: SiteTitles | None = None  # read before the first row is written
        self.of_site: dict[int, list[int]] = {}  # the questions that have the title of a row, by its line
        self.known_titles = 0
        self.signing: dict[int | None, str | None] = {}  # why a doctor may not be signed for, by key
        self.taken: dict[int, int] = {}  # number of a question → the line that changes it

    def recognise(self, records: Sequence[Record]) -> tuple[Sequence[Record], dict[str, Known]]:
        """Find questions by their titles, too, and do with those records what the editor has chosen."""
        records, found = super().recognise(records)
        if any(record.listed_source for record in records):  # a page has keys of its own
            return records, found
        self.titles = self.titles or SiteTitles()
        numbers: dict[str, int] = {}
        kept = [record for record in records if self.is_kept(record, found.get(record.source), numbers)]
        return kept, found | self.catalogue.titled(numbers)

    def is_kept(self, record: Record, known: Known | None, numbers: dict[str, int]) -> bool:
        """Whether a record is still to be looked at; `numbers` gets the question that it stands for by its title."""
        title, number = record.columns["title"], known.pk if known else None
        same = [] if known else self.titles.of(title)
        if same:
            self.of_site[record.line] = same
        if same and not has_own_key(record):
            self.known_titles += 1
            if self.same_title == ImportUpload.SameTitle.SKIP:
                self.tell(Row(record.line, SKIPPED, title, same[0]))
                return False
            if self.same_title == ImportUpload.SameTitle.CHANGE:
                if len(same) > 1:
                    said = "、".join(map(str, same[:5]))
                    sentence = f"网站上有 {len(same)} 个这样的标题（编号 {said}），看不出要改哪一个。"
                    self.refuse(BadFile(sentence, record.line, title))
                    return False
                number = numbers[record.source] = same[0]
        if number and (line := self.taken.setdefault(number, record.line)) != record.line:
            numbers.pop(record.source, None)
            self.refuse(BadFile(f"和第 {line} 行改的是同一个问题，请只留一行。", record.line, title))
            return False
        return True

    def draft(
        self, records: Sequence[Record], found: dict[str, Known], create: bool
    ) -> tuple[list[Draft], PresentTags]:
        keys = [found[record.source].pk for record in records if record.source in found]
        self.open = set(Revision.objects.open().filter(article__in=keys).values_list("article", flat=True))
        return super().draft(records, found, create)

    def fill(
        self,
        record: Record,
        article: Article | None,
        tags: list[str],
        found: dict[str, Known],
        keeps_source: bool = False,
    ) -> Draft:
        """Let what has been public wait for 医学审核, unless this editor may publish without."""
        if article is None or article._state.adding:
            return super().fill(record, article, tags, found, keeps_source)
        before, updated = versions.content_of(article, tags), article.updated_at
        draft = super().fill(record, article, tags, found, keeps_source)
        draft.content_before, draft.updated_before = before, updated
        draft.changes_content = bool(changed_names(before, versions.content_of(article, draft.tags)))
        draft.is_held = draft.changes_content and article.is_out and not may_publish(self.user)
        return draft

    def refuse(self, error: BadFile) -> None:
        self.refused.append(error)
        self.reading.refuse(error)

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
        if not changed.isdisjoint(SIGNED) and (sentence := self.obstacle_to_signing(article)):
            return sentence
        if self.tagging.unknown(record) and not self.user.has_perm("articles.add_tag"):
            return f"没有标签“{self.tagging.unknown(record)[0]}”，您没有新建标签的权限。"
        if "doctor" in changed and article.doctor._state.adding and not self.user.has_perm("articles.add_doctor"):
            return f"没有医生“{article.doctor}”，您没有新建医生的权限。"
        persons = [person for person in (article.doctor, article.reviewer) if person and person._state.adding]
        if any(person.biography for person in persons) and not self.user.has_perm("articles.word_doctor"):
            return "医生简介要由医学审核来写，请去掉“医生简介”一列。"
        return None

    def obstacle_to_signing(self, article: Article) -> str | None:
        """Return why the editor may not sign the review that the record gives the article, or None."""
        if not (article.reviewer and article.reviewed_on):
            return None
        key = article.reviewer.pk  # None of new ones, who have no account
        if key not in self.signing:
            self.signing[key] = obstacle_to_signing(self.user, article.reviewer)
        return self.signing[key]


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
    until = time.thread_time() + MOST_SECONDS
    wrong: dict[int, BadFile] = {}
    look = look_through(upload, wrong, until)
    known_titles = look.writer.known_titles
    # What the right rows would do is asked again without the rows that were refused for their doctor or their tags.
    for _ in range(PASSES):
        refused_now = {error.line: error for error in look.writer.refused}
        if not refused_now or not look.is_whole:
            break
        wrong |= refused_now
        look = look_through(upload, wrong, until)
    errors = [*look.reading.refused, *wrong.values()]
    rows = sorted([*look.writer.rows, *map(refused, errors)], key=lambda row: row.line)
    notes = look.reading.notes
    if not look.is_page:
        rows, said = compared(rows, look.writer.of_site)
        notes = [*notes, *said]
    can_be_parted = look.is_whole and not look.is_page and not look.writer.refused
    made = Plan(rows, notes, str(look.reading.ignored), str(look.writer.digest), can_be_parted, known_titles)
    upload.packed_plan, upload.plan_digest = made.pack(), made.digest if made.is_ready else ""
    upload.save(update_fields=["packed_plan", "plan_digest", "same_title"])
    return made


@dataclass
class Look:
    """One look through a file, and whether it came to the end."""

    reading: PatientUploadReading
    writer: UploadWriter
    is_whole: bool = True
    is_page: bool = False


def look_through(upload: ImportUpload, left_out: Collection[int], until: float) -> Look:
    """Plan the records of a file but those of the lines `left_out`."""
    reading = PatientUploadReading()
    look = Look(reading, UploadWriter(upload, reading))
    try:
        for batch in read_batches(upload.name, io.BytesIO(upload.content), reading):
            if time.thread_time() > until:
                raise BadFile(f"看到这一行已经用了 {MOST_SECONDS} 秒计算时间，请分成几个文件。", batch[0].line)
            look.is_page = look.is_page or any(record.listed_source for record in batch)
            look.writer.plan([record for record in batch if record.line not in left_out])
    except BadFile as error:
        look.is_whole = False
        reading.refused.append(error)
    return look


def apply(upload: ImportUpload, *, skip_wrong: bool = False, address: str = "") -> Iterator[int]:
    """Import `upload` in one transaction, or of it what is right. A generator of the number of rows done so far.

    `address` is where its user comes from, for the audit log.

    Raises PlanChanged or BadFile, and then nothing is changed; nor when the generator is closed or the process killed.
    """
    with transaction.atomic():
        upload = ImportUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if upload.applied_at:
            raise BadFile("这个文件已经导入过了。")
        made = Plan.unpack(upload.packed_plan)
        if not (made.is_partly_ready if skip_wrong else upload.plan_digest) or not upload.is_intact:
            raise BadFile("这个文件不能导入，请重新上传。")
        wrong = made.problems
        reading = PatientUploadReading() if skip_wrong else UploadReading()
        writer = UploadWriter(upload, reading)
        for batch in read_batches(upload.name, io.BytesIO(upload.content), reading):
            # What was wrong is not looked at again: neither its doctor nor its tags are made.
            drafts = writer.store([record for record in batch if record.line not in wrong])
            versions.record(drafts, upload.user, f"从文件“{upload.name}”导入")
            log(upload, drafts)
            yield len(writer.rows)
        if str(writer.digest) != made.digest:
            raise PlanChanged
        upload.finish(is_in_part=skip_wrong)
        said = f"导入文件“{upload.name}”：{len(writer.rows)} 行"
        audit.record(audit.Kind.IMPORT, said, by=upload.user, address=address)


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
