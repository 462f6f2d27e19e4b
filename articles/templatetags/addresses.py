"""Addresses in parts of pages that stand there many times: {% url %} takes a tenth of a millisecond each."""

from django import template

from articles.text.addresses import doctor_path, question_path

register = template.Library()
register.filter("question_path", question_path)
register.filter("doctor_path", doctor_path)
