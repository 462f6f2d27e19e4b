from django.db import models


class Like(models.Model):
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="likes", verbose_name="问题")
    visitor = models.CharField("读者", max_length=32, help_text="读者 cookie 的摘要，不是 cookie 本身。")
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "点赞"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["created_at"], name="like_by_time")]
        constraints = [models.UniqueConstraint(fields=["article", "visitor"], name="like_once")]

    def __str__(self):
        return f"{self.article_id} · {self.visitor[:8]}"
