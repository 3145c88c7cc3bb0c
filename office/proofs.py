"""What shows that something was made here: an HMAC by a key that isn't in the database."""

import hashlib
import hmac

from django.conf import settings


def proof(sha256: str) -> str:
    """The proof of a digest, in hexadecimal."""
    return hmac.new(settings.CLOSING_KEY.encode(), sha256.encode(), hashlib.sha256).hexdigest()


def holds(kept: str, sha256: str) -> bool:
    """Whether a kept proof is that of a digest."""
    return hmac.compare_digest(kept.encode(), proof(sha256).encode())
