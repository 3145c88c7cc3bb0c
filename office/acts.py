"""What can be done with a record, as the entries of its menu: each leads to a page, or says why it can't be done."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from office.models import Role


@dataclass(frozen=True, slots=True)
class Act:
    """An entry of a menu. icon: its name in Lucide; role: the least that may do it; why_not: what keeps it from being
    done, in words; apart: whether it opens in a tab of its own, as a print does.
    """

    label: str
    icon: str
    url: str
    role: Role = Role.FRONT_DESK
    why_not: str = ""
    apart: bool = False


def acts_for(role: Role, acts: Iterable[Act]) -> list[Act]:
    """The same acts as somebody of this role sees them: what he may not do is there, with the reason."""
    ranks = list(Role)
    return [
        act if ranks.index(act.role) <= ranks.index(role) else replace(act, why_not=f"réservé au rôle {act.role.label}")
        for act in acts
    ]
