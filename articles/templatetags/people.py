from django import template

from ..names import full_name

register = template.Library()
register.filter("full_name", full_name)
