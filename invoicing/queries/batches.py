"""Reads for batches: what one would invoice, what one has made, and what is left to print or send of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Sum, Value, When
from djmoney.money import Money

from clients.models import Channel, Client, Mail
from invoicing.models import Batch, BatchItem, Invoice, VisitLine
from office.amounts import ZERO

# Why a visit isn't invoiced by a batch, seen beforehand.
OBSTACLES = {
    "archived": "Le client est archivé\u00a0: réactivez-le d’abord.",
    "drafted": "La visite est déjà sur un brouillon\u00a0: émettez-le, ou supprimez-le.",
    "later": "La visite est postérieure à la date des factures.",
}
NO_ADDRESS = "aucune adresse e-mail"
ALREADY_MAILED = "déjà envoyée par e-mail"


class Candidate(NamedTuple):
    """A visit that a batch would invoice. obstacle: why it can't, a key of OBSTACLES; left: VAT included."""

    visit: int
    client: int
    party: int | None
    site: int | None
    prices_include_vat: bool
    day: date
    obstacle: str
    left: Decimal
    currency: str


def candidates(visits: QuerySet[Any], *, on: date) -> list[Candidate]:
    """The visits of a choice, of rows of `all_visits_to_invoice`, by their client's name, then by day.

    on: the day of the invoices.
    """
    drafted = VisitLine.objects.filter(
        visit=OuterRef("pk"), is_removed=False, invoice_line__isnull=False, invoice_line__invoice__document=None
    )
    obstacle = Case(
        When(client__is_archived=True, then=Value("archived")),
        When(Exists(drafted), then=Value("drafted")),
        When(day__gt=on, then=Value("later")),
        default=Value(""),
        output_field=CharField(),
    )
    rows = visits.exclude(left=0).annotate(obstacle=obstacle).order_by("client__sort_key", "client", "day", "pk")
    names = ("pk", "client", "party", "site", "prices_include_vat", "day", "obstacle", "left")
    return [Candidate(*row) for row in rows.values_list(*names, "client__account__currency")]


