from django import template
from django.utils.safestring import SafeString, mark_safe

from articles.images.image_markup import with_sizes
from articles.text.line_breaks import with_breaks
from articles.text.presented import Heading, contents, presented
from articles.text.qr_codes import qr_code

register = template.Library()


@register.filter
def body(value: str) -> SafeString:
    """Render the HTML of a BodyField; it was sanitised on its way into the database, whichever way it came."""
    return mark_safe(presented(with_sizes(value)))


@register.filter
def broken(value: str) -> SafeString:
    """Render a title so that its lines end between words."""
    return mark_safe(with_breaks(value))


@register.filter
def headings(value: str) -> list[Heading]:
    """The headings of a body; empty where they are too few for a table of contents. Their text is escaped HTML."""
    return [heading._replace(text=mark_safe(heading.text)) for heading in contents(value)]


@register.filter
def qr(address: str) -> SafeString:
    """Render the QR code of an address."""
    return mark_safe(qr_code(address))
