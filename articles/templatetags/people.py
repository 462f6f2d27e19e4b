from django import template

from articles.text.names import full_name

register = template.Library()
register.filter("full_name", full_name)
