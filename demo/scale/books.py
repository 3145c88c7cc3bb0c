"""Rows for every table that documents fill, the same as the services write, gathered and copied many at once.

What isn't as the services would have written it, PostgreSQL's rules refuse, or verify_ledger finds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, models

from credits.models import CreditNote, CreditNoteLine, CreditNoteTax
from demo.scale.copying import Keys, Sheet
from demo.scale.people import Person
from invoicing.models import Instalment, Invoice, InvoiceLine, InvoiceTax, Visit, VisitLine, VisitSpell
from invoicing.models import Item as OfCatalogue
from ledger.models import Allocation, ClientAccount, Document, Entry, Journal, Kind, Line, Operation, Series
from ledger.queries import journal_for, last_numbered
from ledger.services import lock
from ledger.services.entries import CODES
from office.amounts import ZERO
from office.models import Site, User
from payments.models import Payment, PaymentType

RECEIVABLE = "411"


@dataclass(slots=True)
class Item:
    """An open item to come: the key of its line, and what is open of it."""

    key: int
    day: date
    due: date
    open: Decimal


@dataclass(frozen=True, slots=True)
class Filed:
    """A document to come."""

    key: int
    kind: Document.Kind
    reference: str
    day: date
    op: int


class Numbers:
    """The numbers of one series, from the last that was given.

    before: of each year, the last number and the first day of those taken since `follow`.
    """

    def __init__(self, series: Series) -> None:
        self.series = series
        self.last: dict[int, int] = {}
        self.before: dict[int, tuple[int, date]] = {}

    def take(self, day: date) -> int:
        """The next number of a day's year."""
        if day.year not in self.last:
            newest = last_numbered(self.series, day.year)
            self.last[day.year] = (newest.number or 0) if newest else 0
        self.before.setdefault(day.year, (self.last[day.year], day))
        self.last[day.year] += 1
        return self.last[day.year]

    def follow(self) -> bool:
        """Whether the numbers taken follow those that the series has given, now that nobody else can take any."""
        before, self.before = self.before, {}
        for year, (number, day) in before.items():
            newest = last_numbered(self.series, year)
            if number != ((newest.number or 0) if newest else 0) or (newest and newest.day > day):
                return False
        return True


# The rows of each table, in the order in which they are copied, with the columns that differ from the default.
_OPERATION = ("id", "kind", "user_id", "at", "day", "result_model", "result_id")
_DOCUMENT = ("id", "kind", "reference", "account_id", "site_id", "day", "series_id", "year", "number", "operation_id")
_ENTRY = ("id", "journal_id", "document_id", "operation_id", "day", "site_id", "currency", "label")
_LINE = ("id", "entry_id", "day", "account_id", "client_account_id", "kind", "due", "debit", "credit")
_PRICED = ("position", "label", "unit_price", "vat_rate", "nature", "account_id", "item_id")
_VISIT = ("id", "client_id", "site_id", "kind", "day", "progress", "subject", "operation_id")
_INVOICE = ("id", "client_id", "site_id", "delivery_day", "terms", "ht", "vat", "ttc", "operation_id")
_SUMS = ("ht", "vat", "ttc")
_INSTALMENT = ("invoice_id", "item_id", "rank", "due", "amount", "planned_on")
_NOTE = ("id", "client_id", "site_id", "invoice_id", "ht", "vat", "ttc", "operation_id")
_PAYMENT = ("id", "client_id", "document_id", "site_id", "type_id", "amount", "paid_on", "bank_reference", "entry_id")
_ALLOCATION = (
    *("account_id", "debit_id", "credit_id", "amount", "day", "debit_day", "debit_due", "credit_day"),
    *("document_id", "operation_id"),
)

_ISSUE = """
    UPDATE invoicing_invoice i SET document_id = made.document, day = made.day, buyer = made.buyer, seller = %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::jsonb[]) made (id, document, day, buyer)
    WHERE i.id = made.id
"""
_VALIDATE = _ISSUE.replace("invoicing_invoice", "credits_creditnote")
_END_SPELLS = """
    UPDATE invoicing_visitspell s SET until = ended.until
    FROM unnest(%s::bigint[], %s::date[]) ended (id, until) WHERE s.id = ended.id
"""


