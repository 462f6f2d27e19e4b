from django import template
from django.utils.safestring import SafeString, mark_safe

from articles.images.image_markup import with_sizes
from articles.text.phrases import phrases

register = template.Library()


@register.filter
def body(value: str) -> SafeString:
    """Render the HTML of a BodyField; it was sanitised on its way into the database, whichever way it came."""
    return mark_safe(with_sizes(value))


@register.filter
def broken(value: str) -> SafeString:
    """Render a title so that its lines end between words."""
    return mark_safe(phrases(value))
