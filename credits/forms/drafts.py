"""The forms of a credit note while it is a draft."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import QuerySet
from django.forms.formsets import BaseFormSet, formset_factory

from credits.forms.cancelling import VisitsForm
from credits.models import CreditNote, CreditNoteLine
from credits.services import Credited
from invoicing.forms import LinedForm, PasserByFields, SitedForm
from invoicing.models import Invoice, InvoiceLine
from invoicing.parts import CreditRefused
from invoicing.vat import MixedSigns
from ledger.forms import PostingForm
from ledger.models import Operation
from office.amounts import ZERO
from office.editing import VersionedForm
from office.errors import SoldeError
from office.forms import NO_SUCH_DAY, AmountField, digest_of
from office.settings_forms import CHOICE

if TYPE_CHECKING:
    CreditFormSet = BaseFormSet["CreditLineForm"]
else:
    CreditFormSet = BaseFormSet

NUMBER = {"inputmode": "decimal", "autocomplete": "off"}
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOST_LINES = 500


class CreditForm(VisitsForm):
    """That a credit note on an invoice is to be drafted."""

    operation_kind = Operation.Kind.CREDIT_DRAFT


class AmountCreditForm(PostingForm):
    """A credit note of a mere amount on an invoice, validated at once."""

    operation_kind = Operation.Kind.CREDIT_NOTE

    amount = AmountField(label="Montant TTC de l’avoir", max_length=20, widget=forms.TextInput(attrs=NUMBER))

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount <= 0:
            raise forms.ValidationError("Indiquez un montant positif.", "positive")
        return amount


class CreditLineForm(forms.Form):
    """What is credited of a line of the invoice: a quantity, an amount, or the amount of the quantity."""

    line = forms.IntegerField(widget=forms.HiddenInput)
    quantity = AmountField(
        label="Quantité",
        places=4,
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={**NUMBER, "data-credit-quantity": ""}),
    )
    amount = AmountField(
        label="Montant TTC",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={**NUMBER, "placeholder": "selon la quantité"}),
    )

    of: InvoiceLine  # the line of the invoice

    def chosen(self) -> Credited | None:
        """What a valid row says; None if nothing. A quantity that was changed alone decides on the amount."""
        quantity, amount = self.cleaned_data["quantity"], self.cleaned_data["amount"]
        if "quantity" in self.changed_data and "amount" not in self.changed_data:
            amount = None
        if amount is None and not quantity:
            return None
        return Credited(self.of, quantity or ZERO, amount)


class CreditRows(CreditFormSet):
    """The lines of a draft on an invoice. lines: those of the invoice, in their order."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, lines: Sequence[InvoiceLine], stored: Sequence[CreditNoteLine]
    ) -> None:
        self.of = {line.pk: line for line in lines}
        self.ranks = [line.pk for line in lines]
        super().__init__(data, prefix="lines", initial=[_typed(line) for line in stored])
        for form in self.forms:
            key = form["line"].value()
            if str(key).isdigit() and int(key) in self.of:
                form.of = self.of[int(key)]

    def clean(self) -> None:
        for form in self.forms:
            if form.is_valid() and form.cleaned_data.get("line") not in self.of:
                raise forms.ValidationError("Choisissez des lignes de la facture.", "foreign")

    def chosen(self) -> list[Credited]:
        """What a valid set credits, without what was taken out."""
        rows = (form.chosen() for form in self.forms if form not in self.deleted_forms)
        return [row for row in rows if row is not None]

    def refuse(self, error: CreditRefused) -> bool:
        """Tell a refusal beside the row that it is about; whether there is one."""
        key = self.ranks[error.line - 1] if error.line else None
        for form in self.forms:
            if form.cleaned_data.get("line") == key and form not in self.deleted_forms:
                form.add_error(error.field if error.field in form.fields else None, error.message)
                return True
        return False


CreditSet = cast(
    "type[CreditRows]",
    formset_factory(
        CreditLineForm,
        formset=CreditRows,
        extra=0,
        can_delete=True,
        max_num=MOST_LINES,
        absolute_max=MOST_LINES,
        validate_max=True,
    ),
)


