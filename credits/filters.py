"""What the list of all credit notes is filtered by."""

from django.db.models import QuerySet
from django_filters import ChoiceFilter

from clients.filters import at_least, at_most
from credits.models import CreditNote
from credits.statuses import STATUSES, notes_in_state
from invoicing.filters import SalesFilter


class AllCreditNotesFilter(SalesFilter):
    """The credit notes of all clients."""

    status = ChoiceFilter(label="Statut", choices=list(STATUSES.items()), empty_label="Tous", method="filter_by_status")
    origin = ChoiceFilter(
        label="Origine",
        choices=[("facture", "Sur une facture"), ("global", "Global")],
        empty_label="Toutes",
        method="filter_by_origin",
    )
    ttc_min, ttc_max = (make("ttc", "Montant TTC") for make in (at_least, at_most))

    class Meta:
        model = CreditNote
        fields: list[str] = []

    def filter_by_status(self, notes: QuerySet[CreditNote], _: str, status: str) -> QuerySet[CreditNote]:
        return notes_in_state(notes, status)

    def filter_by_origin(self, notes: QuerySet[CreditNote], _: str, origin: str) -> QuerySet[CreditNote]:
        return notes.filter(invoice__isnull=origin == "global")
