"""What the list of payments is filtered by."""

from django.db.models import Exists, OuterRef, Q, QuerySet, TextChoices
from django_filters import CharFilter, ChoiceFilter, DateFilter, ModelChoiceFilter

from clients.models import Client
from clients.queries import bears
from ledger.models import BankAccount, Document, OpenItem
from office.filters import DAY, ListFilter
from office.forms import SearchBox
from office.models import Site
from payments.models import PaymentType
from payments.queries import undone


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
