"""A logo as it is kept: its image alone, written anew, whatever else the file carried."""

from io import BytesIO
from typing import IO

from PIL import Image, UnidentifiedImageError

HEAVIEST = 1024 * 1024
WIDEST = 4000  # pixels of either side
KEPT = (1200, 600)


class BadLogo(Exception):
    """What is wrong with the file, in a French sentence."""


def as_png(file: IO[bytes]) -> bytes:
    """The image of a PNG or JPEG file, no larger than documents need. Raises BadLogo."""
    content = file.read(HEAVIEST + 1)
    if len(content) > HEAVIEST:
        raise BadLogo("Ce fichier pèse plus de 1\u00a0Mo\u00a0: réduisez l’image.")
    try:
        with Image.open(BytesIO(content), formats=["PNG", "JPEG"]) as image:
            if max(image.size) > WIDEST:
                raise BadLogo(f"Cette image dépasse {WIDEST}\u00a0pixels de côté\u00a0: réduisez-la.")
            small = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise BadLogo("Ce fichier n’est pas une image PNG ou JPEG lisible.") from None
    small.thumbnail(KEPT)
    written = BytesIO()
    small.save(written, "PNG", optimize=True)
    return written.getvalue()