def grouped_candidates(found: Iterable[Candidate], *, together: bool) -> list[list[Candidate]]:
    """The visits of each invoice: one each, or one for all of a client's passer-by, site and basis of prices.

    What can't be invoiced stands apart, by its obstacle.
    """
    groups: dict[object, list[Candidate]] = {}
    for one in found:
        shared = (one.client, one.party, one.site, one.prices_include_vat, one.obstacle)
        groups.setdefault(shared if together else one.visit, []).append(one)
    return list(groups.values())


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a batch would make. obstacles: how many visits each reason leaves out."""

    clients: int
    visits: int
    invoices: int
    totals: list[Money]
    obstacles: list[tuple[str, int]]


def foreseen(found: Sequence[Candidate], *, together: bool) -> Foreseen:
    """What a batch of these visits would make."""
    free = [one for one in found if not one.obstacle]
    sums: dict[str, Decimal] = {}
    for one in free:
        sums[one.currency] = sums.get(one.currency, ZERO) + one.left
    left_out = Counter(one.obstacle for one in found if one.obstacle)
    return Foreseen(
        clients=len({one.client for one in free}),
        visits=len(free),
        invoices=len(grouped_candidates(free, together=together)),
        totals=[Money(total, currency) for currency, total in sorted(sums.items())],
        obstacles=[(sentence, left_out[key]) for key, sentence in OBSTACLES.items() if left_out[key]],
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """A client that a batch would invoice. total: of its visits, VAT included."""

    client: Client
    visits: int
    total: Money


def chosen_clients(found: Sequence[Candidate], *, most: int) -> tuple[list[Chosen], int]:
    """The clients of these visits by name, the first of them, and how many there are."""
    by_client: dict[int, list[Candidate]] = {}
    for one in found:
        by_client.setdefault(one.client, []).append(one)
    first = list(by_client)[:most]
    clients = Client.objects.in_bulk(first)
    rows = [
        Chosen(
            clients[key],
            len(by_client[key]),
            Money(sum((one.left for one in by_client[key]), ZERO), by_client[key][0].currency),
        )
        for key in first
    ]
    return rows, len(by_client)


# What was made


@dataclass(frozen=True, slots=True)
class Result:
    """How far a batch has come, and what of it is left to hand out. totals: of the invoices made, a sum a currency."""

    done: int
    total: int
    made: int
    skipped: int
    totals: list[Money]
    to_print: int
    to_mail: int
    asked: int
    mailed: int
    unsent: int
    elsewhere: int


def result_of(batch: Batch) -> Result:
    """What a batch has made so far; in two queries."""
    items = BatchItem.objects.filter(batch=batch).order_by()
    made = Q(outcome=BatchItem.Outcome.MADE)
    counts = items.aggregate(
        total=Count("pk"),
        made=Count("pk", filter=made),
        skipped=Count("pk", filter=Q(outcome=BatchItem.Outcome.SKIPPED)),
        to_print=Count("pk", filter=made & ON_PAPER & Q(printed_at=None)),
        to_mail=Count("pk", filter=made & BY_MAIL & Q(mailing=None, unsent="")),
        asked=Count("pk", filter=Q(mailing__isnull=False, unsent="")),
        mailed=Count("pk", filter=Q(mail__isnull=False)),
        unsent=Count("pk", filter=~Q(unsent="")),
        elsewhere=Count("pk", filter=made & Q(client__channel=Channel.E_INVOICE)),
    )
    sums = items.filter(made).values_list("invoice__ttc_currency").annotate(sum=Sum("invoice__ttc"))
    totals = [Money(amount, currency) for currency, amount in sorted(sums)]
    return Result(done=counts["made"] + counts["skipped"], totals=totals, **counts)


# A client without a channel gets paper, as ever; what goes through a platform is handed to it there.
ON_PAPER = ~Q(client__channel__in=(Channel.EMAIL, Channel.E_INVOICE))
BY_MAIL = Q(client__channel=Channel.EMAIL)


def items_of_batch(batch: Batch) -> QuerySet[BatchItem]:
    """The invoices of a batch by rank, each with what tells it in a list."""
    found = BatchItem.objects.filter(batch=batch).select_related(
        "client__account", "party", "invoice__document", "mail", "batch"
    )
    return found.prefetch_related("visits").order_by("rank")


def pending(batch: Batch) -> QuerySet[BatchItem]:
    """What a batch has still to make, by rank."""
    items = BatchItem.objects.filter(batch=batch, outcome=BatchItem.Outcome.PENDING)
    return items.select_related("client__account").prefetch_related("visits").order_by("rank")


def made_items(batch: Batch) -> QuerySet[BatchItem]:
    """The items of a batch with an invoice, by rank."""
    items = BatchItem.objects.filter(batch=batch, outcome=BatchItem.Outcome.MADE)
    return items.select_related("client", "invoice__document").order_by("rank")


def to_print(batch: Batch, *, everything: bool) -> QuerySet[BatchItem]:
    """What of a batch goes on paper: what isn't printed yet of the clients who get paper, or all its invoices."""
    items = made_items(batch)
    return items if everything else items.filter(ON_PAPER, printed_at=None)


def to_mail(batch: Batch) -> QuerySet[BatchItem]:
    """What of a batch goes by e-mail, and nobody asked for yet, nor was told why it can't."""
    return made_items(batch).filter(BY_MAIL, mailing=None, unsent="")


def mailings_left(batch: Batch) -> QuerySet[BatchItem]:
    """What somebody asked to send, and isn't written yet."""
    items = made_items(batch).filter(mailing__isnull=False, mail=None, unsent="")
    return items.select_related("mailing", "invoice__document__account", "invoice__client", "invoice__party")


def mailed_already(invoices: Iterable[Invoice]) -> set[int]:
    """The documents of invoices that an e-mail has taken, or is taking, to their client."""
    live = Mail.objects.exclude(state=Mail.State.FAILED)
    keys = [invoice.document_id for invoice in invoices]
    return set(live.filter(document__in=keys).order_by().values_list("document", flat=True))


def batches() -> QuerySet[Any]:
    """All batches, newest first, each with how many invoices it `made` and `skipped`, and its `total` of them."""
    return (
        Batch.objects.select_related("operation__user")
        .annotate(
            total=Count("items"),
            made=Count("items", filter=Q(items__outcome=BatchItem.Outcome.MADE)),
            skipped=Count("items", filter=Q(items__outcome=BatchItem.Outcome.SKIPPED)),
        )
        .order_by("-pk")
    )
