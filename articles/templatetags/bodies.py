from django import template
from django.utils.safestring import SafeString, mark_safe

from articles.images.image_markup import with_sizes

register = template.Library()


@register.filter
def body(value: str) -> SafeString:
    """Render the HTML of a BodyField; it was sanitised on its way into the database, whichever way it came."""
    return mark_safe(with_sizes(value))
