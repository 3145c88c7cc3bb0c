"""What a bank transaction may be: proposals, the best first. None is ever made by its amount alone.

No step reads more of the clients or payments than its index gives: references and codes are looked up as a text has
them, names by their words, recorded money by its amount.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from clients.models import Client
from clients.queries import bears
from ledger.models import Document, OpenItem, Series
from office.amounts import ZERO, format_amount
from payments.banking.words import Numbered, names, numbers, share_of, tokens, words
from payments.models import BANK, BankLink, BankTransaction, CashMove, Deposit, Incident, Payment, Refund

MOVES = (
    *(Document.Kind.PAYMENT, Document.Kind.REFUND, Document.Kind.INCIDENT),
    *(Document.Kind.DEPOSIT, Document.Kind.TILL),
)
BEFORE, AFTER = timedelta(days=15), timedelta(days=5)
TOGETHER = timedelta(days=7)  # how long before the bank's day the parts of a card total or slip were taken
MOST, SHOWN = 200, 8
COMBINED = 12  # open items of which sets are tried
CARDS = {"CB", "CARTE", "CARTES", "TPE"}  # what banks write of card totals
MOST_FEE = Decimal("0.05")  # of a card total
WITHOUT_FEE = {"transfer", "direct_debit"}  # types of payment that no bank credits less a fee
BY_REFERENCE, BY_PAYER, BY_CODE, BY_NAME, BY_AMOUNT = 100, 80, 70, 50, 30
WHOLE_NAME = 0.6


@dataclass(frozen=True, slots=True)
class Recorded:
    """Money that is recorded already, and may be a transaction. reasons: in words; score: the higher the likelier."""

    documents: tuple[Document, ...]
    title: str
    score: int
    reasons: tuple[str, ...]
    fee: Decimal = ZERO  # what the bank kept of it


@dataclass(slots=True)
class Candidate:
    """A client whose money a transaction may be. settles: what of its open items, credits below 0, by their key."""

    client: Client
    score: int = 0
    reasons: list[str] = field(default_factory=list)
    named: set[int] = field(default_factory=set)  # documents
    settles: dict[int, Decimal] = field(default_factory=dict)
    items: list[OpenItem] = field(default_factory=list)

    @property
    def settled(self) -> list[OpenItem]:
        """The items that it would settle."""
        return [item for item in self.items if item.pk in self.settles]


def is_at_bank(payment: Payment) -> bool:
    """Whether the money of a payment is on an account at a bank."""
    return payment.type is not None and payment.type.goes_to_bank


def at_bank() -> Q:
    """The payments whose money is on an account at a bank."""
    return Q(type__account__code__startswith=BANK)


def recorded(line: BankTransaction) -> list[Recorded]:
    """The money recorded already that a transaction may be, the best first: one document, or those of one day."""
    if line.amount > 0:
        found = [*_slips(line), *_cash(line), *_payments(line), *_together(line)]
    else:
        found = [*_refunds(line), *_incidents(line)]
    return sorted(found, key=lambda one: (-one.score, one.documents[0].pk))[:SHOWN]


def _unlinked(records: QuerySet[Any]) -> QuerySet[Any]:
    linked = BankLink.objects.filter(document=OuterRef("document"), undone_by=None)
    return records.filter(~Exists(linked)).select_related("document__account__client", "client", "type", "bank")


def _payments(line: BankTransaction) -> list[Recorded]:
    window = (line.day - BEFORE, line.day + AFTER)
    found = Payment.objects.filter(
        at_bank(), amount=line.amount, amount_currency=line.currency, paid_on__range=window, cancelled_by=None
    )
    payments = _of_the_bank(_unlinked(found), line).order_by("-paid_on", "pk")[:MOST]
    return [_told(line, payment, payment.paid_on, payment.type.label) for payment in payments]


def _refunds(line: BankTransaction) -> list[Recorded]:
    window = (line.day - BEFORE, line.day + AFTER)
    found = Refund.objects.filter(
        at_bank(), amount=-line.amount, amount_currency=line.currency, paid_on__range=window, cancelled_by=None
    )
    refunds = _of_the_bank(_unlinked(found), line).order_by("-paid_on", "pk")[:MOST]
    return [_told(line, refund, refund.paid_on, f"Remboursement, {refund.type.label}") for refund in refunds]


def _incidents(line: BankTransaction) -> list[Recorded]:
    linked = BankLink.objects.filter(document=OuterRef("document"), undone_by=None)
    found = Incident.objects.filter(
        ~Exists(linked), payment__amount=-line.amount, payment__amount_currency=line.currency, cancelled_by=None
    )
    rows = found.select_related("document__account__client", "payment__client", "payment__document")
    incidents = rows.filter(document__day__range=(line.day - BEFORE, line.day + BEFORE)).order_by("-pk")[:MOST]
    told = []
    for incident in incidents:
        payment = incident.payment
        one = _told(line, payment, incident.document.day, f"Incident, {incident.get_reason_display()}")
        told.append(Recorded((incident.document,), one.title, one.score, one.reasons))
    return told


def _slips(line: BankTransaction) -> list[Recorded]:
    """The deposit slips of a transaction's very amount at its bank."""
    linked = BankLink.objects.filter(document=OuterRef("document"), undone_by=None)
    found = Deposit.objects.filter(
        ~Exists(linked),
        bank=line.bank,
        amount=line.amount,
        entry__currency=line.currency,
        document__day__range=(line.day - BEFORE, line.day + AFTER),
        cancelled_by=None,
    )
    told = []
    for slip in found.select_related("document", "type").order_by("-pk")[:MOST]:
        day = slip.document.day
        score, reasons = BY_NAME + BY_AMOUNT - abs((line.day - day).days), ["même montant", "même banque"]
        if names(line.said, slip.document.reference):
            score, reasons = score + BY_REFERENCE, [*reasons, f"référence {slip.document.reference}"]
        title = f"Remise de {slip.type.label.lower()}s du {day:%d/%m/%Y}"
        told.append(Recorded((slip.document,), title, score, tuple(reasons)))
    return told


