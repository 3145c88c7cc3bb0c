"""Where a file waits while its columns are matched: under a random name, outside what the web server serves."""

from datetime import timedelta
from secrets import token_hex

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.timezone import now

FOLDER = "imports"
KEPT = timedelta(days=1)


def put(content: bytes) -> str:
    """Keep a file for a day, and give the name it waits under; older ones go."""
    _clear()
    name = token_hex(16)
    default_storage.save(f"{FOLDER}/{name}", ContentFile(content))
    return name


def waiting(name: str) -> bytes | None:
    """The file that waits under a name; None if it is there no more."""
    path = f"{FOLDER}/{name}"
    if not default_storage.exists(path):
        return None
    with default_storage.open(path) as file:
        content: bytes = file.read()
    return content


def _clear() -> None:
    names = default_storage.listdir(FOLDER)[1] if default_storage.exists(FOLDER) else []
    for name in names:
        if default_storage.get_modified_time(f"{FOLDER}/{name}") < now() - KEPT:
            default_storage.delete(f"{FOLDER}/{name}")
