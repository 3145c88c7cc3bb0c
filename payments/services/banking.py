"""Bank transactions: taken over from a file, all of it or nothing, typed by hand, labelled."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from ledger.models import BankAccount, Operation
from ledger.services import posting
from office.errors import SoldeError
from office.grids import FileRefused
from payments.banking import BankFile
from payments.banking.identity import identity_of
from payments.models import BankColumns, BankImport, BankLabel, BankLink, BankTransaction
from payments.queries.banking import Checked, CheckedAccount, checked, next_rank


class LineKept(SoldeError):
    """A line that a file told, or that was linked once, isn't taken away."""

    def __init__(self) -> None:
        super().__init__("Cette opération vient d’un relevé, ou a déjà été reliée\u00a0: elle ne se supprime pas.")


class LabelInUse(SoldeError):
    """A label that stands on transactions, or is a client's own."""

    def __init__(self, count: int) -> None:
        on = f"sur {count} opération{'s' if count > 1 else ''}" if count else "celui d’un client"
        super().__init__(f"Ce label est {on}\u00a0: il ne se supprime pas.")


@posting
def import_statement(
    *,
    file: BankFile,
    banks: Mapping[str, BankAccount],
    name: str,
    sha256: str,
    op: Operation,
    skip_typed: bool = False,
) -> BankImport:
    """Take over the lines of a file that aren't there yet, true twins included: all of them or, with a fault, none.

    banks: the business's account of each statement, by its name in the file. The accounts are locked, so that of two
    imports at once the second finds what the first has added. Raises FileRefused.
    Source: rules, « Bank transactions ».
    """
    if file.faults:
        raise FileRefused(file.faults)
    _lock(banks.values())
    accounts = checked(file, banks)
    added = [(account, account.to_add(skip_typed=skip_typed)) for account in accounts]
    source = BankImport.objects.create(
        kind=file.kind,
        name=name[-120:],
        sha256=sha256,
        added=sum(len(lines) for _, lines in added),
        known=sum(len(account.lines) - len(lines) for account, lines in added),
        operation=op,
    )
    for account, lines in added:
        BankTransaction.objects.bulk_create(_rows(account, lines, source, op), batch_size=500)
    return source


def _rows(
    account: CheckedAccount, lines: Sequence[Checked], source: BankImport, op: Operation
) -> list[BankTransaction]:
    """Lines of an account, the oldest first."""
    return [
        BankTransaction(
            bank=account.bank,
            day=one.line.day,
            value_day=one.line.value_day,
            amount=one.line.amount,
            currency=account.currency,
            label=one.line.label,
            detail=one.line.detail,
            party=one.line.party,
            party_iban=one.line.party_iban,
            reference=one.line.reference or one.line.identifier,
            identity=one.identity,
            rank=one.rank,
            source=source,
            operation=op,
        )
        for one in sorted(lines, key=lambda one: one.line.day)
    ]


def _lock(banks: Iterable[BankAccount]) -> None:
    keys = {bank.pk for bank in banks}
    list(BankAccount.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


@posting
def add_transaction(
    *, bank: BankAccount, day: date, value_day: date, amount: Decimal, label: str, reference: str, op: Operation
) -> BankTransaction:
    """Keep a bank transaction that somebody types. amount: above 0 if the money came in."""
    _lock([bank])
    identity = identity_of(day, amount, label)
    return BankTransaction.objects.create(
        bank=bank,
        day=day,
        value_day=value_day,
        amount=amount,
        label=label,
        reference=reference,
        identity=identity,
        rank=next_rank(bank, identity),
        operation=op,
    )


@transaction.atomic
def remove_transaction(line: BankTransaction) -> None:
    """Take away a line that was typed by hand and never linked. Raises LineKept."""
    line = BankTransaction.objects.select_for_update(no_key=True).get(pk=line.pk)
    if line.source_id is not None or BankLink.objects.filter(transaction=line).exists():
        raise LineKept
    line.labels.clear()
    line.delete()


def keep_columns(headings: str, places: Mapping[str, int], order: str) -> BankColumns:
    """Remember what the columns of a CSV file say, by its headings."""
    values = {"places": dict(places), "order": order}
    return BankColumns.objects.update_or_create(headings=headings, defaults=values)[0]


@transaction.atomic
def set_labels(line: BankTransaction, wanted: Iterable[BankLabel], *, new: str = "") -> None:
    """Put just these labels on a transaction, and one more by its name; clients' own, which links put there, stay."""
    own = line.labels.filter(client__isnull=False)
    more = [BankLabel.objects.get_or_create(name=new)[0]] if new else []
    line.labels.set([*own, *(label for label in (*wanted, *more) if label.client_id is None)])


@transaction.atomic
def remove_label(label: BankLabel) -> None:
    """Take away a label that nothing bears. Raises LabelInUse."""
    label = BankLabel.objects.select_for_update().get(pk=label.pk)
    count = label.transactions.count()
    if count or label.client_id is not None:
        raise LabelInUse(count)
    label.delete()