class Books:
    """Rows to come, and the keys, numbers and codes that they take.

    seller: what documents print of the business, as JSON.
    """

    def __init__(self, sites: Sequence[Site], user: User | None, seller: str) -> None:
        self.user, self.seller = user.pk if user else None, seller
        series = {(one.kind, one.site_id): one for one in Series.objects.filter(site__in=sites)}
        self.numbers = {key: Numbers(one) for key, one in series.items()}
        self.items = dict(OfCatalogue.objects.values_list("name", "pk"))
        self.types = {type.pk: (type.journal, type.account_id) for type in PaymentType.objects.all()}
        self.journals = {(kind, site.pk): journal_for(kind, site).pk for site in sites for kind in Journal.Kind.values}
        keyed: Sequence[type[models.Model]] = (
            *(Operation, Document, Entry, Line, Visit, VisitLine, VisitSpell, Invoice, InvoiceLine, CreditNote),
            Payment,
        )
        self.keys: Mapping[type[models.Model], Keys] = {model: Keys.of(model) for model in keyed}
        self.codes = Keys("ledger_document_code")
        self.sheets: Mapping[type[models.Model], Sheet] = {
            model: Sheet(model, *names)
            for model, names in (
                (Operation, _OPERATION),
                (Document, _DOCUMENT),
                (Entry, _ENTRY),
                (Visit, _VISIT),
                (Invoice, _INVOICE),
                (VisitLine, ("id", "visit_id", "invoice_line_id", *_PRICED)),
                (
                    InvoiceLine,
                    ("id", "invoice_id", "visit_line_id", *_SUMS, "creditable", "creditable_quantity", *_PRICED),
                ),
                (InvoiceTax, ("invoice_id", "rate", "ht", "vat")),
                (CreditNote, _NOTE),
                (CreditNoteLine, ("credit_note_id", "invoice_line_id", *_SUMS, "credited_quantity", *_PRICED)),
                (CreditNoteTax, ("credit_note_id", "rate", "ht", "vat")),
                (VisitSpell, ("id", "line_id", "account_id", "since", "amount")),
                (Line, _LINE),
                (Instalment, _INSTALMENT),
                (Payment, _PAYMENT),
                (Allocation, _ALLOCATION),
            )
        }
        self.issued: list[tuple[int, int, date, str]] = []
        self.validated: list[tuple[int, int, date, str]] = []
        self.ended: list[tuple[int, date]] = []

    def lock(self) -> None:
        """Lock the accounts that the rows touch, by ascending key, then the series."""
        sheets = (self.sheets[Document], self.sheets[VisitSpell])
        accounts = {row[sheet.names.index("account_id")] for sheet in sheets for row in sheet.rows}
        lock(*ClientAccount.objects.filter(pk__in=accounts))
        series = [numbers.series.pk for numbers in self.numbers.values()]
        list(Series.objects.select_for_update(no_key=True).filter(pk__in=series).order_by("pk"))

    def follows(self) -> bool:
        """Whether the numbers follow the last ones given; the series are locked."""
        following = [numbers.follow() for numbers in self.numbers.values()]
        return all(following)

    def write(self) -> None:
        """Copy all rows, and let drafts be issued."""
        for sheet in self.sheets.values():
            sheet.copy()
        with connection.cursor() as cursor:
            for statement, rows in ((_ISSUE, self.issued), (_VALIDATE, self.validated)):
                if rows:
                    cursor.execute(statement, [self.seller, *map(list, zip(*rows, strict=True))])
            if self.ended:
                cursor.execute(_END_SPELLS, [*map(list, zip(*self.ended, strict=True))])
        self.issued, self.validated, self.ended = [], [], []

    # What documents are made of

    def operation(self, kind: Operation.Kind, moment: datetime, result: type[models.Model], key: int) -> int:
        """An operation that led to a record. Gives its key."""
        op = self.keys[Operation].take()
        label = result._meta.label_lower
        self.sheets[Operation].add(op, kind.value, self.user, moment, moment.date(), label, key)
        return op

    def document(self, kind: Document.Kind, who: Person, day: date, op: int) -> Filed:
        """A document with the next number of its series, or a code."""
        key = self.keys[Document].take()
        numbers = self.numbers.get((kind.value, who.site))
        number: tuple[int | None, ...] = (None, None, None)
        if numbers is None:
            reference = f"{CODES[kind]}-{self.codes.take():06d}"
        else:
            rank = numbers.take(day)
            reference, number = numbers.series.reference(day.year, rank), (numbers.series.pk, day.year, rank)
        self.sheets[Document].add(key, kind.value, reference, who.account, who.site, day, *number, op)
        return Filed(key, kind, reference, day, op)

    def entry(self, who: Person, journal: str, of: Filed) -> int:
        """An entry of a document, on its day. Gives its key."""
        key = self.keys[Entry].take()
        label = f"{of.kind.label} {of.reference}"
        self.sheets[Entry].add(
            *(key, self.journals[journal, who.site], of.key, of.op, of.day, who.site, "EUR", label),
        )
        return key

    def post(self, entry: int, day: date, account: str, *, debit: Decimal = ZERO, credit: Decimal = ZERO) -> None:
        """A line on another account than the clients'."""
        self.sheets[Line].add(self.keys[Line].take(), entry, day, account, None, "", None, debit, credit)

    def post_client(
        self,
        who: Person,
        entry: int,
        of: Filed,
        kind: Kind,
        *,
        due: date,
        debit: Decimal = ZERO,
        credit: Decimal = ZERO,
    ) -> Item:
        """A line on the client's account; the database makes an open item of it."""
        key = self.keys[Line].take()
        self.sheets[Line].add(key, entry, of.day, RECEIVABLE, who.account, kind.value, due, debit, credit)
        return Item(key, of.day, due, debit or credit)

    def allocate(self, who: Person, debit: Item, credit: Item, amount: Decimal, by: Filed) -> None:
        """An amount of a credit set against a debit by a document, on its day."""
        debit.open -= amount
        credit.open -= amount
        self.sheets[Allocation].add(
            *(who.account, debit.key, credit.key, amount, by.day, debit.day, debit.due, credit.day, by.key, by.op)
        )
