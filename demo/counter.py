"""The clinic's money on its way: cheques taken to the bank, tills closed, and what the bank says of it all.

Done once the clinic's days are played, each act on its own day, by the services like anyone's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from demo.examples import Desk
from ledger.models import BankAccount, Document, Operation, PeriodLock
from ledger.queries import open_items
from ledger.services import shut
from office.amounts import ZERO
from payments.models import BankLabel, BankTransaction, CashClosing, CashMove, Deposit, Incident, Payment, PaymentType
from payments.queries import in_hand, late_periods
from payments.services import (
    Counted,
    Wanted,
    add_transaction,
    close_period,
    close_till,
    deposit_payments,
    expected,
    link_client,
    link_documents,
    move_cash,
    set_labels,
)

ONE_DAY = timedelta(days=1)
FLOAT = Decimal(150)
QUARTER = timedelta(days=92)
RECENT = timedelta(days=8)  # tills are closed each day since, by the month before
SEEN = timedelta(days=25)  # how far back the bank's lines go
UNREAD = timedelta(days=4)  # nobody has looked at the newest of them yet
CARDS, FEE = "REMISE CB", Decimal("0.006")  # card totals, and what the bank keeps of them
TONES = {"Frais bancaires": "neutral", "Fournisseurs": "accent", "À vérifier": "late"}


def fill_counter(desks: Sequence[Desk], today: date, bank: BankAccount) -> None:
    """Hand in the cheques, close the tills up to yesterday, and write the bank's lines, of which some are linked."""
    before = (today - QUARTER).replace(day=1) - ONE_DAY
    for desk in desks:
        shut(PeriodLock.Scope.TILL, before, site=desk.site)  # till then, another program closed them
    slips = [slip for desk in desks for slip in _deposits(desk, today, bank)]
    carried = [_to_bank(desk, today - RECENT, bank) for desk in desks]
    _bank_lines(desks[0], today, bank, slips, [move for move in carried if move])
    for desk in desks:
        _closings(desk, before, today)


# Cheques


def _deposits(desk: Desk, today: date, bank: BankAccount) -> Iterator[Deposit]:
    """A slip a month of a site's cheques that are due; those of the last days, and later ones, stay in hand."""
    by_month: dict[tuple[int, int], list[Payment]] = defaultdict(list)
    for cheque in in_hand().filter(site=desk.site, type="cheque", paid_on__lte=today - RECENT):
        by_month[cheque.document.day.year, cheque.document.day.month].append(cheque)
    for cheques in by_month.values():
        day = min(max(cheque.paid_on for cheque in cheques) + 2 * ONE_DAY, today - RECENT)
        op = desk.does(Operation.Kind.DEPOSIT, day)
        yield deposit_payments(payments=cheques, bank=bank, on=day, site=desk.site, op=op)


# Tills


def _to_bank(desk: Desk, day: date, bank: BankAccount) -> CashMove | None:
    """Take to the bank what the till has above its float, in whole notes of 50."""
    held = expected(desk.site, day, opening=FLOAT).cash
    notes = (held - FLOAT) // 50 * 50
    if notes <= 0:
        return None
    op = desk.does(Operation.Kind.CLOSING, day)
    return move_cash(kind=CashMove.Kind.TO_BANK, amount=notes, on=day, site=desk.site, bank=bank, op=op)


def _closings(desk: Desk, before: date, today: date) -> None:
    """Close at the end of each month since a day, and each day of the last week; then the months that are over."""
    yesterday = today - ONE_DAY
    days = [day for day in _days(before + ONE_DAY, yesterday) if _closes(day, yesterday)]
    for rank, day in enumerate(days):
        told = expected(desk.site, day, opening=ZERO if rank else FLOAT)
        short = Decimal(2) if rank == len(days) - 2 else ZERO
        counted = Counted(told.cash - short, opening=told.opening, reason="Erreur de rendu de monnaie" if short else "")
        close_till(site=desk.site, through=day, counted=counted, op=desk.does(Operation.Kind.CLOSING, day))
    for late in late_periods([desk.site], today=today):
        close_period(
            period=CashClosing.Period(late.period),
            site=desk.site,
            first=late.first,
            last=late.last,
            op=desk.does(Operation.Kind.CLOSING, late.last + ONE_DAY),
        )


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=rank) for rank in range((last - first).days + 1))


def _closes(day: date, yesterday: date) -> bool:
    return (day + ONE_DAY).day == 1 or day > yesterday - RECENT


# The bank


