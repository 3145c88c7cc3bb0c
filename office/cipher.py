"""Secrets that Solde must be able to use again, kept in the database encrypted.

The key is derived from SECRET_KEY, which stands outside the database: who reads a dump or a backup of the
database alone reads no password. With another SECRET_KEY a secret can't be read any more and is typed again.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotRead(Exception):
    """The secret was encrypted with another SECRET_KEY, or altered."""


def encrypt(secret: str) -> str:
    """`secret` as it may be stored; nothing for nothing."""
    return _cipher().encrypt(secret.encode()).decode() if secret else ""


def decrypt(stored: str) -> str:
    """What was encrypted. Raises CannotRead."""
    if not stored:
        return ""
    try:
        return _cipher().decrypt(stored.encode()).decode()
    except InvalidToken:
        raise CannotRead from None


def _cipher() -> Fernet:
    key = HKDF(SHA256(), length=32, salt=None, info=b"solde: secrets in the database").derive(
        settings.SECRET_KEY.encode()
    )
    return Fernet(urlsafe_b64encode(key))
