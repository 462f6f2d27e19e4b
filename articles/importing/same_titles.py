"""Titles that say the same: of the rows of one file, and of a row and a question that is there."""

from collections import defaultdict
from collections.abc import Sequence

from articles.models import Article
from articles.text.names import fold

from .changes import NEW, REFUSED, SKIPPED, Row
from .errors import shorten
from .layout import in_words
from .records import Record

AT_ONCE = 10_000
ENDS = "?!.。、… "
MOST_NAMED = 5  # groups of rows in the notes, and numbers of questions in a remark


def key_of(title: str) -> str:
    """Return what titles are compared by: width, case, spaces and the sign at the end do not count."""
    return fold(title).replace(" ", "").rstrip(ENDS) or title


class SiteTitles:
    """The titles of all questions as they were before an import, whatever it has written since."""

    def __init__(self) -> None:
        # By 64 bits of each, and one number for most: a large site must not fill the memory.
        self.first: dict[int, int] = {}
        self.others: dict[int, list[int]] = defaultdict(list)
        titles = Article.objects.order_by("pk").values_list("pk", "title")
        for number, title in titles.iterator(chunk_size=AT_ONCE):
            if self.first.setdefault(key := hash(key_of(title)), number) != number:
                self.others[key].append(number)

    def of(self, title: str) -> list[int]:
        """Return the numbers of the questions that have this title, the oldest first."""
        key = hash(key_of(title))
        return [self.first[key], *self.others.get(key, ())] if key in self.first else []


def has_own_key(record: Record) -> bool:
    """Whether a file says by a column of its own which question a record is."""
    return not record.mark and not record.source.startswith("row:")


def remark_on(row: Row, numbers: Sequence[int]) -> str:
    """Return what is to be said of a row whose title the questions `numbers` have."""
    said = "、".join(map(str, numbers[:MOST_NAMED]))
    if row.what == SKIPPED:
        return f"网站上已经有这个标题（编号 {said}），这一行不导入"
    if row.what == NEW:
        return f"网站上已经有这个标题（编号 {said}），导入以后会有两个"
    return "" if row.what == REFUSED else "按标题认出的问题"


def compared(rows: Sequence[Row], of_site: dict[int, list[int]]) -> tuple[list[Row], list[str]]:
    """Return `rows` with remarks about their titles, and the notes. `of_site` are the questions by lines."""
    groups = defaultdict(list)
    for row in rows:
        if row.title:
            groups[key_of(row.title)].append(row)
    groups = {key: group for key, group in groups.items() if len(group) > 1}
    with_wrong = {key for key, group in groups.items() if any(row.what == REFUSED for row in group)}
    remarked = []
    for row in rows:
        said = [remark_on(row, of_site[row.line])] if row.line in of_site else []
        if row.title and (group := groups.get(key := key_of(row.title))):
            said.append(beside(row, group, key in with_wrong))
        remarked.append(row._replace(remark="；".join(filter(None, said))))
    notes = [
        f"第 {in_words([row.line for row in group])} 行的标题相同：“{shorten(group[0].title)}”"
        for group in list(groups.values())[:MOST_NAMED]
    ]
    if len(groups) > MOST_NAMED:
        notes.append(f"还有 {len(groups) - MOST_NAMED} 个标题，也各有几行相同")
    return remarked, notes


def beside(row: Row, group: Sequence[Row], has_wrong: bool) -> str:
    """Return what is to be said of a row about the others with its title, of a thousand the first ones."""
    others = [other.line for other in group[: MOST_NAMED + 1] if other.line != row.line][:MOST_NAMED]
    said = f"标题和第 {'、'.join(map(str, others))} {'行' if len(group) <= MOST_NAMED + 1 else '等行'}相同"
    return said + ("，其中有不能导入的行，改好再导入时请核对" if has_wrong and row.what != REFUSED else "")