def _bank_lines(
    desk: Desk, today: date, bank: BankAccount, slips: Iterable[Deposit], carried: Iterable[CashMove]
) -> None:
    """What the bank says of the last weeks: most of it pointed, the newest not yet, and what is no client's."""
    since = today - SEEN
    rows = [(move.document.day + ONE_DAY, -move.amount, "VERSEMENT ESPECES", [move.document]) for move in carried]
    rows += [
        (slip.document.day + ONE_DAY, slip.amount, f"REMISE CHEQUES {slip.lines.count()}", [slip.document])
        for slip in slips
        if slip.document.day >= since
    ]
    rows += _paid_by_bank(since)
    rows += [
        (incident.document.day, -incident.payment.amount.amount, "CHEQUE IMPAYE", [incident.document])
        for incident in Incident.objects.filter(document__day__gte=since, cancelled_by=None).order_by("pk")
        if not incident.payment.client.code.startswith("EX-")
    ]
    for day, amount, label, documents in sorted(rows, key=lambda row: row[0]):
        if day > today:
            continue
        fee = _fee(amount) if label.startswith(CARDS) else ZERO
        line = _line(desk, bank, day, amount - fee, label)
        if day < today - UNREAD:
            keys = [document.pk for document in documents]
            link_documents(line=line, documents=keys, fee=fee, op=desk.does(Operation.Kind.BANK_LINK, today))
    _of_clients(desk, today, bank)
    _of_others(desk, today, bank)


def _fee(total: Decimal) -> Decimal:
    """What the bank keeps of a card total."""
    return (total * FEE).quantize(Decimal("0.01"))


def _paid_by_bank(since: date) -> list[tuple[date, Decimal, str, list[Document]]]:
    """Transfers one by one, and cards as the total of a day and site."""
    rows: list[tuple[date, Decimal, str, list[Document]]] = []
    cards: dict[tuple[date, int | None], list[Payment]] = defaultdict(list)
    found = Payment.objects.filter(document__day__gte=since, cancelled_by=None, type__in=("transfer", "card"))
    for payment in found.select_related("document", "client").order_by("pk"):
        if payment.type_id == "card":
            cards[payment.document.day, payment.site_id].append(payment)
        else:
            label = f"VIR SEPA {payment.client.full_name.upper()}"
            rows.append((payment.document.day, payment.amount.amount, label[:140], [payment.document]))
    for (day, _), payments in cards.items():
        total = sum((payment.amount.amount for payment in payments), ZERO)
        label = f"{CARDS} {day:%d%m%y} {len(payments)} OPERATIONS"
        rows.append((day + ONE_DAY, total, label, [payment.document for payment in payments]))
    return rows


def _of_clients(desk: Desk, today: date, bank: BankAccount) -> None:
    """Transfers of clients that nobody has recorded: the first is linked to its client, the others wait."""
    transfer = PaymentType.objects.get(pk="transfer")
    owed = Document.objects.filter(kind=Document.Kind.INVOICE, items__is_debit=True, items__open__gt=0)
    owed = owed.filter(account__walk_in=False).exclude(account__client__code__startswith="EX-").distinct()
    for rank, document in enumerate(owed.select_related("account__client").order_by("-day", "-pk")[:3]):
        client = document.account.client
        due = open_items(client.account).filter(document=document)
        total = sum((item.open for item in due), ZERO)
        day = today - timedelta(days=3 - rank)
        line = _line(desk, bank, day, total, f"VIR SEPA {client.name.upper()} {document.reference.replace('-', ' ')}")
        if not rank:
            link_client(
                line=line,
                client=client,
                type=transfer,
                settles=[Wanted(item.pk, item.open) for item in due],
                site=desk.site,
                op=desk.does(Operation.Kind.BANK_LINK, today),
            )


def _of_others(desk: Desk, today: date, bank: BankAccount) -> None:
    """What is no client's money, with labels of any colour."""
    labels = {name: BankLabel.objects.create(name=name, tone=tone) for name, tone in TONES.items()}
    for days, amount, text, label in (
        (20, "-18.40", "COTISATION CARTE PRO", "Frais bancaires"),
        (16, "-642.00", "PRLV SEPA CENTRALE VETERINAIRE", "Fournisseurs"),
        (9, "-214.90", "PRLV SEPA ELECTRICITE", "Fournisseurs"),
        (6, "-31.25", "FRAIS TENUE DE COMPTE", "Frais bancaires"),
        (2, "45.00", "VIR INST DUPUIS MERCI", "À vérifier"),
    ):
        line = _line(desk, bank, today - timedelta(days=days), Decimal(amount), text)
        set_labels(line, [labels[label]])


def _line(desk: Desk, bank: BankAccount, day: date, amount: Decimal, label: str) -> BankTransaction:
    op = desk.does(Operation.Kind.BANK_LINE, day)
    return add_transaction(bank=bank, day=day, value_day=day, amount=amount, label=label, reference="", op=op)
