"""The page on which a text that waits is approved or returned: the page that readers will get, its changes marked."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from articles.admin.autocomplete import is_key
from articles.finding.question_page import parts_of_page
from articles.models import Article, Revision
from articles.models.revision import PEOPLE, Content, content_of
from articles.text.blocks import Block, blocks_of
from articles.text.markup import clean_html, plain_text
from articles.text.names import clean_line
from articles.workflow.comparisons import compare_contents, names_in, parts_of
from articles.workflow.page_marks import PLACES, Sides, marks_of
from articles.workflow.previews import as_approved, as_read, digest_of
from articles.workflow.signing import SignOff
from articles.workflow.situations import PUBLISHING, Situation
from articles.workflow.small_changes import unseen
from articles.workflow.steps import Refused, take

from .history import version_page
from .onward import NEXT, address_after
from .panel import Addresses, Panel
from .sign_off import SignOffForm
from .stepping import DONE

Step = Revision.Step
DECISIONS = (*PUBLISHING, Step.RETURN)
SIGNED = (Step.PUBLISH, Step.DIRECT)  # with these a review can be recorded: 未经审核发布 says that there was none
LONGEST = Revision._meta.get_field("comment").max_length
CHANGES, NOW, BEFORE = "changes", "now", "before"
VIEWS = {CHANGES: "改动", NOW: "现在的样子", BEFORE: "原来的样子"}
MOST_PLACES, BEGINNING = 120, 16  # blocks that can be pointed at, and characters that tell which one is meant


class Compared(NamedTuple):
    """What is decided about: the contents before, None of a new question, and after, and how pages show them."""

    before: Content | None
    after: Content
    old: Article | None
    new: Article


class ReviewPage(Panel):
    """What waits, as readers will get it, and the decision about it."""

    def views(self) -> Addresses:
        return [("review", "<path:object_id>/review/", self.review_view)]

    def review_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Show what waits as its page will be, and take the decision about it."""
        may = self.admin.has_change_permission if request.method == "POST" else self.admin.has_view_permission
        rows = self.admin.get_queryset(request).select_related("related_list").prefetch_related("corrections")
        article = self.find(request, object_id, may, rows)
        errors: list[str] = []
        if request.method == "POST":
            errors = self.decide(request, article)
            if not errors:
                return HttpResponseRedirect(address_after(self.admin, request, article, "review"))
        situation = Situation(article, request.user)
        live = content_of(article)
        waiting = (situation.held or live) | {"related": live["related"]}  # these change at once, and wait for nobody
        offers = [offer for offer in situation.offers() if offer.step in DECISIONS] if situation.waits else []
        publishing = next((offer for offer in offers if offer.step in PUBLISHING), None)
        form = sign_off_form(request, waiting) if publishing and publishing.step in SIGNED else None
        returned = Revision.objects.filter(article=article, step=Step.RETURN).first()
        signed = waiting | (form.first.content if form and form.first else {})
        compared = compare(article, situation, live, returned, signed)
        return version_page(
            self.admin,
            request,
            "review",
            article,
            "审核",
            situation=situation,
            has_unseen=situation.is_held and unseen(article).exists(),
            returned=returned,
            **page_of(compared, request.GET.get("show", "")),
            offers=offers,
            publishing=publishing,
            may_return=any(offer.step == Step.RETURN for offer in offers),
            sign_off=form if form and form.has_doctors else None,
            shown=digest_of(compared.new, waiting),
            places=places_of(waiting),
            place=request.POST.get("place", ""),
            comment=request.POST.get("comment", ""),
            errors=errors,
        )

    def decide(self, request: HttpRequest, article: Article) -> list[str]:
        """Take the step that was sent from the review page; return why it was not taken, or nothing."""
        step = request.POST.get("_step") or request.POST.get(NEXT)
        seen = request.POST.get("seen", "")
        comment = clean_line(request.POST.get("comment", ""))
        if step not in DECISIONS:
            return ["没有这一步，请用下面的按钮。"]
        if len(comment) > LONGEST:
            return [f"说明最多 {LONGEST} 字，现在有 {len(comment)} 字。"]
        sign_off: SignOff | None = None
        content = Situation(article, request.user).held or content_of(article)
        if step in SIGNED:
            form = sign_off_form(request, content)
            if not form.is_valid():
                return [str(error) for errors in form.errors.values() for error in errors]
            sign_off = form.sign_off
        elif step == Step.RETURN and comment:
            place = dict(places_of(content)).get(request.POST.get("place", ""))
            comment = f"【{place}】{comment}" if place else comment
            if len(comment) > LONGEST:
                return [f"说明和位置一起最多 {LONGEST} 字，现在有 {len(comment)} 字。"]
        try:
            take(
                step,
                article.pk,
                request.user,
                comment=comment,
                seen=int(seen) if is_key(seen) else -1,
                shown=request.POST.get("shown"),
                sign_off=sign_off,
            )
        except Refused as refused:
            return [f"没有{Step(step).label}：{refused}"]
        self.admin.log_change(request, article, f"{Step(step).label}。")
        self.admin.message_user(request, DONE[step].format(f"“{article}”"), messages.SUCCESS)
        return []


