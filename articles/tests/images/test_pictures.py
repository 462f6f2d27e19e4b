"""What people upload comes out as plain pixels, or is refused with a sentence that says what to do."""

import contextlib
import io

import pytest
from PIL import Image as Pixels
from PIL import ImageCms

from articles.images.pictures import MOST_BYTES, Refused, make_picture
from articles.tests.pictures import claim, draw, file_of, opened
from articles.text.image_names import TALLEST, WIDEST, files_of, size_of


def bytes_of(picture):
    return b"".join(picture.files.values())


def refusal(data):
    with pytest.raises(Refused) as refused:
        make_picture(data)
    return str(refused.value)


def test_a_photo_becomes_webp_in_a_few_widths_whose_names_tell_everything():
    picture = make_picture(file_of(draw(3000, 2000), "JPEG"))
    assert size_of(picture.name) == (1600, 1067)
    assert list(picture.files) == files_of(picture.name)
    sizes = []
    for data in picture.files.values():
        assert (data[:4], data[8:12]) == (b"RIFF", b"WEBP")
        sizes.append(Pixels.open(io.BytesIO(data)).size)
    assert sizes == [(1600, 1067), (480, 320), (800, 534), (1200, 800)]


def test_the_same_picture_gets_the_same_name_and_another_another():
    data = file_of(draw())
    assert make_picture(data) == make_picture(data)
    assert make_picture(file_of(draw(colour=(1, 2, 3)))).name != make_picture(data).name


def test_nothing_that_was_attached_to_a_photo_comes_through():
    exif = Pixels.Exif()
    exif[0x010F] = "SECRET-MAKER"
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 20.0)})
    data = file_of(draw(), "JPEG", exif=exif, comment=b"SECRET-COMMENT", xmp=b"SECRET-XMP") + b"SECRET-TAIL<script>"
    assert data.count(b"SECRET") == 4
    picture = make_picture(data)
    assert not any(secret in bytes_of(picture) for secret in (b"SECRET", b"EXIF", b"Exif", b"XMP", b"ICCP", b"<script"))
    assert not opened(picture).getexif()


def test_text_in_a_png_does_not_come_through():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "SECRET")
    assert b"SECRET" not in bytes_of(make_picture(file_of(draw(), pnginfo=info)))


def test_a_photo_taken_on_its_side_stands_upright():
    exif = Pixels.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    pixels = opened(make_picture(file_of(draw(400, 200), "JPEG", exif=exif)))
    assert pixels.size == (200, 400)
    red, _, blue = pixels.convert("RGB").getpixel((180, 20))  # the mark of the upper left is now at the right
    assert red > 150
    assert blue < 100


@pytest.mark.parametrize(
    ("pixels", "kind"),
    [
        (draw(mode="CMYK"), "JPEG"),
        (draw(mode="L"), "JPEG"),
        (draw(mode="1"), "PNG"),
        (draw(mode="P"), "PNG"),
        (draw(mode="P"), "GIF"),
        (draw(mode="RGBA"), "PNG"),
        (draw(), "WEBP"),
        (draw(1, 1), "PNG"),
    ],
    ids=["CMYK", "grey", "black and white", "palette", "GIF", "RGBA", "WebP", "1×1"],
)
def test_every_usual_kind_of_picture_is_taken(pixels, kind):
    picture = make_picture(file_of(pixels, kind))
    assert opened(picture).size == pixels.size
    seen = opened(picture).convert("RGB").getpixel((pixels.width - 1, pixels.height - 1))
    wanted = pixels.convert("RGB").getpixel((pixels.width - 1, pixels.height - 1))
    assert all(abs(one - other) < 25 for one, other in zip(seen, wanted, strict=True))


def test_sixteen_bits_of_grey_are_not_cut_off():
    picture = make_picture(file_of(Pixels.new("I;16", (100, 100), 0x8000)))
    assert abs(opened(picture).convert("L").getpixel((50, 50)) - 0x80) < 4


def test_what_is_transparent_in_a_palette_stays_transparent():
    pixels = Pixels.new("P", (40, 40))
    pixels.putpalette([255, 0, 0, 0, 0, 255] + [0] * 762)
    pixels.paste(1, (20, 0, 40, 40))
    found = opened(make_picture(file_of(pixels, transparency=0)))
    assert found.mode == "RGBA"
    assert [found.getpixel((x, 5))[3] for x in (5, 35)] == [0, 255]


