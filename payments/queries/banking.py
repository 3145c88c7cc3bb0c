"""Reads of bank transactions: the list, what a file would add, and what each line is linked to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from ledger.models import BankAccount, Document
from ledger.queries import AMOUNT, NOTHING
from office.identifiers import compacted
from payments.banking import BankFile, BankLine, Statement
from payments.banking.identity import ranked
from payments.models import BankColumns, BankLabel, BankLink, BankTransaction
from payments.queries.previews import EntryLine, preview_lines


def live_links() -> QuerySet[BankLink]:
    """The links that hold, with their documents."""
    links = BankLink.objects.filter(undone_by=None).select_related("document__account__client")
    return links.order_by("pk")


def bank_line_of(document: Document) -> BankTransaction | None:
    """The bank transaction that a document's money is, if it is linked."""
    link = live_links().filter(document=document).select_related("transaction").first()
    return link.transaction if link else None


BANK_FEES = "627"


def fee_lines(line: BankTransaction, fee: Decimal) -> list[EntryLine]:
    """The entry that would post what a bank kept of a card total."""
    return preview_lines(debit=BANK_FEES, credit=line.bank.account_id, amount=fee)


def has_link() -> Exists:
    """Whether a bank transaction is linked."""
    return Exists(BankLink.objects.filter(transaction=OuterRef("pk"), undone_by=None))


def transactions() -> QuerySet[BankTransaction]:
    """All bank transactions, newest first, each with whether it `is_linked`, its labels and live links (`linked`)."""
    labels = BankLabel.objects.order_by("name", "pk")
    return (
        BankTransaction.objects.select_related("bank")
        .annotate(is_linked=has_link())
        .prefetch_related(Prefetch("labels", labels), Prefetch("links", live_links(), to_attr="linked"))
        .order_by("-day", "-pk")
    )


@dataclass(frozen=True, slots=True)
class Flow:
    """What transactions come to, in one currency: money in, and out (0 or below)."""

    currency: str
    incoming: Decimal
    outgoing: Decimal

    @property
    def net(self) -> Decimal:
        """Money in less money out."""
        return self.incoming + self.outgoing


def flows(lines: QuerySet[BankTransaction]) -> list[Flow]:
    """What transactions come to, by currency."""
    keys = lines.order_by().values("pk")
    rows = BankTransaction.objects.filter(pk__in=keys).order_by("currency").values("currency")
    sums = rows.annotate(
        incoming=Coalesce(Sum("amount", filter=Q(amount__gt=0)), NOTHING, output_field=AMOUNT),
        outgoing=Coalesce(Sum("amount", filter=Q(amount__lt=0)), NOTHING, output_field=AMOUNT),
    )
    return [Flow(row["currency"], row["incoming"], row["outgoing"]) for row in sums]


def labels() -> QuerySet[BankLabel]:
    """All labels, those of no client first."""
    return BankLabel.objects.select_related("client").order_by("client__sort_key", "name", "pk")


def client_label(name: str) -> BankLabel | None:
    """The label of a client that bears this name."""
    return BankLabel.objects.filter(name=name, client__isnull=False).select_related("client").first()


def with_counts(labels: QuerySet[BankLabel]) -> QuerySet[BankLabel]:
    """Labels, each with how many transactions bear it (`count`)."""
    return labels.annotate(count=Count("transactions"))


def free_labels() -> QuerySet[BankLabel]:
    """The labels of no client."""
    return BankLabel.objects.filter(client=None).order_by("name", "pk")


def columns_of(headings: str) -> BankColumns | None:
    """What the columns of a CSV file were said to hold, by its headings."""
    return BankColumns.objects.filter(headings=headings).first()


# Importing


def bank_named(account: str, banks: Iterable[BankAccount]) -> BankAccount | None:
    """The business's account that a file means: by its IBAN, or by the bank, branch and number that stand in one."""
    said = compacted(account)
    if len(said) < 8:
        return None
    found = [bank for bank in banks if bank.iban == said or said in bank.iban[4:]]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Checked:
    """A line of a file as it would be taken. rank: from 1, of those that are alike (true twins).

    is_known: it is there already. typed: a line of the same day and amount that was typed by hand.
    """

    line: BankLine
    identity: str
    rank: int
    is_known: bool
    typed: BankTransaction | None = None


@dataclass(frozen=True, slots=True)
class CheckedAccount:
    """All that a file says of one of the business's accounts."""

    bank: BankAccount
    currency: str
    statements: tuple[Statement, ...]
    lines: tuple[Checked, ...]

    @property
    def new(self) -> list[Checked]:
        """The lines that would be added."""
        return [line for line in self.lines if not line.is_known]

    def to_add(self, *, skip_typed: bool) -> list[Checked]:
        """The lines to add, with or without those that seem typed by hand."""
        return [line for line in self.new if not (skip_typed and line.typed)]

    @property
    def known(self) -> int:
        """How many lines are there already."""
        return len(self.lines) - len(self.new)

    @property
    def twins(self) -> int:
        """How many of the new lines are alike another one."""
        return sum(line.rank > 1 for line in self.new)

    @property
    def typed(self) -> int:
        """How many of the new lines were typed by hand before, it seems."""
        return sum(line.typed is not None for line in self.new)

    @property
    def untied(self) -> list[Statement]:
        """The statements whose balances don't agree with their lines."""
        return [statement for statement in self.statements if statement.ties is False]


def checked(file: BankFile, banks: Mapping[str, BankAccount]) -> list[CheckedAccount]:
    """What a file would add. banks: the account of each statement, by its name in the file."""
    accounts: dict[tuple[int, str], list[Statement]] = {}
    for statement in file.statements:
        accounts.setdefault((banks[statement.account].pk, statement.currency), []).append(statement)
    by_key = {bank.pk: bank for bank in banks.values()}
    found = []
    for (key, currency), statements in accounts.items():
        lines = ranked(line for statement in statements for line in statement.lines)
        known = _known(key, [identity for _, identity, _ in lines])
        typed = _typed(key, [line for line, _, _ in lines])
        checked_lines = []
        for line, identity, rank in lines:
            is_known = (identity, rank) in known
            same = typed.get((line.day, line.amount), []) if not is_known else []
            checked_lines.append(Checked(line, identity, rank, is_known, same.pop() if same else None))
        found.append(CheckedAccount(by_key[key], currency, tuple(statements), tuple(checked_lines)))
    return found


def _known(bank: int, identities: Sequence[str]) -> set[tuple[str, int]]:
    rows = BankTransaction.objects.filter(bank=bank, identity__in=set(identities)).order_by()
    return set(rows.values_list("identity", "rank"))


def _typed(bank: int, lines: Sequence[BankLine]) -> dict[tuple[date, Decimal], list[BankTransaction]]:
    """The lines typed by hand that may be some of a file, by day and amount."""
    if not lines:
        return {}
    days = [line.day for line in lines]
    rows = BankTransaction.objects.filter(bank=bank, source=None, day__range=(min(days), max(days))).order_by("-pk")
    found: dict[tuple[date, Decimal], list[BankTransaction]] = {}
    for row in rows:
        found.setdefault((row.day, row.amount), []).append(row)
    return found


def next_rank(bank: BankAccount, identity: str) -> int:
    """The rank of one line more of an identity."""
    ranks = BankTransaction.objects.filter(bank=bank, identity=identity).order_by("-rank")
    return (ranks.values_list("rank", flat=True).first() or 0) + 1
