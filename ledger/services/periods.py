"""Which accounting days are open, and how they are shut."""

from dataclasses import dataclass
from datetime import date, timedelta

from ledger.models import Operation, PeriodLock
from office.asking import Question
from office.errors import SoldeError
from office.models import Site

ONE_DAY = timedelta(days=1)


class PeriodClosed(SoldeError):
    """The accounting day is on or before the lock date or the till's last closing."""

    field = "day"


class DayInFuture(SoldeError):
    """The accounting day is later than today, or than tomorrow once the till is closed."""

    field = "day"


class LockMovesForward(SoldeError):
    """A lock date or a closing can't be moved back."""

    field = "through"


@dataclass(frozen=True, slots=True)
class OpenDays:
    """The accounting days on which a site can post; the locks behind it are shared until the commit.

    books, till: the last day shut, if any. till stays None for what is no payment, refund or incident.
    """

    books: date | None
    till: date | None
    today: date

    @property
    def latest(self) -> date:
        """The last day that may be used: today, or tomorrow once today's till is closed."""
        return self.today if self.till is None else max(self.today, min(self.till, self.today) + ONE_DAY)

    def has(self, day: date) -> bool:
        """Whether `day` is open."""
        return day <= self.latest and all(shut is None or day > shut for shut in (self.books, self.till))

    def check(self, day: date) -> None:
        """Raise PeriodClosed or DayInFuture unless `day` is open."""
        self.check_books(day)
        if self.till is not None and day <= self.till:
            raise PeriodClosed(f"La caisse est clôturée jusqu’au {self.till:%d/%m/%Y}.")
        if day > self.latest:
            raise DayInFuture(f"La date ne peut pas être après le {self.latest:%d/%m/%Y}.")

    def check_books(self, day: date) -> None:
        """Raise PeriodClosed if the books are locked on `day`."""
        if self.books is not None and day <= self.books:
            raise PeriodClosed(f"La comptabilité est verrouillée jusqu’au {self.books:%d/%m/%Y}.")

    def unlocked_from(self, day: date) -> date:
        """`day`, or the first day after the lock date if that is later."""
        return day if self.books is None else max(day, self.books + ONE_DAY)

    def first_from(self, day: date) -> date:
        """`day` if it is open, else today (tomorrow once the till is closed).

        Raises PeriodClosed if that day is closed too.
        """
        first = day if self.has(day) else self.latest
        self.check(first)
        return first

    def first_open(self, day: date) -> date:
        """The first open day from `day` on; today (tomorrow once the till is closed) for one still to come.

        Raises PeriodClosed if none is.
        """
        shut = [closed + ONE_DAY for closed in (self.books, self.till) if closed is not None]
        first = min(max([day, *shut]), self.latest)
        self.check(first)
        return first


Shut = dict[str, date | None]


def open_days(
    op: Operation, *, site: Site | None = None, till: bool = False, asked: Question[Shut] | None = None
) -> OpenDays:
    """Share the lock date (and, with `till`, the site's closing) until the commit, and tell what is open.

    Call it after the accounts are locked and before a number is taken. asked: `shut_days` of the same, once asked
    together with other questions. Source: rules, « Order of locks ».
    """
    shut = asked.answer if asked else shut_days(site, till=till).now()
    if till and PeriodLock.Scope.TILL not in shut:
        PeriodLock.objects.bulk_create([PeriodLock(scope=PeriodLock.Scope.TILL, site=site)], ignore_conflicts=True)
        shut = shut_days(site, till=till).now()
    return OpenDays(
        books=shut.get(PeriodLock.Scope.BOOKS),
        till=shut.get(PeriodLock.Scope.TILL),
        today=op.day,
    )


def shut_days(site: Site | None, *, till: bool) -> Question[Shut]:
    """Share the lock date, and with `till` the site's closing: by scope, the last day shut."""
    sql = """
        SELECT scope, through FROM ledger_periodlock
        WHERE scope = 'books' OR (%s AND scope = 'till' AND site_id IS NOT DISTINCT FROM %s)
        ORDER BY id FOR SHARE
    """
    return Question(sql, [till, site.pk if site else None], dict)


def shut(scope: PeriodLock.Scope, through: date, *, site: Site | None = None) -> PeriodLock:
    """Lock the books, or close a site's till, up to and including `through`; wait for who is posting.

    Raises LockMovesForward if it is shut further already.
    """
    PeriodLock.objects.bulk_create([PeriodLock(scope=scope, site=site)], ignore_conflicts=True)
    lock = PeriodLock.objects.select_for_update(no_key=True).get(scope=scope, site=site)
    if lock.through is not None and through < lock.through:
        raise LockMovesForward(f"La période est déjà close jusqu’au {lock.through:%d/%m/%Y}.")
    lock.through = through
    lock.save(update_fields=["through"])
    return lock