def test_colours_of_another_profile_become_those_of_the_web():
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    assert make_picture(file_of(draw(), icc_profile=swapped.tobytes()))  # does not fit: the colours stay as they are
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    picture = make_picture(file_of(draw(), icc_profile=srgb.tobytes()))
    assert "icc_profile" not in opened(picture).info
    assert make_picture(file_of(draw(), icc_profile=b"broken"))


def test_a_drawing_keeps_its_sharp_edges_when_that_is_smaller():
    picture = make_picture(file_of(draw(300, 300)))
    assert opened(picture).getpixel((299, 299)) == (15, 107, 99)


def test_a_long_strip_is_made_to_fit():
    assert size_of(make_picture(file_of(draw(4, 15_000))).name) == (3, TALLEST)
    assert size_of(make_picture(file_of(draw(5_000, 10))).name) == (WIDEST, 3)


def test_bombs_are_refused_before_they_are_unpacked():
    import zlib

    assert "太多" in refusal(claim(20_000, 20_000, zlib.compress(bytes(5_000_000))))
    assert "太多" in refusal(claim(12_000, 9_000))
    assert "太多" in refusal(claim(8_000, 5_001))
    assert "边长" in refusal(claim(16_001, 10))
    assert "太多" in refusal(claim(2**31 - 1, 2**31 - 1)) or "坏了" in refusal(claim(2**31 - 1, 2**31 - 1))


def test_a_photo_that_is_painted_over_without_end_is_refused_before_it_is_unpacked():
    data = file_of(draw(800, 500), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    scan = data[last:-2]
    assert make_picture(data[:last] + scan * 40 + data[-2:]).width == 800
    assert "编码不正常" in refusal(data[:last] + scan * 2_000 + data[-2:])
    assert make_picture(data + b"\xff\xda" * 2_000).width == 800  # a telephone's film behind its picture is no scan


def test_a_film_of_many_pictures_is_refused_without_looking_at_each():
    data = file_of(Pixels.new("P", (1, 1)), "GIF")
    frame = data.index(b"\x2c")
    assert "动图" in refusal(data[:frame] + data[frame:-1] * 100_000 + b";")


def test_a_file_that_is_too_large_is_refused_with_its_size():
    assert "10.0 MB" in refusal(b"\xff\xd8\xff" + bytes(MOST_BYTES))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.9])
def test_a_file_that_was_not_sent_whole_is_refused(kind, part):
    noise = Pixels.effect_noise((600, 400), 80).convert("RGB")
    data = file_of(noise, kind)
    assert refusal(data[: int(len(data) * part)])


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a/*<script>alert(1)</script>*/=0;",
        b"\xff\xd8\xff\xe0<script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
        b"RIFF\x00\x00\x00\x00WEBP<script>alert(1)</script>",
        b"%PDF-1.7",
        b"PK\x03\x04" + bytes(100),
        b"\x00\x00\x00\x18ftypheic" + bytes(100),
        b"BM" + bytes(100),
        bytes(1000),
        "病人".encode(),
    ],
    ids=range(13),
)
def test_what_is_no_picture_is_refused_in_words(data):
    said = refusal(data)
    assert said.endswith("。")
    assert "JPEG" in said or "坏了" in said


def test_nothing_at_all_is_refused():
    assert "空的" in refusal(b"")


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_films_are_refused(kind):
    frames = [draw(60, 40), draw(60, 40, colour=(250, 250, 250))]
    said = refusal(file_of(frames[0], kind, save_all=True, append_images=frames[1:], duration=100))
    assert "动图" in said


def test_the_second_picture_that_a_telephone_hides_in_a_photo_is_left_out():
    data = file_of(draw(), "MPO", save_all=True, append_images=[draw(300, 200)])
    assert opened(make_picture(data)).size == (900, 600)


def test_broken_bytes_anywhere_never_fail_in_another_way():
    whole = {kind: file_of(draw(120, 80), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF")}
    for data in whole.values():
        for place in range(8, min(len(data), 700), 7):
            broken = bytearray(data)
            broken[place] ^= 0xFF
            with contextlib.suppress(Refused):
                assert make_picture(bytes(broken)).files
