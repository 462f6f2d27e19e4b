from django import template

from ..structured_data import iso

register = template.Library()
# Django's own date:"c" prints microseconds, and the datetime attribute of HTML takes three decimals at most.
register.filter("iso", iso)
