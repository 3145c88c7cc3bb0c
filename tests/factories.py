"""Records for tests: a plain one by its factory, anything posted through the services of the ledger."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import count
from typing import Any

import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from ledger import queries, services
from ledger.models import Allocation, ClientAccount, Document, Journal, Kind, OpenItem, Operation, Party
from ledger.pairing import Pair
from ledger.services import Part, Posted
from office.models import Role, Site, User

NOON = time(12)
_taken_over = count(1)


class SiteFactory(DjangoModelFactory):
    class Meta:
        model = Site

    code = factory.Sequence(lambda n: f"S{n}")
    name = factory.LazyAttribute(lambda site: f"Établissement {site.code}")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"utilisateur{n}")
    role = Role.FRONT_DESK


class ClientAccountFactory(DjangoModelFactory):
    class Meta:
        model = ClientAccount


class PartyFactory(DjangoModelFactory):
    class Meta:
        model = Party

    account = factory.SubFactory(ClientAccountFactory, walk_in=True)
    name = "Dupont"


def account(**fields: Any) -> ClientAccount:
    """A client account: in EUR, and no walk-in's, unless said."""
    return ClientAccountFactory(**fields)


def party(**fields: Any) -> Party:
    """A passer-by, on a walk-in account of its own unless said."""
    return PartyFactory(**fields)


def op(day: date, kind: Operation.Kind = Operation.Kind.IMPORT, **fields: Any) -> Operation:
    """An operation of a day at noon, not saved, as a form hands it to a service."""
    return Operation(kind=kind, at=datetime.combine(day, NOON, timezone.get_default_timezone()), day=day, **fields)


def op_under_way(day: date, kind: Operation.Kind = Operation.Kind.IMPORT, **fields: Any) -> Operation:
    """An operation that is saved, as a service hands it on to the ledger."""
    operation = op(day, kind, **fields)
    operation.save()
    return operation


@transaction.atomic
def posted(
    on: ClientAccount,
    kind: Document.Kind,
    parts: Sequence[Part],
    day: date,
    *,
    journal: Journal.Kind = Journal.Kind.MISCELLANEOUS,
    party: Party | None = None,
    site: Site | None = None,
    reference: str = "",
    today: date | None = None,
    op: Operation | None = None,
) -> Posted:
    """A document of one entry. today: the day of the operation, by default the document's."""
    op = op or op_under_way(today or day)
    services.lock(on)
    till = any(part.kind in (Kind.PAYMENT, Kind.REFUND, Kind.INCIDENT) for part in parts)
    services.open_days(op, site=site, till=till).check(day)
    document = services.file_document(
        kind=kind, account=on, party=party, site=site, day=day, op=op, reference=reference
    )
    return services.post(document=document, journal=journal, parts=parts, op=op)


def invoice_entry(
    on: ClientAccount, amount: str | Decimal, day: date, due: date | None = None, *, ours: bool = False, **fields: Any
) -> OpenItem:
    """An invoice of one instalment, due at once unless said. ours: numbered; else taken over, so of any day."""
    amount = Decimal(amount)
    fields.setdefault("reference", "" if ours else f"F{next(_taken_over)}")
    parts = [Part("411", debit=amount, kind=Kind.INVOICE, due=due), Part("706", credit=amount)]
    return posted(on, Document.Kind.INVOICE, parts, day, journal=Journal.Kind.SALES, **fields).items[0]


def credit_note_entry(
    on: ClientAccount, amount: str | Decimal, day: date, *, ours: bool = False, **fields: Any
) -> OpenItem:
    """A credit note. ours: numbered; else taken over, so of any day."""
    amount = Decimal(amount)
    fields.setdefault("reference", "" if ours else f"A{next(_taken_over)}")
    parts = [Part("411", credit=amount, kind=Kind.CREDIT_NOTE), Part("706", debit=amount)]
    return posted(on, Document.Kind.CREDIT_NOTE, parts, day, journal=Journal.Kind.SALES, **fields).items[0]


def payment_entry(on: ClientAccount, amount: str | Decimal, day: date, **fields: Any) -> OpenItem:
    """A payment by the bank, of which nothing is allocated."""
    amount = Decimal(amount)
    parts = [Part("411", credit=amount, kind=Kind.PAYMENT), Part("512", debit=amount)]
    return posted(on, Document.Kind.PAYMENT, parts, day, journal=Journal.Kind.BANK, **fields).items[0]


def refund_entry(on: ClientAccount, amount: str | Decimal, day: date, **fields: Any) -> OpenItem:
    """A refund by the bank, not yet set against what it pays back."""
    amount = Decimal(amount)
    parts = [Part("411", debit=amount, kind=Kind.REFUND), Part("512", credit=amount)]
    return posted(on, Document.Kind.REFUND, parts, day, journal=Journal.Kind.BANK, **fields).items[0]


@transaction.atomic
def allocate(
    debit: OpenItem, credit: OpenItem, amount: str | Decimal, on: date, *, op: Operation | None = None
) -> Allocation:
    """Set an amount of a credit against a debit, for a day, by an operation of that day unless said."""
    op = op or op_under_way(on)
    services.lock(debit.account, credit.account)
    fresh = queries.items_by_key([debit.pk, credit.pk])
    pair = Pair(fresh[debit.pk], fresh[credit.pk], Decimal(amount))
    return services.allocate([pair], on=on, op=op, days=services.open_days(op))[0]


@transaction.atomic
def detach(allocation: Allocation, on: date, *, op: Operation | None = None) -> None:
    """Detach an allocation on a day, by an operation of that day unless said."""
    services.lock(allocation.account)
    services.detach([allocation], on=on, op=op or op_under_way(on))


@transaction.atomic
def reverse(item: OpenItem, on: date, *, op: Operation | None = None, site: Site | None = None) -> Posted:
    """Cancel the entry of an item on a day, by an operation of that day unless said."""
    op = op or op_under_way(on)
    entry = item.line.entry
    services.lock(item.account)
    days = services.open_days(op, site=site, till=True)
    return services.reverse(entry, items=queries.entry_items(entry), day=on, op=op, days=days)
