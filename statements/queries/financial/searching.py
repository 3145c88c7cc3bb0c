"""Elements by the articles of documents: of their own, or of those that they settle or settled."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection

from clients.models import Client
from credits.models import CreditNoteLine
from invoicing.models import InvoiceLine
from office.folding import sort_key
from statements.queries.financial.incidents import Incidents

SQL = Path(__file__).parents[2] / "sql" / "elements_searched.sql"


def found_in_articles(client: Client, incidents: Incidents, text: str) -> list[int] | None:
    """The documents of a client that a text is found in; None if it says nothing. incidents: all of its account.

    Accents, capitals, spaces and signs don't count. Source: rules, « The financial tab ».
    """
    wanted = _heard(text)
    if not wanted:
        return None
    invoiced = InvoiceLine.objects.filter(invoice__client=client, invoice__document__isnull=False)
    credited = CreditNoteLine.objects.filter(credit_note__client=client, credit_note__document__isnull=False)
    named = {
        *_named(invoiced.values_list("label").annotate(documents=ArrayAgg("invoice__document")), wanted),
        *_named(credited.values_list("label").annotate(documents=ArrayAgg("credit_note__document")), wanted),
    }
    if not named:
        return []
    with connection.cursor() as cursor:
        cursor.execute(SQL.read_text(), {"account": client.account_id, "named": sorted(named)})
        found = named.union(key for (key,) in cursor.fetchall())
    bounced = {told.incident.document_id for told in incidents.told if told.incident.payment.document_id in found}
    return sorted(found | bounced)


def _named(articles: Iterable[tuple[str, list[int]]], wanted: str) -> Iterator[int]:
    """The documents of the articles that sound like what is wanted. articles: each label with its documents."""
    return chain.from_iterable(documents for label, documents in articles if wanted in _heard(label))


def _heard(text: str) -> str:
    """A text without what tells « 12 mois » from « 12mois »."""
    return sort_key(text).replace(" ", "")
