from collections.abc import Collection, Mapping, Sequence

from django.db import connections, models, transaction

from articles.text.copyedit.registry import Finding

from .article import Article

Found = Mapping[Article, Sequence[Finding]]


class ProofQuerySet(models.QuerySet["Proof"]):
    def by_rule(self, rules: Collection[str], most: int) -> dict[str, int]:
        """Return {name of a rule: number of questions}, of those of `rules` that have any; `most` ends the counting.

        One query, which reads at most so many entries of the index for each rule.
        """
        one = f"SELECT %s, COUNT(*) FROM (SELECT 1 FROM {self.model._meta.db_table} WHERE rule = %s LIMIT %s) AS found"
        with connections[self.db].cursor() as cursor:
            values = [value for rule in rules for value in (rule, rule, most)]
            cursor.execute(" UNION ALL ".join([one] * len(rules)), values)
            return {rule: number for rule, number in cursor.fetchall() if number}


class Proof(models.Model):
    """What a rule of the copy-editor found in a question when it last looked; no row where it found nothing."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="proofs", verbose_name="问题")
    rule = models.CharField("规则", max_length=30)
    places = models.PositiveSmallIntegerField("几处")

    objects = ProofQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文字检查"
        constraints = [models.UniqueConstraint(fields=["rule", "article"], name="proofed_once")]

    def __str__(self) -> str:
        return f"{self.article_id} · {self.rule}"

    @classmethod
    @transaction.atomic(savepoint=False)
    def replace_unchanged(cls, found: Found, rules: Collection[str]) -> None:
        """Store what the `rules` found, {article: Findings}, but for articles saved or deleted since they were read."""
        rows = Article.objects.select_for_update(no_key=True).filter(pk__in=[article.pk for article in found])
        times = dict(rows.order_by("pk").values_list("pk", "updated_at"))
        cls.replace(
            {article: of for article, of in found.items() if times.get(article.pk) == article.updated_at}, rules
        )

    @classmethod
    @transaction.atomic(savepoint=False)
    def replace(cls, found: Found, rules: Collection[str]) -> None:
        """Store what the `rules` found, {article: Findings}, in the place of what they found before."""
        cls.objects.filter(article__in=found, rule__in=rules).delete()
        cls.objects.bulk_create(
            cls(article=article, rule=finding.rule.name, places=len(finding.places))
            for article, findings in found.items()
            for finding in findings
        )
