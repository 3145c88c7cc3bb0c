"""Many clients invoiced at once: which, on how many invoices, when, and when due; then printed or sent."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms

from clients.models import Client
from clients.terms import AGREED
from invoicing.forms.batches import EACH, TOGETHER
from invoicing.forms.catalogue import DAY
from ledger.forms import PostingForm
from ledger.models import Operation
from office.forms import NO_SUCH_DAY, digest_of
from office.settings_forms import CHOICE

PAPER, EVERYTHING = "paper", "everything"


class BatchForm(PostingForm):
    """The clients that are ticked, and on which terms they are invoiced.

    about: what was chosen, in words. others: those of a long choice that aren't shown to be ticked one by one.
    """

    operation_kind = Operation.Kind.INVOICE

    clients = forms.ModelMultipleChoiceField(Client.objects.order_by("pk"), label="Clients", required=False)
    others = forms.BooleanField(label="Les autres clients de la sélection", required=False)
    how = forms.ChoiceField(
        label="Factures",
        choices=[(EACH, "Une facture par visite"), (TOGETHER, "Une seule facture par client")],
        initial=TOGETHER,
        widget=forms.RadioSelect,
        help_text="Une par établissement, et une par passager d’un client passager.",
        error_messages={"invalid_choice": CHOICE},
    )
    day = forms.DateField(label="Date des factures", widget=DAY, error_messages=NO_SUCH_DAY)
    terms = forms.ChoiceField(
        label="Conditions de règlement",
        choices=[("", "Celles de chaque client, sinon à réception"), *AGREED],
        required=False,
        error_messages={"invalid_choice": CHOICE},
    )

    def __init__(self, data: Any = None, *, shown: Collection[int], ticked: bool, about: str, today: date) -> None:
        first = {"day": today, "clients": list(shown) if ticked else [], "others": ticked}
        super().__init__(data, initial=first)
        self.about, self.today, self.shown = about, today, shown
        self.fields["day"].widget.attrs["max"] = today.isoformat()

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(f"Le {day:%d/%m/%Y} est à venir\u00a0: choisissez un jour passé.", "future")
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "clients" in given and not given["clients"] and not given.get("others"):
            self.add_error("clients", "Cochez au moins un client.")
        return given

    def digest(self) -> str:
        return digest_of({"about": self.about, "form": super().digest()})

    @property
    def ticked(self) -> set[str]:
        """The keys of the clients that are ticked."""
        field = self["clients"]
        return {str(key) for key in (field.data if self.is_bound else field.initial) or ()}

    def keeps(self, client: int) -> bool:
        """Whether a valid form keeps a client, by its key."""
        chosen = {one.pk for one in self.cleaned_data["clients"]}
        return client in chosen or (self.cleaned_data["others"] and client not in self.shown)

    @property
    def together(self) -> bool:
        """Whether a valid form asks for as few invoices as can be."""
        return bool(self.cleaned_data["how"] == TOGETHER)


class BatchPrintForm(forms.Form):
    """Which invoices of a batch are put into one file to print."""

    what = forms.ChoiceField(
        label="Factures à imprimer",
        choices=[(PAPER, "Celles des clients au courrier, pas encore imprimées"), (EVERYTHING, "Toutes celles du lot")],
        initial=PAPER,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOICE},
    )


class BatchSendForm(PostingForm):
    """That the invoices of a batch go to the clients who get e-mails."""

    operation_kind = Operation.Kind.MAIL
