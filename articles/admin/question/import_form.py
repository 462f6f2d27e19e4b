"""The form that takes a file to be imported."""

from pathlib import Path
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from articles.importing.uploads import MOST_BYTES, MOST_ROWS, may_publish
from articles.models import Article
from articles.text.names import clean_line

FORMS = {".txt": "网页文本", ".jsonl": "JSON Lines", ".ndjson": "JSON Lines", ".json": "JSON Lines", ".csv": "CSV"}
FORMS |= {".tsv": "CSV", ".xlsx": "Excel"}
REFUSED = {
    ".xlsm": "这是带宏的 Excel 工作簿，不能导入。请另存为不带宏的 .xlsx 或 CSV。",
    ".xltm": "这是带宏的 Excel 模板，不能导入。请另存为不带宏的 .xlsx 或 CSV。",
    ".xlsb": "这是二进制 Excel 工作簿，不能导入。请另存为 .xlsx 或 CSV。",
    ".xls": "这是旧的 Excel 格式，不能导入。请另存为 .xlsx 或 CSV。",
    ".zip": "这是压缩文件，请解压后再上传。",
}
STATUSES = [Article.Status.DRAFT, Article.Status.REVIEW, Article.Status.PUBLISHED]
SENTENCES = {
    "required": "请选择要导入的文件。",
    "empty": "文件是空的。",
    "missing": "请选择要导入的文件。",
    "invalid": "没有收到文件，请再选一次。",
    "max_length": "文件名太长，请改短一些。",
}


class ImportForm(forms.Form):
    file = forms.FileField(
        label="文件",
        max_length=200,
        error_messages=SENTENCES,
        help_text=f"网页文本（.txt）、JSON Lines（.jsonl）或表格（.csv、.xlsx）；最大 20 MB，最多 {MOST_ROWS} 行。",
        widget=forms.FileInput(attrs={"accept": ",".join(FORMS)}),
    )
    status = forms.ChoiceField(
        label="新问题的状态",
        choices=[(status.value, status.label) for status in STATUSES],
        initial=Article.Status.DRAFT,
        help_text="只管新建的问题；已有的问题状态不变。",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_publish(user):
            self.fields["status"].choices = [(status.value, status.label) for status in STATUSES[:-1]]
            self.fields["status"].help_text += "改动已发布的问题，要等医学审核通过，读者才看到。"

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        file.name = clean_line(file.name)
        suffix = Path(file.name).suffix.lower()
        if suffix not in FORMS:
            raise ValidationError(REFUSED.get(suffix, f"不认识这种文件。可以导入的有：{'、'.join(FORMS)}。"))
        if file.size > MOST_BYTES:
            raise ValidationError("文件超过 20 MB，请分成几个文件。")
        return file
