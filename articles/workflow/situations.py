"""Where a question stands, 草稿 → 待审 → 已发布 → 已撤下, and who may take which step (steps.py) from there."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Max, Sum
from django.utils import timezone

from articles.models import Article, Revision
from articles.models.parts import Weight, named
from articles.models.revision import TEXTS, Content, changed_names, content_of, fill

from . import proofs
from .signing import obstacle_to_signing, signature
from .small_changes import SMALL, changed_characters, objection_to_small, unseen

Step, State, Status = Revision.Step, Revision.State, Article.Status
REVIEWED = frozenset(named(weight=Weight.REVIEW))  # what 登记审核 may change, and a small change may not
PUBLISHING = (Step.PUBLISH, Step.DIRECT, Step.UNREVIEWED)


class Offer(NamedTuple):
    """A step that somebody may take, with its button and what will happen."""

    step: str
    label: str
    help: str


class Situation:
    """Where a question stands for one person; `article` may be a new one, else it is as the database has it.

    `rows` are its open version and its last one, where they are known.
    """

    def __init__(self, article: Article, user: User, rows: list[Revision] | None = None) -> None:
        self.article, self.user = article, user
        # As it is now: a form that is refused leaves its own values in `article`.
        self.status, self.is_out, self.is_public = article.status, article.is_out, article.is_public
        # The day of the review, where readers have another text than the one that was reviewed.
        is_past = self.is_public and article.is_past_review and article.reviewer_id
        self.past_review = article.reviewed_on if is_past else None
        self.label = article.get_status_display()
        self.before: Content = {}
        self.live: Content = {}
        if rows is None:
            rows = list(Revision.objects.open_and_last(article)) if article.pk else []
        self.open = next((row for row in rows if row.is_open), None)
        self.last = max(rows, key=lambda row: row.number, default=None)
        self.number = self.last.number if self.last else 0

    @property
    def waits(self) -> bool:
        """Whether something waits for 医学审核."""
        if self.is_out:
            return bool(self.open and self.open.state == State.REVIEW)
        return self.status == Status.REVIEW

    @property
    def held(self) -> Content | None:
        """The text that readers do not have yet, where there is one beside the one that they have."""
        return self.open.content if self.is_out and self.open else None

    @property
    def is_held(self) -> bool:
        return self.held is not None

    @property
    def waiting_answers(self) -> list[int]:
        """The keys of the readers' reports that the text which readers do not have yet will answer."""
        return self.held.get("answers", []) if self.held else []

    def remember(self) -> None:
        """Keep the content that readers have, and the one that is being changed, before `article` is."""
        if self.article.pk:
            self.live = content_of(self.article)
            self.before = self.held or self.live

    def add(self, step: str, state: str, content: Content, *, closes: bool = True, **values: Any) -> None:
        """Add the next version, which takes the place of the open one if it `closes`.

        Inside a turn, so that no two get the same number.
        """
        self.number += 1
        closing = bool(closes and self.open)
        row = Revision.record(self.article, step, state, content=content, number=self.number, closes=closing, **values)
        if row.is_open:
            self.open = row
        elif closes:
            self.open = None

    def keep_base(self) -> None:
        """Add what stands in the database as a version, unless the last one that was put there says the same.

        So the text before the first change here is kept, and what an import or a shell has written since.
        """
        standing = self.last
        if self.is_out and not (standing and standing.state == State.LIVE):
            standing = Revision.objects.filter(article=self.article, state=State.LIVE).order_by("-number").first()
        if standing is None or changed_names(standing.content, self.live):
            state = State.LIVE if self.is_out else State.CLOSED
            self.add(Step.BASE, state, self.live, closes=False, at=self.article.updated_at)

    def show_open(self) -> None:
        """Let `article`, unsaved, have the text that readers do not have yet."""
        if self.held:
            fill(self.article, self.held)

    def may(self, *actions: str) -> bool:
        return all(self.user.has_perm(f"articles.{action}_article") for action in actions)

    def has_written(self, changed: int = 0) -> bool:
        """Whether this person has written more than typos since a text was last published, `changed` characters now.

        Own small changes count as long as nobody else has looked at them.
        """
        rows = Revision.objects.filter(article=self.article) if self.article.pk else Revision.objects.none()
        live = rows.filter(state=State.LIVE, step__in=PUBLISHING).aggregate(last=Max("number"))["last"] or 0
        mine = rows.filter(number__gt=live, by=self.user, seen_at=None).aggregate(total=Sum("changed"))["total"] or 0
        return mine + changed > SMALL

    def obstacle(self, step: str, changed: int = 0) -> str | None:
        """Return why this person cannot take `step` now, in Chinese, or None. `changed` comes with the step."""
        if not self.may("change") and (self.article.pk or not self.may("add")):
            return "您没有修改问题的权限。"
        judge = JUDGES.get(step)
        return judge(self, changed) if judge else None

    def obstacle_to_submit(self, changed: int) -> str | None:
        return "已经在等待审核了。" if self.waits else None

    def obstacle_to_publish(self, changed: int) -> str | None:
        if not self.waits:
            return self.nothing_waits()
        if not self.may("review", "publish"):
            return "要由医学审核通过。"
        return "是您自己写的内容，要由另一位审核通过。" if self.has_written(changed) else None

    def obstacle_to_direct(self, changed: int) -> str | None:
        if settings.REVIEW_REQUIRED:
            return "要先提交审核，由医学审核通过。"
        return None if self.may("publish") else "您没有发布的权限。"

    def obstacle_to_unreviewed(self, changed: int) -> str | None:
        return None if self.may("publish_unreviewed") else "只有管理员可以不经审核发布。"

    def obstacle_to_return(self, changed: int) -> str | None:
        if not self.waits:
            return self.nothing_waits()
        return None if self.may("review") else "要由医学审核退回。"

    def obstacle_to_small(self, changed: int) -> str | None:
        if self.status != Status.PUBLISHED:
            return "还没有发布，直接保存就可以。"
        if self.open:
            return "还有没处理完的改动，请一起提交审核。"
        if not self.may("publish"):
            return "您没有发布的权限，请提交审核。"
        return None

    def obstacle_to_look(self) -> str | None:
        """Return why this person cannot say to have looked at the small changes that readers have, or None."""
        if not self.may("change", "review"):
            return "要由医学审核过目。"
        authors = set(unseen(self.article).values_list("by", flat=True))
        if not authors:
            return "没有等待过目的小改动。"
        return "有您自己的小改动，要由另一位审核过目。" if self.user.pk in authors else None

    def obstacle_to_checked(self, changed: int) -> str | None:
        if self.status != Status.PUBLISHED or self.open:
            return "审核和内容一起生效：请提交审核，或者通过。"
        if not self.may("review"):
            return "只有医学审核可以登记审核。"
        return "还改了别的内容，请提交审核。" if changed else None

    def obstacle_to_withdraw(self, changed: int) -> str | None:
        if not self.is_out:
            return f"还是{self.label}，没有发布过。"
        return None if self.may("publish") else "您没有撤下的权限。"

    def obstacle_to_discard(self, changed: int) -> str | None:
        return None if self.is_held else "没有可以放弃的改动。"

    def objection(self, step: str, after: Content) -> str | None:
        """Return why this person cannot take `step` with the content `after`, or None."""
        moved = changed_names(self.before, after)
        # To record a review is to sign it, also where its doctor and day stay as they are.
        signed = after.get("reviewer") if step == Step.CHECKED else signature(self.before, after)
        if (moved & REVIEWED or step == Step.CHECKED) and (sentence := obstacle_to_signing(self.user, signed)):
            return sentence
        if step == Step.CHECKED:
            said = after.get("is_revision") or after.get("correction")
            sentence = self.obstacle(step, len(moved - REVIEWED) + bool(said))
            if sentence or moved or self.article.is_changed_since_review:
                return sentence
            return "审核医生和日期都没有改，没有要登记的。"
        unfit = unpublishable(self.article.pk, after) if step in PUBLISHING else None
        if unfit and self.may("publish"):
            return unfit
        if sentence := self.obstacle(step, changed_characters(self.before, after)):
            return sentence
        if step == Step.SMALL and (sentence := self.objection_to_small(moved, after)):
            return sentence
        is_new = moved or self.open or after.get("correction")
        if step == Step.SUBMIT and self.status == Status.PUBLISHED and not is_new:
            return "没有改动，不用提交审核。"
        return unfit

    def objection_to_small(self, moved: set[str], after: Content) -> str | None:
        if moved & REVIEWED:
            return "小改动不改审核医生和日期，请先改回去，再用“登记审核”。"
        if after.get("is_revision"):
            return "勾选了“实质修改”，就不是小改动，请提交审核。"
        return unpublishable(self.article.pk, after) or objection_to_small(self.article, self.before, after)

    def nothing_waits(self) -> str:
        if self.status == Status.PUBLISHED and not self.open:
            return "已经发布了。" if self.is_public else "已经定时发布了。"
        return "没有等待审核的改动。" if self.is_out else f"还是{self.label}，没有提交审核。"

    def publishing_step(self) -> tuple[str, None] | tuple[None, str | None]:
        """Return (the step by which this person would publish the text as it is, None), or (None, why not)."""
        if self.status == Status.PUBLISHED and not self.open:
            return None, self.nothing_waits()
        reasons = {step: self.obstacle(step) for step in PUBLISHING}
        if step := next((step for step, sentence in reasons.items() if sentence is None), None):
            texts = self.held or {name: getattr(self.article, name) for name in TEXTS}
            sentence = unpublishable(self.article.pk, texts)
            return (None, sentence) if sentence else (step, None)
        return None, reasons[Step.PUBLISH if settings.REVIEW_REQUIRED else Step.DIRECT]

    @property
    def standing(self) -> str:
        """Where the question stands, in a word; `explanation` says what that means for readers."""
        if self.is_held:
            return f"{self.public_label}，有{'等待审核' if self.waits else '没有生效'}的改动"
        return self.public_label

    @property
    def public_label(self) -> str:
        return "定时发布" if self.status == Status.PUBLISHED and not self.is_public else self.label

    @property
    def explanation(self) -> str:
        if self.status == Status.WITHDRAWN:
            return f"读者看到的是撤下的原因；{'通过就恢复，' if self.waits else '再发布，'}读者重新看到全文。"
        if self.is_held:
            return "通过以前，读者看到的是原来的内容。"
        if self.waits:
            return "医学审核通过以后，读者才看得到。"
        return "" if self.is_out else "只有编辑看得到。"

    def offers(self) -> list[Offer]:
        """Return what this person may do next, as Offers; the first is to save, the second the next step."""
        may = {step: self.obstacle(step) is None for step in ORDER}
        # One way to publish is enough: the first that is open.
        for step in [step for step in PUBLISHING if may[step]][1:]:
            may[step] = False
        return [Offer(step, *self.words(step)) for step in ORDER if may[step]]

    def words(self, step: str) -> tuple[str, str]:
        """Return the label of a button, and one line about what happens."""
        later = self.article.published_at and self.article.published_at > timezone.now()
        kept = "读者看到的不变" if self.is_out else "读者看不到"
        goes_live = "到发布时间自动出现。" if later else "读者马上看到。"
        if self.status == Status.WITHDRAWN:
            goes_live = f"撤下的问题恢复，{goes_live}"
        return {
            Step.SAVE: self.words_of_saving(),
            Step.SUBMIT: ("提交审核", f"请医学审核看过；通过以前，{kept}。"),
            Step.PUBLISH: ("通过并发布", f"您已经看过并同意这一版，{goes_live}"),
            Step.DIRECT: ("发布", f"不需要审核，{goes_live}"),
            Step.UNREVIEWED: ("未经审核发布", f"只有管理员可以，历史里会写明没有审核；{goes_live}"),
            Step.RETURN: ("退回修改", "退给提交的人，请在“说明”里写明要改什么。"),
            Step.SMALL: (
                "小改动，直接生效",
                f"只限 {SMALL} 个字以内的错别字，不能动数字、用药和格式；读者马上看到，医学审核事后过目。",
            ),
            Step.WITHDRAW: (
                "改写撤下原因" if self.status == Status.WITHDRAWN else "撤下",
                "读者打开旧网址会看到“撤下原因”，请先写好。",
            ),
            Step.CHECKED: (
                "登记审核",
                "只改审核医生和日期，读者马上看到；日期没有填新的，就登记今天。医生用自己的账号不用填，就记为本人。",
            ),
            Step.DISCARD: ("放弃改动", "没有生效的改动不要了，历史里还能找到；读者看到的不变。"),
        }[Step(step)]

    def words_of_saving(self) -> tuple[str, str]:
        if self.is_out:
            return "保存改动", "存起来，读者仍看到现在的内容" + ("，继续等待审核。" if self.waits else "。")
        if self.waits:
            return "保存", "存起来，继续等待审核。"
        return "保存草稿", "只是存起来，读者看不到。"


