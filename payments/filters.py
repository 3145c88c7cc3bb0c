"""What the lists of payments and of bank transactions are filtered by."""

from django.db.models import Exists, OuterRef, Q, QuerySet, TextChoices
from django_filters import CharFilter, ChoiceFilter, DateFilter, ModelChoiceFilter

from clients.models import Client
from clients.queries import bears
from credits.models import CreditNote
from invoicing.queries import of_whom
from ledger.models import BankAccount, Document, OpenItem
from office.filters import DAY, ListFilter
from office.forms import SearchBox
from office.models import Site
from payments.models import BankLabel, BankTransaction, PaymentType
from payments.queries import undone
from payments.queries.banking import has_link


class State(TextChoices):
    """What a payment may be looked for by."""

    UNUSED = "unused", "Trop-perçu à utiliser"
    BOUNCED = "bounced", "En incident"
    CANCELLED = "cancelled", "Annulé"
    SET_OFF = "set_off", "Compensation"
    REFUND = "refund", "Remboursement"


class MovementFilter(ListFilter):
    """Payments and refunds by period, client, type, bank account, site and state."""

    since = DateFilter(label="Du", widget=DAY, field_name="day", lookup_expr="gte")
    until = DateFilter(label="Au", widget=DAY, field_name="day", lookup_expr="lte")
    q = CharFilter(label="Client", max_length=120, method="filter_by_client", widget=SearchBox)
    type = ModelChoiceFilter(
        label="Type",
        queryset=PaymentType.objects.order_by("position", "code"),
        empty_label="Tous",
        method="filter_by_type",
    )
    bank = ModelChoiceFilter(
        label="Compte bancaire",
        queryset=BankAccount.objects.order_by("label", "pk"),
        empty_label="Tous",
        method="filter_by_bank",
    )
    site = ModelChoiceFilter(label="Établissement", queryset=Site.objects.order_by("name", "pk"), empty_label="Tous")
    state = ChoiceFilter(label="État", choices=State.choices, empty_label="Tous", method="filter_by_state")

    class Meta:
        model = Document
        fields: list[str] = []

    def filter_by_client(self, documents: QuerySet[Document], _: str, text: str) -> QuerySet[Document]:
        clients = Client.objects.filter(bears(text)).values("pk")
        return documents.filter(Q(account__client__in=clients) | Q(reference__iexact=text.strip()))

    def filter_by_type(self, documents: QuerySet[Document], _: str, way: PaymentType) -> QuerySet[Document]:
        return documents.filter(Q(payments__type=way) | Q(refunds__type=way))

    def filter_by_bank(self, documents: QuerySet[Document], _: str, bank: BankAccount) -> QuerySet[Document]:
        return documents.filter(Q(payments__bank=bank) | Q(refunds__bank=bank))

    def filter_by_state(self, documents: QuerySet[Document], _: str, state: str) -> QuerySet[Document]:
        match state:
            case State.UNUSED:
                unused = OpenItem.objects.filter(document=OuterRef("pk"), is_debit=False, open__gt=0)
                return documents.filter(Exists(unused))
            case State.BOUNCED:
                return documents.filter(payments__incidents__cancelled_by=None, payments__incidents__isnull=False)
            case State.CANCELLED:
                return documents.filter(undone(None))
            case State.SET_OFF:
                return documents.filter(payments__amount=0)
        return documents.filter(kind=Document.Kind.REFUND)


LINKED, FREE, OPEN = "linked", "free", "open"
STATES = ((OPEN, "À traiter"), (FREE, "Non reliées"), (LINKED, "Reliées"))
SIDES = (("in", "Entrées"), ("out", "Sorties"))


class BankFilter(ListFilter):
    """Bank transactions by account, period, state, label and text."""

    bank = ModelChoiceFilter(
        label="Compte bancaire", queryset=BankAccount.objects.order_by("label", "pk"), empty_label="Tous"
    )
    since = DateFilter(label="Du", widget=DAY, field_name="day", lookup_expr="gte")
    until = DateFilter(label="Au", widget=DAY, field_name="day", lookup_expr="lte")
    state = ChoiceFilter(label="État", choices=STATES, empty_label="Toutes", method="filter_by_state")
    side = ChoiceFilter(label="Sens", choices=SIDES, empty_label="Tous", method="filter_by_side")
    label = ModelChoiceFilter(
        label="Label",
        queryset=BankLabel.objects.order_by("name", "pk"),
        empty_label="Tous",
        method="filter_by_label",
    )
    q = CharFilter(label="Texte", max_length=120, method="filter_by_text")

    class Meta:
        model = BankTransaction
        fields: list[str] = []

    def filter_by_state(self, lines: QuerySet[BankTransaction], _: str, state: str) -> QuerySet[BankTransaction]:
        """À traiter: neither linked nor labelled."""
        if state == OPEN:
            return lines.alias(tied=has_link()).filter(tied=False, labels=None)
        return lines.alias(tied=has_link()).filter(tied=state == LINKED)

    def filter_by_side(self, lines: QuerySet[BankTransaction], _: str, side: str) -> QuerySet[BankTransaction]:
        return lines.filter(amount__gt=0) if side == "in" else lines.filter(amount__lt=0)

    def filter_by_label(self, lines: QuerySet[BankTransaction], _: str, label: BankLabel) -> QuerySet[BankTransaction]:
        return lines.filter(pk__in=label.transactions.order_by().values("pk"))

    def filter_by_text(self, lines: QuerySet[BankTransaction], _: str, text: str) -> QuerySet[BankTransaction]:
        for word in text.split():
            lines = lines.filter(
                Q(label__icontains=word)
                | Q(detail__icontains=word)
                | Q(party__icontains=word)
                | Q(reference__icontains=word)
            )
        return lines


class SettleableFilter(ListFilter):
    """Credit notes that a batch may settle, by client and day."""

    q = CharFilter(label="Client", max_length=120, method="filter_by_client")
    since = DateFilter(label="Du", widget=DAY, field_name="day", lookup_expr="gte")
    until = DateFilter(label="Au", widget=DAY, field_name="day", lookup_expr="lte")

    class Meta:
        model = CreditNote
        fields: list[str] = []

    def filter_by_client(self, notes: QuerySet[CreditNote], _: str, text: str) -> QuerySet[CreditNote]:
        return notes.filter(of_whom(text))
