"""The library of images: who uploaded what, where it stands, its alternative text; and uploads from the editor."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Media
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from articles.images import files
from articles.images.pictures import FORMATS, KINDS, MOST_BYTES, Picture, Refused, make_picture, too_large
from articles.models import ErasedImage, Image
from articles.models.image import ImageUse
from articles.text.image_names import COPIES, address_of, size_of
from articles.text.names import clean_line, full_name

from .image_erasure import erase_view

ACCEPT = ",".join(f"image/{name.lower()}" for name in FORMATS)
MOST_LINKS = 50


def refuse_erased(name: str) -> None:
    """Raise ValidationError for an image that was erased for good, and leave no file of it."""
    if ErasedImage.objects.filter(name=name).exists():
        files.remove(name)
        raise forms.ValidationError("这张图片已经永久删除，不能再上传。")


class UploadForm(forms.ModelForm):
    """A new image: the file becomes a Picture, or a sentence that says why not."""

    file = forms.FileField(
        label="图片文件",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=f"{KINDS}，最大 {MOST_BYTES // 1024 // 1024} MB。拍摄地点等附带信息会自动去掉。",
        error_messages={"empty": "这个文件是空的。", "required": "请选择一张图片。"},
    )

    class Meta:
        model = Image
        fields = ["file", "alt"]

    def clean_alt(self) -> str:
        if alt := clean_line(self.cleaned_data["alt"]):
            return alt
        raise forms.ValidationError("请填写替代文字。")

    def clean_file(self) -> Picture:
        file = self.cleaned_data["file"]
        try:
            if file.size > MOST_BYTES:
                raise Refused(too_large(file.size))
            picture = make_picture(file.read())
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from None
        refuse_erased(picture.name)
        return picture

    def clean(self) -> Any:
        cleaned = super().clean()
        try:
            if not self.errors:
                files.write(cleaned["file"])
                refuse_erased(cleaned["file"].name)  # somebody may have erased it in this moment
        except OSError:
            raise forms.ValidationError("服务器现在存不下图片，请稍后再试，或者告诉管理员。") from None
        return cleaned

    def keep(self, user: User) -> Image:
        """Return the Image that was uploaded; its files are written."""
        picture, alt = self.cleaned_data["file"], self.cleaned_data["alt"]
        return Image.take(picture, alt=alt, original_name=self.files["file"].name, by=user)


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    list_display = ("thumbnail", "alt", "pixels", "used_in", "uploader", "uploaded_at")
    list_display_links = ("thumbnail", "alt")
    list_select_related = ("uploaded_by",)
    list_per_page = 50
    search_fields = ("alt", "original_name")
    search_help_text = "按替代文字或原文件名查找"
    show_full_result_count = False

    @property
    def media(self) -> Media:
        return super().media + forms.Media(css={"all": ["css/admin/images.css"]})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).with_uses()

    def get_urls(self) -> list[Any]:
        upload = self.admin_site.admin_view(self.upload_view)
        erase = self.admin_site.admin_view(self.erase_view)
        return [
            path("upload/", upload, name="articles_image_upload"),
            path("<int:key>/erase/", erase, name="articles_image_erase"),
            *super().get_urls(),
        ]

    def erase_view(self, request: HttpRequest, key: int) -> HttpResponseBase:
        """Show where an image stands, and erase it for good."""
        if not request.user.has_perm("articles.erase_image"):
            raise PermissionDenied
        return erase_view(self, request, get_object_or_404(Image, pk=key))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change=change, **kwargs) if obj else UploadForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if not obj:
            return ("file", "alt")
        erasing = ("erasing",) if request.user.has_perm("articles.erase_image") else ()
        return ("picture", "alt", "uses", *RECORD, *erasing)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("picture", "uses", *RECORD, "erasing") if obj else ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who may write questions may put images into them."""
        return request.user.has_perm("articles.change_article") or request.user.has_perm("articles.add_article")

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return super().save_form(request, form, change) if change else form.keep(request.user)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        """An image has nothing beside itself to save."""

    def upload_view(self, request: HttpRequest) -> HttpResponseBase:
        """Take an image from the editor: JSON with its address, or with the sentence that says why not."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            sentences = " ".join(message for messages in form.errors.values() for message in messages)
            return JsonResponse({"error": sentences}, status=400, json_dumps_params={"ensure_ascii": False})
        image = form.keep(request.user)
        self.log_addition(request, image, [{"added": {}}])
        return JsonResponse({"src": image.address, "alt": form.cleaned_data["alt"]})

    def view_on_site(self, image: Image) -> str:
        return image.address

    @admin.display(description="图片")
    def thumbnail(self, image: Image) -> SafeString:
        return shown(image, COPIES[0], "thumbnail")

    @admin.display(description="图片")
    def picture(self, image: Image) -> SafeString:
        return shown(image, COPIES[1], "picture")

    @admin.display(description="像素")
    def pixels(self, image: Image) -> str:
        return "{}×{}".format(*image.dimensions)

    @admin.display(description="字节")
    def bytes(self, image: Image) -> str:
        return filesizeformat(image.size)

    @admin.display(description="用在", ordering="use_count")
    def used_in(self, image: Any) -> str:
        if not image.use_count:
            return "没有用到"
        first = f"“{image.first_title}”" if image.first_title else "单页"
        return first if image.use_count == 1 else f"{first}等 {image.use_count} 处"

    @admin.display(description="用在")
    def uses(self, image: Image) -> str:
        """Links to what shows the image; while there are any, or versions that do, it cannot be deleted."""
        uses = image.uses.filter(revision=None).select_related("article", "page").only("article__title", "page__title")
        rows = [(owner_url(use), use.article or use.page) for use in uses[:MOST_LINKS]]
        links = format_html_join(mark_safe("<br>"), '<a href="{}">{}</a>', rows)
        if links or not image.uses.exists():
            return links or "没有用到，可以删除"
        return "只在旧版本里，恢复旧版本时要用，不能删除"

    @admin.display(description="永久删除")
    def erasing(self, image: Image) -> SafeString:
        """A link for what deleting does not do: take the image out of texts and versions, too."""
        address = reverse("admin:articles_image_erase", args=[image.pk])
        return format_html('<a href="{}">从所有内容和旧版本里永久删除…</a>', address)

    @admin.display(description="上传者", ordering="uploaded_by")
    def uploader(self, image: Image) -> str:
        return full_name(image.uploaded_by) if image.uploaded_by else self.get_empty_value_display()


RECORD = ("pixels", "bytes", "original_name", "uploader", "uploaded_at")


def shown(image: Image, width: int, kind: str) -> SafeString:
    """Return the image as HTML, in its copy of this width; a link around it is named by what it says."""
    own_width, height = size_of(image.name)
    copy = width if width < own_width else None
    return format_html(
        '<img class="image-{}" src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        kind,
        address_of(image.name, copy),
        image.alt,
        own_width,
        height,
    )


def owner_url(use: ImageUse) -> str:
    model, key = ("article", use.article_id) if use.article_id else ("page", use.page_id)
    return reverse(f"admin:articles_{model}_change", args=[key])
