"""Supporting documents of a payment, kept under random names; their content, not their name, says what they are."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from ledger.models import Document, Operation
from office.errors import SoldeError
from payments.models import Attachment

FOLDER = "pieces"
HEAVIEST = 10 * 1024 * 1024
MEGABYTE = 1024 * 1024
# What a file of each type begins with.
BEGINNINGS = {b"%PDF-": ("application/pdf", "pdf"), b"\xff\xd8\xff": ("image/jpeg", "jpg")}
BEGINNINGS[b"\x89PNG\r\n\x1a\n"] = ("image/png", "png")


class BadUpload(SoldeError):
    """A file that is not kept: too heavy, empty, or neither a PDF nor an image."""

    field = "proofs"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that may be kept: what it is called, what it is, and its bytes."""

    name: str
    media_type: str
    ending: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


def check_upload(file: "UploadedFile[Any]") -> Upload:
    """A file that a user sends, if it may be kept. Raises BadUpload."""
    name = (file.name or "")[-120:]
    shown = f"«\u00a0{name[:60]}\u00a0»"
    if (file.size or 0) > HEAVIEST:
        raise BadUpload(f"{shown} pèse plus de {HEAVIEST // MEGABYTE}\u00a0Mo.")
    content = file.read()
    for beginning, (media_type, ending) in BEGINNINGS.items():
        if content.startswith(beginning):
            return Upload(name, media_type, ending, content)
    raise BadUpload(f"{shown} n’est ni un PDF, ni une image JPEG ou PNG.")


def attach(document: Document, uploads: Iterable[Upload], *, op: Operation) -> list[Attachment]:
    """Keep files with a payment or refund; a transaction that fails leaves files that nothing names."""
    made = []
    for upload in uploads:
        stored = default_storage.save(f"{FOLDER}/{uuid4().hex}.{upload.ending}", ContentFile(upload.content))
        made.append(
            Attachment(
                document=document,
                name=upload.name,
                stored=stored,
                media_type=upload.media_type,
                size=len(upload.content),
                sha256=upload.sha256,
                operation=op,
            )
        )
    return Attachment.objects.bulk_create(made)


@transaction.atomic
def add_attachments(document: Document, uploads: Iterable[Upload], *, op: Operation) -> list[Attachment]:
    """Keep files with a payment that is there already."""
    op.save()
    return attach(document, uploads, op=op)
