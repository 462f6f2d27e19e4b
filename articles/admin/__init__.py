"""The editors' place: a module for each thing that they edit. Likes are the readers' and are not registered."""

from . import (
    accounts,
    audit_list,
    correction_list,
    doctor_list,
    image_library,
    page_list,
    patient_words,
    red_flags,
    report_list,
    search_misses,
    tag_list,
)
from .question import article_admin

__all__ = [
    "accounts",
    "article_admin",
    "audit_list",
    "correction_list",
    "doctor_list",
    "image_library",
    "page_list",
    "patient_words",
    "red_flags",
    "report_list",
    "search_misses",
    "tag_list",
]
