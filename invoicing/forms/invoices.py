"""The forms of an invoice: its draft, and what it needs to be issued."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory

from clients.terms import Terms
from invoicing.forms.catalogue import DAY
from invoicing.forms.lines import NUMBER, LinedForm, SitedForm
from invoicing.forms.visits import PasserByFields
from invoicing.models import Invoice
from invoicing.services import Plan
from invoicing.terms import MOST_INSTALMENTS, free_schedule, schedule
from ledger.forms import PostingForm
from ledger.models import Operation
from office.editing import VersionedForm
from office.errors import SoldeError
from office.forms import NO_SUCH_DAY, AmountField, digest_of
from office.settings_forms import CHOICE

if TYPE_CHECKING:
    DueFormSet = BaseFormSet["DueForm"]
else:
    DueFormSet = BaseFormSet


class OrderFields(forms.Form):
    """What a professional asks to read on an invoice."""

    purchase_order = forms.CharField(
        label="Bon de commande", required=False, max_length=Invoice._meta.get_field("purchase_order").max_length
    )


class DraftForm(OrderFields, VersionedForm, LinedForm):
    """The lines of a draft; it carries the version that was seen."""

    operation_kind = Operation.Kind.DRAFT


class NewDraftForm(PasserByFields, OrderFields, SitedForm):
    """A new draft of lines typed by hand."""

    operation_kind = Operation.Kind.DRAFT


class PlainDraftForm(PostingForm):
    """That a draft is to be made, or thrown away."""

    operation_kind = Operation.Kind.DRAFT


class DueForm(forms.Form):
    """An instalment of a free schedule."""

    due = forms.DateField(label="Échéance", widget=DAY, error_messages=NO_SUCH_DAY)
    amount = AmountField(label="Montant TTC", max_length=30, widget=forms.TextInput(attrs=NUMBER))


class DueRows(DueFormSet):
    """A free schedule as one writes it."""

    title, one = "Échéancier libre", "Échéance"
    is_open = True

    def dues(self) -> Sequence[tuple[date, Decimal]]:
        """What a valid set says."""
        return [
            (form.cleaned_data["due"], form.cleaned_data["amount"])
            for form in self.forms
            if form.has_changed() and form not in self.deleted_forms
        ]


DueSet = cast(
    "type[DueRows]",
    formset_factory(
        DueForm,
        formset=DueRows,
        extra=2,
        can_delete=True,
        can_delete_extra=False,
        max_num=MOST_INSTALMENTS,
        absolute_max=MOST_INSTALMENTS,
        validate_max=True,
    ),
)


class PlannedForm(PostingForm):
    """A form that says when amounts are due: on terms, in several instalments, or freely."""

    terms = forms.ChoiceField(
        label="Conditions de règlement", choices=Terms.choices, error_messages={"invalid_choice": CHOICE}
    )
    count = forms.IntegerField(
        label="Nombre d’échéances",
        min_value=1,
        max_value=MOST_INSTALMENTS,
        required=False,
        initial=3,
        error_messages={"invalid": "Écrivez un nombre entier."},
    )
    pays_now = forms.BooleanField(label="Le client règle maintenant", required=False)

    beside = {"schedule": "terms", "count": "count"}  # which field tells what a service refuses

    def __init__(self, data: Mapping[str, Any] | None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.dues = DueSet(data, prefix="dues")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("terms") == Terms.INSTALMENTS and "count" in given and not given["count"]:
            self.add_error("count", "Indiquez le nombre d’échéances.")
        if given.get("terms") == Terms.FREE and not self.dues.is_valid():
            self.add_error("terms", "Corrigez les échéances signalées.")
        elif given.get("terms") == Terms.FREE and not self.dues.dues():
            self.add_error("terms", "Écrivez les échéances, ou choisissez d’autres conditions.")
        return given

    def refuse(self, error: SoldeError) -> None:
        """Tell a refusal beside the field that it is about."""
        self.add_error(self.beside.get(error.field or ""), error.message)

    def digest(self) -> str:
        return digest_of({"form": super().digest(), "dues": self.plan().free})

    def plan(self) -> Plan:
        """What a valid form says."""
        terms = Terms(self.cleaned_data["terms"])
        free = self.dues.dues() if terms == Terms.FREE else ()
        return Plan(terms, self.cleaned_data["count"] or 1, free)


class IssueForm(VersionedForm, PlannedForm):
    """When an invoice is issued, and when it is due."""

    operation_kind = Operation.Kind.INVOICE

    day = forms.DateField(label="Date de la facture", widget=DAY, error_messages=NO_SUCH_DAY)

    beside = PlannedForm.beside | {"day": "day"}


class RescheduleForm(PlannedForm):
    """When what is left of an invoice is due from now on: in equal parts a month apart, or freely."""

    operation_kind = Operation.Kind.RESCHEDULE

    first = forms.DateField(label="Première échéance", required=False, widget=DAY, error_messages=NO_SUCH_DAY)

    beside = PlannedForm.beside | {"first": "first"}

    def __init__(self, data: Mapping[str, Any] | None, *, first: date, **kwargs: Any) -> None:
        super().__init__(data, initial={"terms": Terms.INSTALMENTS, "first": first}, **kwargs)
        ways = [(Terms.INSTALMENTS, "Parts égales, chaque mois"), (Terms.FREE, Terms.FREE.label)]
        self.fields["terms"].label = "Nouvel échéancier"
        self.fields["terms"].choices = ways  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("terms") == Terms.INSTALMENTS and "first" in given and not given["first"]:
            self.add_error("first", "Indiquez la date de la première échéance.")
        return given

    def instalments(self, total: Decimal, on: date) -> Sequence[tuple[date, Decimal]]:
        """The due dates and amounts that a valid form gives to what is left. Raises what terms refuse."""
        if self.cleaned_data["terms"] == Terms.FREE:
            return free_schedule(total, self.dues.dues(), on)
        return schedule(
            Terms.INSTALMENTS, total, on, count=self.cleaned_data["count"], first=self.cleaned_data["first"]
        )


class DisputeForm(PostingForm):
    """Why an invoice is disputed."""

    operation_kind = Operation.Kind.DISPUTE

    reason = forms.CharField(
        label="Motif",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Ce que le client conteste, pour qui lira la facture.",
    )


class EndDisputeForm(PostingForm):
    """That a dispute is lifted."""

    operation_kind = Operation.Kind.END_DISPUTE
