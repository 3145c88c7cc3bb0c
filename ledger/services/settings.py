"""What an administrator settles of the books: the day up to which they are locked, the banks."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from ledger.models import BankAccount, PeriodLock
from ledger.services.periods import shut
from office.events import record
from office.models import Event, User
from office.services import save_setting


@transaction.atomic
def lock_books(through: date, *, by: User) -> PeriodLock:
    """Lock the books up to and including a day, for good, and log it. Raises LockMovesForward."""
    before = PeriodLock.objects.filter(scope=PeriodLock.Scope.BOOKS).values_list("through", flat=True).first()
    lock = shut(PeriodLock.Scope.BOOKS, through)
    detail = {"comptabilité verrouillée jusqu’au": f"{through:%d/%m/%Y}"}
    if before:
        detail["auparavant"] = f"{before:%d/%m/%Y}"
    record(Event.Kind.LOCK, detail, user=by)
    return lock


@transaction.atomic
def save_bank(bank: BankAccount, *, fields: Iterable[str], by: User) -> None:
    """Keep a bank account; the new default takes the place of the former, and the first of all is the default.

    Raises JustTaken.
    """
    fields = {*fields, "is_default"}
    others = BankAccount.objects.select_for_update(no_key=True).exclude(pk=bank.pk).order_by("pk")
    former = [other for other in others if other.is_default]
    bank.is_default = bank.is_default or (bank.is_active and not former)
    if bank.is_default:
        for other in former:
            other.is_default = False
            save_setting(other, fields=["is_default"], by=by, about=f"Compte bancaire {other.label}")
    save_setting(bank, fields=sorted(fields), by=by, about=f"Compte bancaire {bank.label}")
