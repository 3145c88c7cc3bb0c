"""Where the operations of a report took place."""

from dataclasses import dataclass

from django.db.models import Q

from office.models import Site
from office.periods import Period


@dataclass(frozen=True, slots=True)
class Where:
    """All operations, those of one site, or those of none. nowhere: those « sans établissement »."""

    site: Site | None = None
    nowhere: bool = False

    def __str__(self) -> str:
        if self.nowhere:
            return "sans établissement"
        return str(self.site) if self.site else "tous"

    @property
    def is_everywhere(self) -> bool:
        """Whether no operation is left out."""
        return self.site is None and not self.nowhere

    def on(self, path: str) -> Q:
        """The condition on rows whose site is at `path`."""
        if self.nowhere:
            return Q(**{path: None})
        return Q(**{path: self.site}) if self.site else Q()

    def has(self, site: int | None) -> bool:
        """Whether an operation of this site, by its key, is among them."""
        return self.is_everywhere or site == (self.site.pk if self.site else None)


EVERYWHERE = Where()


def within(field: str, period: Period) -> Q:
    """The condition on rows whose day, in `field`, is in a period; those without a day are in none."""
    found = Q(**{f"{field}__isnull": False})
    found &= Q(**{f"{field}__gte": period.start}) if period.start else Q()
    return found & (Q(**{f"{field}__lte": period.end}) if period.end else Q())