class CreditEditForm(VersionedForm, PostingForm):
    """A draft on an invoice: its lines, and whether the visits that it credits whole are dissociated."""

    operation_kind = Operation.Kind.CREDIT_DRAFT

    frees_visits = forms.BooleanField(
        label="Désassocier les visites des lignes entièrement créditées",
        required=False,
        help_text="Désassocier les visites d’une facture permet de les refacturer ensuite.",
    )

    def __init__(self, *args: Any, lines: CreditRows, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.lines.is_valid():
            self.add_error(None, "Lignes\u00a0: corrigez ce qui est signalé.")
        return given

    def digest(self) -> str:
        rows = [(row.line.pk, row.quantity, row.ttc) for row in self.lines.chosen()]
        return digest_of({"form": super().digest(), "lines": rows})

    def refuse(self, error: SoldeError) -> None:
        """Tell a refusal beside the row that it is about, or above all."""
        told = isinstance(error, CreditRefused) and self.lines.refuse(error)
        self.add_error(None, "Lignes\u00a0: corrigez ce qui est signalé." if told else error.message)


class ReferenceFields(forms.Form):
    """What a global credit note refers to: invoices that it reduces, or a contract and a period."""

    reduces: "forms.ModelMultipleChoiceField[Invoice]" = forms.ModelMultipleChoiceField(
        Invoice.objects.none(),
        label="Factures réduites par l’avoir",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": CHOICE, "invalid_pk_value": CHOICE},
    )
    contract = forms.CharField(label="Contrat", required=False, max_length=60)
    period_start = forms.DateField(label="Période du", required=False, widget=DAY, error_messages=NO_SUCH_DAY)
    period_end = forms.DateField(label="au", required=False, widget=DAY, error_messages=NO_SUCH_DAY)

    def __init__(self, *args: Any, invoices: QuerySet[Invoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reduces"].queryset = invoices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"period_start", "period_end"} <= given.keys():
            start, end = given["period_start"], given["period_end"]
            if bool(start) != bool(end):
                self.add_error("period_end" if start else "period_start", "Indiquez les deux dates de la période.")
            elif start and end and end < start:
                self.add_error("period_end", "La période finit avant de commencer.")
        return given

    def reference(self) -> dict[str, Any]:
        """What a valid form says, as the services take it."""
        given = self.cleaned_data
        period: tuple[date, date] | None = None
        if given["period_start"] and given["period_end"]:
            period = given["period_start"], given["period_end"]
        return {"reduces": list(given["reduces"]), "contract": given["contract"].strip(), "period": period}


class SignedLinesForm(LinedForm):
    """An editor of lines of one sign."""

    def refuse(self, error: SoldeError) -> None:
        """Tell a refusal beside the line or field that it is about, or above all."""
        if isinstance(error, MixedSigns):
            self.lines.written()[error.line - 1].add_error(None, error.message)
            self.add_error(None, "Lignes\u00a0: corrigez ce qui est signalé.")
        else:
            self.add_error(error.field if error.field in self.fields else None, error.message)


class GlobalCreditForm(PasserByFields, ReferenceFields, SignedLinesForm, SitedForm):
    """A new global credit note."""

    operation_kind = Operation.Kind.CREDIT_DRAFT


class GlobalCreditEditForm(VersionedForm, ReferenceFields, SignedLinesForm):
    """A global draft that is there; it carries the version that was seen."""

    operation_kind = Operation.Kind.CREDIT_DRAFT


class ValidateForm(VersionedForm, PostingForm):
    """That a draft is validated as it was seen."""

    operation_kind = Operation.Kind.CREDIT_NOTE


class DeleteCreditForm(PostingForm):
    """That a draft is thrown away."""

    operation_kind = Operation.Kind.CREDIT_DRAFT


class CancelCreditForm(PostingForm):
    """That a credit note is to be cancelled."""

    operation_kind = Operation.Kind.CANCEL_CREDIT_NOTE


def reference_of(note: CreditNote) -> dict[str, Any]:
    """What a stored draft refers to, as its fields hold it."""
    return {
        "reduces": list(note.reduces.values_list("pk", flat=True)),
        **{name: getattr(note, name) for name in ("contract", "period_start", "period_end")},
    }


def _typed(line: CreditNoteLine) -> dict[str, Any]:
    quantity = line.credited_quantity
    return {
        "line": line.invoice_line_id,
        "quantity": f"{quantity.normalize():f}".replace(".", ",") if quantity else "",
        "amount": f"{line.ttc.amount:.2f}".replace(".", ","),
    }
