import importlib
from io import BytesIO

import pytest
from PIL import Image

from office.logos import HEAVIEST, KEPT, BadLogo, as_png


def image(kind: str, size: tuple[int, int] = (40, 20), mode: str = "RGB") -> BytesIO:
    written = BytesIO()
    Image.new(mode, size, "teal").save(written, kind)
    written.seek(0)
    return written


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("JPEG", "RGB"), ("JPEG", "CMYK")])
def test_png_and_jpeg_are_kept_as_png(kind, mode):
    kept = Image.open(BytesIO(as_png(image(kind, mode=mode))))

    assert (kept.format, kept.size) == ("PNG", (40, 20))


def test_only_the_image_is_kept():
    file = image("JPEG")
    file.seek(0, 2)
    file.write(b"<script>alert(1)</script>")
    file.seek(0)

    assert b"script" not in as_png(file)


def test_a_large_image_is_made_as_small_as_documents_need():
    kept = Image.open(BytesIO(as_png(image("PNG", (2400, 600)))))

    assert kept.size == (KEPT[0], 300)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "n’est pas une image"),
        (b"%PDF-1.7", "n’est pas une image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "n’est pas une image"),
        (image("GIF").getvalue(), "n’est pas une image"),
        (image("PNG").getvalue()[:60], "n’est pas une image"),
        (image("PNG", (4001, 2)).getvalue(), "4000"),
        (b"\x89PNG" + b"0" * HEAVIEST, "1\u00a0Mo"),
    ],
)
def test_anything_else_is_refused_in_words(content, told):
    with pytest.raises(BadLogo, match=told):
        as_png(BytesIO(content))


def test_half_an_image_is_refused_where_documents_are_printed_too():
    assert importlib.import_module("office.pdf")  # WeasyPrint loosens Pillow for the whole process

    with pytest.raises(BadLogo):
        as_png(BytesIO(image("JPEG", (400, 300)).getvalue()[:900]))
