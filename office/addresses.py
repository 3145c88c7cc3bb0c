"""Addresses of pages, for what writes hundreds of them: `reverse` looks through all patterns for each."""

import re
from collections.abc import Callable
from functools import lru_cache

from django.urls import NoReverseMatch, URLResolver, get_resolver, get_script_prefix, get_urlconf, reverse

# What stands in an address for a value, to be replaced; and the texts that stand there as they are.
NUMBER, WORD = 700700700700, "Q0Q0Q0"
# A word without a number may be the name of another page, which a code is kept apart from.
_PLAIN = re.compile(r"(?=[A-Za-z-]*[0-9])[A-Za-z0-9][A-Za-z0-9-]*", re.ASCII)


def url_of(name: str, *values: object) -> str:
    """The address of a page by its name and what is in it, as `reverse` tells it. Raises NoReverseMatch."""
    return _address(_in_force(), name, values)


def urls_of(name: str) -> Callable[..., str]:
    """The same for many pages of a name, for as long as one page is made. Answers what tells an address by values."""
    in_force = _in_force()
    return lambda *values: _address(in_force, name, values)


def _in_force() -> tuple[URLResolver, str]:
    """By which addresses are told: to find that out takes longer than to write one."""
    return get_resolver(get_urlconf()), get_script_prefix()


def _address(in_force: tuple[URLResolver, str], name: str, values: tuple[object, ...]) -> str:
    kinds = tuple(map(_kind, values))
    pattern = None if None in kinds else _pattern(*in_force, name, kinds)
    if pattern is None:
        return reverse(name, args=values)
    found = pattern[0]
    for value, part in zip(values, pattern[1:], strict=True):
        found += f"{value}{part}"
    return found


def _kind(value: object) -> str | None:
    """Of which kind a value is that can be set into an address; None if it could be written otherwise there."""
    if type(value) is int:
        return "number" if value >= 0 else None
    return "word" if type(value) is str and _PLAIN.fullmatch(value) else None


@lru_cache(maxsize=1024)
def _pattern(resolver: URLResolver, prefix: str, name: str, kinds: tuple[str, ...]) -> list[str] | None:  # noqa: ARG001 - what the answer depends on
    """What stands between the values of an address; None where another kind of values is wanted.

    resolver, prefix: those in force, by which an answer is known again.
    """
    marks = [NUMBER + place if kind == "number" else f"{WORD}{place}" for place, kind in enumerate(kinds)]
    try:
        found = reverse(name, args=marks)
    except NoReverseMatch:
        return None
    parts = re.split("|".join(str(mark) for mark in marks), found) if marks else [found]
    return parts if len(parts) == len(marks) + 1 else None
