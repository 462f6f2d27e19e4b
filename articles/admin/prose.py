"""The prose editor in the admin: in Chinese, under the strict policy, clean with what Word pastes."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Media, Script
from django.templatetags.static import static
from django.urls import reverse
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget

from articles.images.pictures import MOST_BYTES
from articles.models import Image
from articles.models.fields import LONGEST, BodyField
from articles.text.markup import clean_html, images

BETWEEN_BLOCKS = re.compile(
    r" ?(</?(?:p|h[2-4]|[uo]l|li|blockquote|figure|figcaption|table|caption|thead|tbody|t[rhd]|br|hr)\b[^>]*>) ?"
)
# Extensions of our own, in static/js/admin/prose-*.js.
OWN = dict.fromkeys(("TableCaption", "ImageCaption", "InlineImage", "PlainTyping", "TidyFormat", "StoredBody"), True)
SCRIPTS = ("nodes", "captions", "tables", "image", "body", "typing", "tidy")
TOO_LONG = f"正文太长：含格式不超过 {LONGEST} 字符，现在有 %(show_value)d 字符。请删短，或者分成几个问题。"


class ProseWidget(AdminProseEditorWidget):
    @property
    def media(self) -> Media:
        # The words come first: the editor asks for them once, while it loads.
        words = Media(js=[Script("js/admin/prose-words.js")])
        style = {"all": ["django_prose_editor/overrides.css", "css/admin/prose.css"]}
        paste = [  # each asks those before it
            Script("js/admin/prose-foreign.js", type="module"),
            Script("js/admin/prose-parts.js", type="module"),
            Script("js/admin/prose-lists.js", type="module"),
            Script("js/admin/prose-paste.js", type="module"),
            Script("js/admin/plain-paste.js", type="module"),
        ]
        return words + super().media + Media(css=style, js=paste)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        own_image = {"upload": reverse("admin:articles_image_upload"), "mostBytes": MOST_BYTES}
        return config | {
            "extensions": config["extensions"] | {"OwnImage": own_image} | OWN,
            "js_modules": [
                *config["js_modules"],
                *(static(f"js/admin/prose-{name}.js") for name in SCRIPTS),
            ],
        }


class ProseField(ProseEditorFormField):
    """Clean HTML in, clean HTML out; HTML without any text counts as empty."""

    default_error_messages = {"max_length": TOO_LONG}

    def clean(self, value: Any) -> str:
        value = clean_html(super().clean(value).replace("\r\n", "\n"))
        self.validate(value)
        check_images(value)
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        # Browsers send other line ends, and the editor writes the same text with other white space.
        if self.disabled:
            return False
        # What clean() refuses by its length alone is not sanitised either.
        return len(data or "") > LONGEST or same_html(initial) != same_html(data)


def check_images(value: str) -> None:
    """Refuse images that are not in the library, or that say nothing to readers who do not see them."""
    shown = images(value)
    if not shown:
        return
    if any(not alt for _, alt in shown):
        raise ValidationError("正文里有图片没有替代文字。请点选图片，再点“图片”按钮补上。")
    known = set(Image.objects.filter(name__in={name for name, _ in shown}).values_list("name", flat=True))
    if missing := [alt for name, alt in shown if name not in known]:
        raise ValidationError(f"正文里的图片“{missing[0]}”不在图片库里，可能已经删除。请去掉它，或者重新上传。")


def same_html(value: str) -> str:
    """Return HTML, sanitised, without the white space that says nothing."""
    return without_padding(clean_html(value))


def without_padding(value: str) -> str:
    """Return clean HTML without the white space that says nothing: two doses with a blank between are not one."""
    return BETWEEN_BLOCKS.sub(r"\1", " ".join(value.split()))


PROSE = {BodyField: {"form_class": ProseField, "widget": ProseWidget, "max_length": LONGEST}}