def _cash(line: BankTransaction) -> list[Recorded]:
    """The cash that went from a till to the bank, of a transaction's very amount."""
    linked = BankLink.objects.filter(document=OuterRef("document"), undone_by=None)
    window = (line.day - BEFORE, line.day + AFTER)
    found = CashMove.objects.filter(
        ~Exists(linked), kind=CashMove.Kind.TO_BANK, bank=line.bank, amount=-line.amount, document__day__range=window
    )
    told = []
    for move in found.select_related("document", "site").order_by("-pk")[:MOST]:
        day = move.document.day
        score = BY_NAME + BY_AMOUNT - abs((line.day - day).days)
        title = f"Versement d’espèces du {day:%d/%m/%Y}" + (f", {move.site}" if move.site else "")
        told.append(Recorded((move.document,), title, score, ("même montant", "même banque")))
    return told


def _of_the_bank(records: QuerySet[Any], line: BankTransaction) -> QuerySet[Any]:
    """Those that went to the transaction's account, or to none that somebody named."""
    return records.filter(Q(bank=None) | Q(bank=line.bank))


def _told(line: BankTransaction, movement: Payment | Refund, day: date, title: str) -> Recorded:
    """One recorded document of a transaction's very amount, with what else speaks for it."""
    score, reasons = BY_AMOUNT - min(abs((line.day - day).days), 20), ["même montant"]
    if movement.bank_reference and names(line.said, movement.bank_reference):
        score, reasons = score + BY_REFERENCE, [*reasons, f"référence {movement.bank_reference}"]
    elif names(line.said, movement.document.reference):
        score, reasons = score + BY_REFERENCE, [*reasons, f"référence {movement.document.reference}"]
    if share_of(movement.client.listed_name, line.said) >= WHOLE_NAME:
        score, reasons = score + BY_NAME, [*reasons, "nom du client"]
    if len(reasons) == 1:
        reasons.append("rien d’autre ne le confirme")
    return Recorded((movement.document,), f"{title} du {day:%d/%m/%Y}", score, tuple(reasons))


