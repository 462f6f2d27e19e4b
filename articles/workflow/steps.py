"""What the steps of a question do, 草稿 → 待审 → 已发布 → 已撤下; who may take which says situations.py.

What has been public changes by versions that are approved: until then readers keep what they have, and the open
Revision holds the new text. Everything else is written into the question at once, and recorded as a version too.
"""

from django.contrib.auth.models import User
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Revision
from articles.models.revision import Content, content_of, write, write_related
from articles.models.turns import turn

from . import audit, proofs
from .noting import note_review
from .previews import as_read, digest_of
from .signing import SignOff, obstacle_to_signing, said_of
from .situations import PUBLISHING, REVIEWED, Situation, unpublishable
from .small_changes import changed_characters, settle, unseen

Step, State, Status = Revision.Step, Revision.State, Article.Status
AUDITED = (*PUBLISHING, Step.SMALL, Step.WITHDRAW)
AT_ONCE = (*PUBLISHING, Step.SMALL, Step.CHECKED)  # readers see the text of these steps when they are taken


def set_state(situation: Situation, step: str, content: Content, *, is_signed: bool = False) -> None:
    """Set on the article, unsaved, what `step` makes of its state, times and review.

    `is_signed`: whether somebody signs a review of the text by it, be it one of the same doctor on the same day.
    """
    article = situation.article
    note_review(
        article,
        step,
        content,
        before=situation.before,
        live=situation.live,
        is_signed=is_signed or step == Step.CHECKED,
    )
    if step in PUBLISHING:
        if article.is_out and content.get("is_revision"):
            article.revised_at = timezone.now()
        article.status, article.withdrawn_reason = Status.PUBLISHED, ""
    elif step == Step.SUBMIT and not article.is_out:
        article.status = Status.REVIEW
    elif step == Step.RETURN and not article.is_out:
        article.status = Status.DRAFT


def record(situation: Situation, step: str, content: Content, *, comment: str = "", changed: int = 0) -> None:
    """Add the version that `step` makes, in the transaction that has changed the question."""
    open_ = situation.open
    state = state_after(step, open_, situation.waits, situation.is_out)
    addressee = None
    if step == Step.RETURN:
        addressee = submitter(situation.article)
    elif open_ is not None and state == State.RETURNED:
        addressee = open_.addressee
    situation.add(
        step,
        state,
        content,
        by=situation.user,
        comment=comment,
        changed=changed,
        addressee=addressee,
        closes=step != Step.WITHDRAW,
    )
    if step in AUDITED:
        article = situation.article
        audit.record(
            audit.Kind.WITHDRAW if step == Step.WITHDRAW else audit.Kind.PUBLISH,
            f"{Step(step).label}：{article.title}",
            by=situation.user,
            link=reverse("admin:articles_article_history", args=[article.pk]),
        )
    if step in (Step.PUBLISH, Step.DIRECT):
        settle(situation.article, situation.user)
    if step == Step.WITHDRAW and situation.status == Status.PUBLISHED and open_ and open_.state == State.REVIEW:
        return_open(situation, open_)


def return_open(situation: Situation, waiting: Revision) -> None:
    """Return a change that waited when its question was withdrawn: to approve it would bring all of that back."""
    situation.add(
        Step.RETURN,
        State.RETURNED,
        waiting.content,
        by=situation.user,
        comment="问题已撤下。改动和撤下的原因一起处理好，再提交审核。",
        addressee=submitter(situation.article),
    )


def state_after(step: str, open_: Revision | None, waits: bool, is_out: bool) -> str:
    """Return the state of the version that `step` makes of a question.

    `open_` is its open version or None, `waits` tells whether it waits for 医学审核, `is_out` whether readers have or
    had it. A step that only saves leaves what is open where it was.
    """
    if step in (*AT_ONCE, Step.WITHDRAW):
        return State.LIVE
    if step == Step.SUBMIT:
        return State.REVIEW
    if step == Step.RETURN:
        return State.RETURNED
    if step == Step.DISCARD:
        return State.CLOSED
    was_returned = open_ is not None and open_.state == State.RETURNED
    if step == Step.RESTORE and is_out and not was_returned:
        return State.DRAFT
    if open_ is not None:
        return open_.state
    return State.REVIEW if waits else State.DRAFT


def submitter(article: Article) -> User | None:
    """Return who last submitted the question, else who last saved it, or None."""
    rows = Revision.objects.filter(article=article, by__isnull=False).select_related("by").order_by("-number")
    row = rows.filter(step=Step.SUBMIT).first() or rows.filter(step__in=(Step.SAVE, Step.RESTORE)).first()
    return row and row.by


