"""How a cell of a file is read: what it says, or a refusal in a French sentence."""

from collections.abc import Callable, Iterable, Mapping

from office.amounts import quoted
from office.folding import sort_key
from office.grids import Unusable

Choices = Iterable[tuple[str, str]]

YES, NO = {"oui", "o", "1", "x", "vrai", "yes", "true"}, {"", "non", "n", "0", "faux", "no", "false"}
SHOWN = 6


def text(cell: str) -> str:
    """Text on one line, its runs of white space made single spaces."""
    body = " ".join(cell.split())
    if not body.isprintable():
        raise Unusable("Il y a des signes qui ne s’impriment pas.")
    return body


def yes_or_no(cell: str) -> bool:
    """Oui or non."""
    word = sort_key(cell)
    if word not in YES | NO:
        raise Unusable(f"{quoted(cell.strip())} n’est ni «\u00a0oui\u00a0» ni «\u00a0non\u00a0».")
    return word in YES


def one_of(choices: Choices, also: Mapping[str, str] | None = None) -> Callable[[str], str]:
    """A reader of one of several words: the value or the label, in any case. also: other words for values."""
    pairs = [(str(value), str(label)) for value, label in choices]
    known = {sort_key(word): value for value, label in pairs for word in (value, label)}
    known |= {sort_key(word): value for word, value in (also or {}).items()}

    def read(cell: str) -> str:
        if (value := known.get(sort_key(cell))) is not None:
            return value
        shown = ", ".join(label for _, label in pairs[:SHOWN]) + (", …" if len(pairs) > SHOWN else "")
        raise Unusable(
            f"{quoted(text(cell))} n’est pas connu ici\u00a0: {shown}." if pairs else "Rien n’est connu ici."
        )

    return read