def compare(
    article: Article, situation: Situation, live: Content, returned: Revision | None, after: Content
) -> Compared:
    """Return `after`, which would go live by an approval, and what it is compared with, as pages show them.

    That is what readers have, `live`, else the version that was `returned` last, or nothing.
    """
    before = live if article.is_out else returned and returned.content
    new = as_approved(article, after) if situation.waits or not article.is_public else as_read(article, after)
    if before is None:
        return Compared(None, after, None, new)
    order = {name: place for place, name in enumerate(live["tags"])}
    tags = sorted(article.tags.all(), key=lambda tag: order.get(tag.name, 0)) if before is live else None
    return Compared(before, after, as_read(article, before, tags), new)


def page_of(compared: Compared, wanted: str) -> dict[str, Any]:
    """Return what the review page shows: the page of one side, or of both in one, and in words what changes."""
    before, after, old, new = compared
    show = wanted if wanted in VIEWS and old else CHANGES if old else NOW
    marks: dict[str, Any] = {}
    if before is None or old is None:
        parts = parts_of(after)
    else:
        names = names_in(before, after)
        parts = compare_contents(before, after, names)
        marks = marks_of(Sides(before, after, old, new, names))
    shown = parts_of_page(old if show == BEFORE and old else new)
    if show == CHANGES:
        shown["marks"] = shown["marks"] | marks | {"provenance": marks.keys() & {"references", "reviewer"}}
    return {
        "page": shown,
        "parts": parts,
        "changes": [(part, PLACES[part.name] if part.name in marks else "") for part in parts],
        "show": show,
        "views": list(VIEWS.items()) if old else [],
        "is_new": before is None,
    }


def sign_off_form(request: HttpRequest, content: Content) -> SignOffForm:
    """Return the form by which a review is recorded with an approval, as it was sent or as it is at first."""
    named = [content[role] for role in PEOPLE if content.get(role)]
    return SignOffForm(request.POST if request.method == "POST" else None, request.user, named)


def places_of(content: Content) -> list[tuple[str, str]]:
    """Return (value, label) of what a return can point at: the blocks of the body, numbered as the page does."""
    blocks = [block for block in blocks_of(clean_html(content.get("body"))) if isinstance(block, Block)]
    places = [("title", "标题"), ("short_answer", "一句话回答")]
    for number, block in enumerate(blocks[:MOST_PLACES], 1):
        words = clean_line(plain_text(block.html))
        said = f"“{words[:BEGINNING]}{'…' if len(words) > BEGINNING else ''}”" if words else "（图片）"
        places.append((f"block-{number}", f"正文第 {number} 段{said}"))
    places += [("when", "何时就医"), ("references", "参考资料"), ("tags", "标签"), ("doctor", "回答医生")]
    return places