# Who may take which step: the obstacle to each. Who may change the question may take a step without an entry.
JUDGES: dict[str, Callable[[Situation, int], str | None]] = {
    Step.SUBMIT: Situation.obstacle_to_submit,
    Step.PUBLISH: Situation.obstacle_to_publish,
    Step.DIRECT: Situation.obstacle_to_direct,
    Step.UNREVIEWED: Situation.obstacle_to_unreviewed,
    Step.RETURN: Situation.obstacle_to_return,
    Step.SMALL: Situation.obstacle_to_small,
    Step.CHECKED: Situation.obstacle_to_checked,
    Step.WITHDRAW: Situation.obstacle_to_withdraw,
    Step.DISCARD: Situation.obstacle_to_discard,
}
# The buttons, in their order.
ORDER = (
    *(Step.SAVE, Step.SUBMIT, Step.PUBLISH, Step.DIRECT, Step.UNREVIEWED),
    *(Step.RETURN, Step.SMALL, Step.CHECKED, Step.DISCARD, Step.WITHDRAW),
)


def unpublishable(key: int | None, content: Content) -> str | None:
    """Return why the texts of `content` cannot be published as those of article `key`, or None."""
    if not content["body"]:
        return "正文是空的，不能发布。"
    return proofs.obstacle(Article(pk=key, **{name: content[name] for name in TEXTS}))
