"""Text without what a reader doesn't hear: for search, and for the order of names.

PostgreSQL comes without ICU here, so that the folded text is stored beside the name and compared as bytes.
"""

import re
import unicodedata

# What Unicode takes for letters of their own, and a French keyboard for two letters or one without a stroke.
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "þ": "th"}
)
_APOSTROPHES_AND_HYPHENS = re.compile("['’‘ʼ`´′\\-‐‑‒–—―−]")
_UNHEARD = {"Mn", "Me", "Cf"}  # accents once set apart, enclosing marks, soft hyphens and other formats


def fold(text: str) -> str:
    """Give text in lower case without accents or ligatures, to be searched and sorted by.

    Apostrophes, hyphens and any run of white space become one space: « L’Haÿ-les-Roses » is found
    by « l'hay les roses ». Folding twice changes nothing.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    heard = "".join(sign for sign in decomposed if unicodedata.category(sign) not in _UNHEARD)
    return " ".join(_APOSTROPHES_AND_HYPHENS.sub(" ", heard.translate(_LETTERS)).split())


def sort_key(text: str) -> str:
    """Give what text is sorted by, compared as bytes: folded, and without signs that aren't letters or figures.

    A text of signs alone keeps them.
    """
    folded = fold(text)
    return " ".join("".join(sign for sign in folded if sign.isalnum() or sign == " ").split()) or folded
