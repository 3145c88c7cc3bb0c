"""What tells one bank transaction from all others, so that the same is never taken twice and true twins are kept.

The bank's own identifier, else the day, the amount, the label and the rank in the day: rules, « Bank transactions ».
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from office.folding import fold
from payments.banking.statements import BankLine


def identity_of(day: date, amount: Decimal, label: str, detail: str = "", identifier: str = "") -> str:
    """SHA-256 of what tells a line of an account from the others. identifier: the bank's own, if it has one."""
    what = ["id", identifier] if identifier else ["line", fold(label), fold(detail)]
    text = "\x1f".join([*what, day.isoformat(), f"{amount:.2f}"])
    return hashlib.sha256(text.encode()).hexdigest()


def ranked(lines: Iterable[BankLine]) -> list[tuple[BankLine, str, int]]:
    """The lines of an account, each with its identity and its rank among those of the same, from 1.

    A line of an identifier that was there before is the same line once more, and left out.
    """
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        identity = identity_of(line.day, line.amount, line.label, line.detail, line.identifier)
        if line.identifier and seen[identity]:
            continue
        seen[identity] += 1
        found.append((line, identity, seen[identity]))
    return found
