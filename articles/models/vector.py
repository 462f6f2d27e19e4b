"""What a question means, by the model that EMBEDDING_MODEL names (engine/embedding.py)."""

from collections.abc import Iterator
from hashlib import blake2b

from django.db import models

AT_ONCE = 5_000  # vectors, two megabytes


class Vector(models.Model):
    # Rises with every vector that is written, whatever has been deleted: what is new is read alone.
    id = models.BigAutoField(primary_key=True)
    article = models.OneToOneField("articles.Article", models.CASCADE, related_name="+")
    model = models.CharField(max_length=16)  # the fingerprint of the model that made it
    digest = models.CharField(max_length=16)  # of the text that it was made of
    values = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = "向量"
        indexes = [models.Index(fields=["model", "id"], name="vector_of_model")]  # read without those of another

    def __str__(self) -> str:
        return f"{self.article_id}"

    @classmethod
    def of(cls, model: str) -> models.QuerySet["Vector"]:
        """Return the vectors that a model has made."""
        return cls.objects.filter(model=model)

    @classmethod
    def since(cls, model: str, number: int) -> Iterator[tuple[int, int, bytes]]:
        """Yield (id, key of the article, values) of what a model has made after the id `number`, in that order.

        Some at a time: no statement may take long.
        """
        rows = cls.of(model).order_by("id").values_list("id", "article_id", "values")
        is_more = True
        while is_more:
            part = list(rows.filter(id__gt=number)[:AT_ONCE])
            for number, key, values in part:  # noqa: B020 - where the next part begins
                yield number, key, bytes(values)
            is_more = len(part) == AT_ONCE


def digest_of(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()
