"""The prose editor in the admin: in Chinese, under the strict policy, clean with what Word pastes."""

from django.forms import Media, Script
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget

from ..markup import clean_html
from ..models.fields import BodyField

LONGEST = 200_000  # characters of HTML; the longest textbook chapters stay below it


class ProseWidget(AdminProseEditorWidget):
    @property
    def media(self):
        # The words come first: the editor asks for them once, while it loads.
        words = Media(js=[Script("js/admin/prose-words.js")])
        style = {"all": ["django_prose_editor/overrides.css", "css/admin-prose.css"]}
        return words + super().media + Media(css=style, js=[Script("js/admin/prose-paste.js", type="module")])


class ProseField(ProseEditorFormField):
    """Clean HTML in, clean HTML out; HTML without any text counts as empty."""

    def clean(self, value):
        value = clean_html(super().clean(value).replace("\r\n", "\n"))
        self.validate(value)
        return value

    def has_changed(self, initial, data):
        # Browsers send other line ends, and the editor writes the same text with other white space.
        return not self.disabled and same_html(initial) != same_html(data)


def same_html(value):
    return "".join(clean_html(value).split())


PROSE = {BodyField: {"form_class": ProseField, "widget": ProseWidget, "max_length": LONGEST}}