class Refused(Exception):
    """A step that cannot be taken; says why in Chinese."""


@turn()
def take(
    step: str,
    key: int,
    user: User,
    *,
    comment: str = "",
    reason: str = "",
    seen: int | None = None,
    shown: str | None = None,
    sign_off: SignOff | None = None,
) -> Article:
    """Take a step with the text as it is, outside of the form: of a list, or of what is compared.

    `seen` is the number of the version that the person has looked at, `shown` the digest_of() the page that showed it;
    `sign_off` is the review that comes with publishing it. Returns the article. Raises Refused.
    """
    article: Article | None = Article.objects.select_for_update().filter(pk=key).first()
    if article is None:
        raise Refused("这个问题已经不在了。")
    situation = Situation(article, user)
    if seen is not None and seen != situation.number:
        raise Refused("您看的时候，有人又改过。请再看一次现在的内容。")
    if sentence := situation.obstacle(step):
        raise Refused(sentence)
    if step == Step.RETURN and not comment:
        raise Refused("请写明要改什么。")
    situation.remember()
    situation.keep_base()
    content = situation.before
    if step == Step.WITHDRAW:
        content = situation.live
        article.withdraw(reason)
    elif step in PUBLISHING or not situation.is_out:
        if step in PUBLISHING:
            content = content | {"related": situation.live["related"]}  # which changes at once, and waits for nobody
            check_shown(article, content, shown)
            if sentence := unpublishable(key, content):
                raise Refused(sentence)
            if sign_off:
                comment = signed(article, user, sign_off, comment)
                content = content | sign_off.content
        set_state(situation, step, content, is_signed=bool(sign_off))
        if situation.is_held:
            write(article, content, user)
            proofs.store([article])
        else:
            article.save()
        content = as_written(article, content)
    record(situation, step, content, comment=comment or reason)
    return article


def check_shown(article: Article, content: Content, shown: str | None) -> None:
    """Refuse to publish what is not what the page with the digest `shown` has shown."""
    if shown is not None and shown != digest_of(as_read(article, content), content):
        raise Refused("您看的时候，标签、医生资料或相关问题有变化。请再看一次现在的内容。")


def signed(article: Article, user: User, sign_off: SignOff, comment: str) -> str:
    """Set on `article`, unsaved, the review that comes with its text; return the comment that says whose it is."""
    if sentence := obstacle_to_signing(user, sign_off.doctor):
        raise Refused(sentence)
    article.reviewer, article.reviewed_on, article.review_due_on = sign_off
    return said_of(user, sign_off.doctor, comment)


def as_written(article: Article, content: Content) -> Content:
    """Return the content that `article` has got by writing `content`, with what that says of its change (2 queries).

    A time that was left empty, or a name that a tag goes by, is not as it was typed: the next change would take the
    row for the work of somebody else.
    """
    return content | content_of(article)


@turn()
def look(key: int, user: User, *, seen: int) -> Article:
    """Note that `user` has looked at the small changes of a question up to version `seen`; they begin anew from there.

    Returns the article. Raises Refused.
    """
    article: Article | None = Article.objects.select_for_update().filter(pk=key).first()
    if article is None:
        raise Refused("这个问题已经不在了。")
    if sentence := Situation(article, user).obstacle_to_look():
        raise Refused(sentence)
    if seen != unseen(article).aggregate(last=Max("number"))["last"]:
        raise Refused("您看的时候，又有了新的小改动。请再看一次。")
    settle(article, user)
    return article


@turn()
def restore(number: int, key: int, user: User) -> Article:
    """Make the text of version `number` the newest: at once, or of what has been public as a change to be submitted.

    The review, the time of publication and the likes stay. Related questions follow at once, as by a click, for who
    may change them. Returns the article. Raises Refused.
    """
    article: Article | None = Article.objects.select_for_update().filter(pk=key).first()
    row = Revision.objects.filter(article=key, number=number).first()
    if article is None or row is None:
        raise Refused("没有这个版本。")
    situation = Situation(article, user)
    if sentence := situation.obstacle(Step.RESTORE):
        raise Refused(sentence)
    situation.remember()
    situation.keep_base()
    kept = {name: situation.before[name] for name in (*REVIEWED, "published_at")}
    content = row.content | kept | {"is_revision": False, "correction": ""}
    if user.has_perm("articles.change_relateditem"):
        write_related(article, row.content["related"])
    content["related"] = content_of(article, tags=[])["related"]
    changed = changed_characters(situation.before, content)
    if not situation.is_out:
        write(article, content, user)
        proofs.store([article])
        content = as_written(article, content)
    record(situation, Step.RESTORE, content, comment=f"恢复第 {number} 版", changed=changed)
    return article
