"""What is asked of the elements of an account: whose they are, as of which day, filtered by what, from where on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from clients.models import Client
from office.periods import Period
from statements.elements import Operations, Type
from statements.queries.financial.incidents import Incidents


@dataclass(frozen=True, slots=True)
class Asked:
    """What elements are filtered by; all of it has to hold. types: none for all; text: looked for in articles."""

    period: Period = field(default_factory=Period)
    operations: Operations = Operations.ALL
    types: Sequence[Type] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """Whose account is looked at, as of which day. on: a past day, to its end; None for today."""

    client: Client
    incidents: Incidents
    today: date
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the time line: after the element of this day and key."""

    day: date
    key: int

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}.{self.key}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The place that a text tells; None if it tells none."""
        day, _, key = text.partition(".")
        if not key.isdecimal() or len(key) > 18:
            return None
        try:
            return cls(date.fromisoformat(day), int(key))
        except ValueError:
            return None
