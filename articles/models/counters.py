"""What readers are counted by: the rows that they leave, if any, and the numbers of a question.

A number that is not content behaves as COUNTERS says, everywhere: saving a question never writes it, it raises no
version of the site, versions and forms do not hold it, and an archive holds the total and not whose it is.
"""

from dataclasses import dataclass

from django.db import connection, models
from django.utils import timezone

# Written as SQL: to compile the second took Django a quarter of what a like costs.
ADD_LIKE = "INSERT INTO articles_like (article_id, visitor, created_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
COUNT_LIKE = "UPDATE articles_article SET like_count = like_count + 1 WHERE id = %s"


class Like(models.Model):
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="likes", verbose_name="问题")
    visitor = models.CharField("读者", max_length=32, help_text="读者 cookie 的摘要，不是 cookie 本身。")
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "点赞"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["created_at"], name="like_by_time")]
        constraints = [models.UniqueConstraint(fields=["article", "visitor"], name="like_once")]

    def __str__(self) -> str:
        return f"{self.article_id} · {self.visitor[:8]}"


def add_like(article: int, visitor: str) -> bool:
    """Add the row and count it, unless it is there. Returns whether it was not: the database says so, whoever asks.

    Within a transaction of the caller.
    """
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(ADD_LIKE, [article, visitor, now])
        is_new = bool(cursor.rowcount)
        if is_new:
            cursor.execute(COUNT_LIKE, [article])
    return is_new


@dataclass(frozen=True)
class Counter:
    """`total` = `imported` + the number of `rows` that name the question, always.

    `total` and `imported` are names of fields of Article; `imported` is empty where nothing was counted elsewhere.
    Where nothing is kept of a reader there are no `rows`, the total is all there is, and no page shows it.
    """

    total: str
    rows: type[models.Model] | None = None
    imported: str = ""


COUNTERS = (
    Counter(total="like_count", rows=Like, imported="imported_likes"),
    Counter(total="helped_count"),
    Counter(total="unhelped_count"),
)
TOTALS = frozenset(counter.total for counter in COUNTERS)
IMPORTED = frozenset(counter.imported for counter in COUNTERS if counter.imported)
UNSHOWN = frozenset(counter.total for counter in COUNTERS if not counter.rows)  # to readers