def _together(line: BankTransaction) -> list[Recorded]:
    """The payments of one type, day and site that come to a transaction's amount together: card totals.

    Also less what was given back in the same way on that day; and, of a transaction that speaks of cards, those that
    come to a little more: the bank has kept its fee.
    """
    given_back = {_group(row): row for row in _grouped(_of_a_day(Refund, line))}
    speaks_of_cards = not CARDS.isdisjoint(tokens(line.said))
    found: list[tuple[list[dict[str, Any]], Decimal]] = []
    for taken in _grouped(_of_a_day(Payment, line)):
        back = given_back.get(_group(taken))
        for parts in [[taken], [taken, back]] if back else [[taken]]:
            total = taken["total"] - sum((part["total"] for part in parts[1:]), ZERO)
            number = sum(part["number"] for part in parts)
            kept = speaks_of_cards and taken["type"] not in WITHOUT_FEE and line.amount < total <= _at_most(line.amount)
            if kept or (number > 1 and total == line.amount):
                found.append((parts, total - line.amount))
    return [_told_together(line, parts, fee) for parts, fee in found[:SHOWN]]


def _at_most(amount: Decimal) -> Decimal:
    """What a bank may have kept its fee of, to credit an amount."""
    return amount / (1 - MOST_FEE)


def _of_a_day(model: type[Payment] | type[Refund], line: BankTransaction) -> QuerySet[Any]:
    """What moved at the bank in the days before a transaction, and is none yet."""
    linked = BankLink.objects.filter(document=OuterRef("document"), undone_by=None)
    return model._default_manager.filter(
        at_bank(),
        ~Exists(linked),
        Q(bank=None) | Q(bank=line.bank),
        document__kind__in=(Document.Kind.PAYMENT, Document.Kind.REFUND),
        document__day__range=(line.day - TOGETHER, line.day),
        amount__gt=0,
        amount_currency=line.currency,
        cancelled_by=None,
    )


def _grouped(records: QuerySet[Any]) -> list[dict[str, Any]]:
    """By day, type and site: how many, and what they come to."""
    groups = records.order_by("document__day", "type", "site").values(
        "document__day", "type", "type__label", "site", "site__name"
    )
    return [group | {"model": records.model} for group in groups.annotate(total=Sum("amount"), number=Count("pk"))]


