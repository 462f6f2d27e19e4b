"""永久删除: an image out of all texts and versions, asked once more and with a reason."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from articles.models import ErasedImage, Image
from articles.models.revision import Revision
from articles.text.names import clean_line, narrow
from articles.workflow.erasure import Places, erase

MOST_SHOWN = 50
TRACES = re.compile(r"\d{6}|@")  # numbers of telephones and identity cards, addresses of mail


class EraseForm(forms.Form):
    reason = forms.CharField(
        label="理由",
        max_length=ErasedImage._meta.get_field("reason").max_length,
        help_text="会写进每个问题的历史，例如“患者本人要求”。不要写姓名、电话、证件号。",
        error_messages={"required": "请写明理由。"},
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )
    sure = forms.BooleanField(
        label="我已经看过它用在哪里，知道删除以后找不回来",
        error_messages={"required": "请先确认。"},
    )

    def clean_reason(self) -> str:
        reason = clean_line(self.cleaned_data["reason"])
        if not reason:
            raise ValidationError("请写明理由。")
        if TRACES.search(narrow(reason)):
            raise ValidationError("理由里好像有电话、证件号或邮箱。历史会一直留着，请不要写进去。")
        return reason


def erase_view(model_admin: Any, request: HttpRequest, image: Image) -> HttpResponseBase:
    """Ask for the reason, and erase the image."""
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            erase(image, request.user, form.cleaned_data["reason"])
        except OSError:
            form.add_error(None, "服务器现在删不掉图片的文件，所以什么也没有改。请稍后再试，或者告诉运维人员。")
        else:
            model_admin.message_user(request, "已永久删除这张图片，旧版本里也没有了。", messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:articles_image_changelist"))
    context = model_admin.admin_site.each_context(request) | {
        "title": "永久删除图片",
        "opts": model_admin.opts,
        "media": model_admin.media,
        "image": image,
        "picture": model_admin.picture(image),
        "form": form,
        **places_of(image),
    }
    return TemplateResponse(request, "admin/articles/image/erase.html", context)


def places_of(image: Image) -> dict[str, Any]:
    """Return where an image stands, for the template."""
    places = Places(image.name)
    articles = list(places.articles.only("title", "status", "published_at"))
    versions = places.versions
    waiting = versions.filter(state__in=Revision.OPEN).select_related("article").only("state", "article__title")
    return {
        "articles": articles[:MOST_SHOWN],
        "more": max(len(articles) - MOST_SHOWN, 0),
        "pages": places.pages,
        "waiting": waiting[:MOST_SHOWN],
        "versions": versions.count(),
        "questions": versions.order_by().values("article").distinct().count(),
    }
