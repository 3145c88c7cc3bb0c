"""What a client is found by: folded text, and its telephone number as it is dialled."""

import re

from office.folding import fold

_NUMBER = re.compile(r"\+?[0-9 .()/\-\u00a0\u202f]{6,}")
_ABROAD = re.compile(r"^(?:\+|00)33")


def search_text(code: str, name: str, email: str, phone: str) -> str:
    """Give the text that a client is searched in."""
    return fold(" ".join((code, name, email, phone, dialled(phone))))


def dialled(phone: str) -> str:
    """Give a telephone number's digits as they are dialled in France: +33 (0)6 12 … is 0612…"""
    return _ABROAD.sub("0", re.sub(r"[^0-9+]", "", phone.replace("(0)", "")))


def is_number(text: str) -> bool:
    """Whether a text can be a telephone number, or a good part of one."""
    return _NUMBER.fullmatch(text.strip()) is not None