def _group(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["document__day"], row["type"], row["site"]


def _named(part: Mapping[str, Any]) -> str:
    word = "remboursement" if part["model"] is Refund else "règlement"
    return word + ("s" if part["number"] > 1 else "")


def _told_together(line: BankTransaction, parts: Sequence[Mapping[str, Any]], fee: Decimal) -> Recorded:
    taken = parts[0]
    day = taken["document__day"]
    documents = [
        record.document
        for part in parts
        for record in _of_a_day(part["model"], line)
        .filter(document__day=day, type=taken["type"], site=taken["site"])
        .select_related("document__account__client")
        .order_by("pk")
    ]
    counted = [f"{part['number']} {_named(part)}" for part in parts]
    where = f", {taken['site__name']}" if taken["site__name"] else ""
    title = f"{' et '.join(counted)} par {taken['type__label'].lower()} du {day:%d/%m/%Y}{where}"
    score, reason = BY_AMOUNT - (line.day - day).days, "même total"
    if fee:
        reason = f"{format_amount(line.amount + fee)} moins {format_amount(fee)} de commission"
    score += -5 if fee else BY_NAME  # what comes to the very amount goes before
    return Recorded(tuple(documents), title, score, (reason,), fee)


def bounced(line: BankTransaction) -> list[Payment]:
    """The payments of a transaction's amount that may have bounced, those that its text names first."""
    if line.amount > 0:
        return []
    live = Incident.objects.filter(payment=OuterRef("pk"), cancelled_by=None)
    found = Payment.objects.filter(
        ~Exists(live), amount=-line.amount, amount_currency=line.currency, cancelled_by=None, entry__isnull=False
    )
    window = (line.day - timedelta(days=120), line.day)
    rows = found.filter(paid_on__range=window).select_related("document", "client", "type").order_by("-paid_on", "-pk")
    payments = [payment for payment in rows[:MOST] if payment.type is None or not payment.type.is_cash]

    def rank(payment: Payment) -> tuple[bool, float]:
        by_reference = bool(payment.bank_reference) and names(line.said, payment.bank_reference)
        named = names(line.said, payment.document.reference) or by_reference
        return (not named, -share_of(payment.client.listed_name, line.said))

    return sorted(payments, key=rank)[:SHOWN]


def candidates(line: BankTransaction, *, today: date) -> list[Candidate]:
    """The clients whose money a transaction may be, by reference, payer, code or name, each with what it would settle.

    today: numbers without a year are this year's or the last's.
    """
    found: dict[int, Candidate] = {}
    _by_reference(line, found, today)
    _by_payer(line, found)
    _by_code(line, found)
    _by_name(line, found)
    alive = [one for one in found.values() if one.client.account.currency == line.currency]
    best = sorted(alive, key=lambda one: (-one.score, one.client.sort_key, one.client.pk))[: SHOWN * 3]
    _propose(line, best)
    return sorted(best, key=lambda one: (-one.score, one.client.sort_key, one.client.pk))[:SHOWN]


def proposals(line: BankTransaction, clients: Iterable[Client], *, today: date) -> list[Candidate]:
    """What of the open items of some clients a transaction would settle, in their order."""
    found: dict[int, Candidate] = {}
    _by_reference(line, found, today)
    wanted = [found.get(client.pk) or Candidate(client) for client in clients]
    _propose(line, wanted)
    return wanted


def _note(found: dict[int, Candidate], client: Client, score: int, reason: str) -> Candidate:
    candidate = found.setdefault(client.pk, Candidate(client))
    candidate.score += score
    candidate.reasons.append(reason)
    return candidate


def _by_reference(line: BankTransaction, found: dict[int, Candidate], today: date) -> None:
    series = list(Series.objects.order_by("pk"))
    wanted = Q(pk__in=[])
    for said in numbers(line.said, [one.prefix for one in series]):
        wanted |= _numbered(said, series, today)
    references = [token for token in tokens(line.said) if any(sign.isdigit() for sign in token) and len(token) > 2]
    kinds = (Document.Kind.INVOICE, Document.Kind.CREDIT_NOTE, Document.Kind.OPENING, Document.Kind.INCIDENT)
    wanted |= Q(kind__in=kinds, reference__in=references)
    documents = Document.objects.filter(wanted).select_related("account__client__account").order_by("-day", "-pk")
    for document in documents[:MOST]:
        candidate = found.get(document.account.client.pk)
        score = BY_REFERENCE if candidate is None or not candidate.named else 0
        _note(found, document.account.client, score, document.reference).named.add(document.pk)


def _numbered(said: Numbered, series: Sequence[Series], today: date) -> Q:
    keys = [one.pk for one in series if one.prefix == said.prefix]
    years = [said.year] if said.year else [today.year, today.year - 1]
    return Q(series__in=keys, year__in=years, number=said.number)


def _by_payer(line: BankTransaction, found: dict[int, Candidate]) -> None:
    """Those whose money came from the same account before."""
    if not line.party_iban:
        return
    links = BankLink.objects.filter(transaction__party_iban=line.party_iban, undone_by=None).exclude(transaction=line)
    clients = Client.objects.filter(account__documents__in=links.values("document")).distinct()
    for client in clients.select_related("account").order_by("pk")[:SHOWN]:
        _note(found, client, BY_PAYER, "même compte que d’autres virements reliés")


def _by_code(line: BankTransaction, found: dict[int, Candidate]) -> None:
    codes = [token for token in tokens(line.said) if len(token) > 3 or any(sign.isalpha() for sign in token)]
    named = Client.objects.filter(code__in=codes, account__walk_in=False).select_related("account")
    for client in named.order_by("pk")[:SHOWN]:
        if any(sign.isdigit() for sign in client.code):
            _note(found, client, BY_CODE, f"code {client.code}")


def _by_name(line: BankTransaction, found: dict[int, Candidate]) -> None:
    said = words(" ".join((line.party, line.label, line.detail)))
    pairs = Q(pk__in=[])
    for first, second in pairwise(said):
        pairs |= bears(f"{first} {second}")
    keys = set(Client.objects.filter(pairs).order_by().values_list("pk", flat=True)[:MOST]) if len(said) > 1 else set()
    for word in said:
        start = Client.objects.filter(sort_key__gte=word, sort_key__lt=f"{word}!").order_by("sort_key", "pk")
        keys |= set(start.values_list("pk", flat=True)[:MOST])
    clients = Client.objects.filter(pk__in=keys, account__walk_in=False, is_archived=False).select_related("account")
    named = [(share_of(client.listed_name, line.said), client) for client in clients.order_by("sort_key", "pk")]
    for share, client in named:
        if share >= WHOLE_NAME or (share and client.pk in found):
            _note(found, client, round(BY_NAME * share), "nom" if share == 1 else "une partie du nom")
        elif share and not client.is_company:
            _note(found, client, round(BY_NAME * share / 2), "une partie du nom")


def _propose(line: BankTransaction, candidates: Iterable[Candidate]) -> None:
    """Say what each candidate's transaction would settle, and whether the amount speaks for it."""
    by_account = {one.client.account_id: one for one in candidates}
    items: dict[int, list[OpenItem]] = defaultdict(list)
    free = OpenItem.objects.filter(account__in=by_account, open__gt=F("reserved"), is_debit=line.amount > 0)
    for item in free.select_related("document", "account").order_by("due", "pk"):
        items[item.account_id].append(item)
    for account, candidate in by_account.items():
        candidate.items = items[account]
        settles = _settles(abs(line.amount), candidate)
        candidate.settles = {key: amount if line.amount > 0 else -amount for key, amount in settles.items()}
        rests = {item.pk: item.open - item.reserved for item in candidate.items}
        whole = all(amount == rests[key] for key, amount in settles.items())
        if settles and whole and sum(settles.values(), ZERO) == abs(line.amount):
            candidate.score += BY_AMOUNT
            candidate.reasons.append("montant exact")


def _settles(money: Decimal, candidate: Candidate) -> dict[int, Decimal]:
    """What of a candidate's items some money settles: those named first, then just that amount, then the oldest."""
    named = [item for item in candidate.items if item.document_id in candidate.named]
    others = [item for item in candidate.items if item.document_id not in candidate.named]
    one = len({item.document_id for item in named}) == 1
    settles, rest = _oldest_first((_just(named, money) if one else []) or named, money)
    if candidate.client.account.walk_in:
        return settles
    more, _ = _oldest_first(_just(others, rest) or others, rest) if rest else ({}, ZERO)
    return settles | more


def _just(items: Sequence[OpenItem], money: Decimal) -> list[OpenItem]:
    """The fewest and oldest items that come to just an amount; none if no set of up to three, or all, does."""
    first = items[:COMBINED]
    for number in (1, 2, 3):
        for chosen in combinations(items if number == 1 else first, number):
            if sum((item.open - item.reserved for item in chosen), ZERO) == money:
                return list(chosen)
    return list(items) if sum((item.open - item.reserved for item in items), ZERO) == money else []


def _oldest_first(items: Sequence[OpenItem], money: Decimal) -> tuple[dict[int, Decimal], Decimal]:
    """Spread money over items in their order; answers what each takes, and what is left."""
    taken: dict[int, Decimal] = {}
    for item in items:
        if amount := min(money, item.open - item.reserved):
            taken[item.pk] = amount
            money -= amount
    return taken, money
