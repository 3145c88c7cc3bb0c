"""Relier un client: what a bank transaction settles, how it was paid; pointing, bouncing and freeing."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from ledger.forms import PostingForm
from ledger.models import Operation
from office.amounts import format_plain
from office.errors import SoldeError
from office.forms import digest_of
from office.models import Site
from office.settings_forms import CHOICE
from payments.forms.acting import IncidentForm
from payments.forms.rows import Rows, refuse_row
from payments.models import BANK, BankTransaction, PaymentType
from payments.queries import DIFFERENCES, active_types
from payments.queries.matching import Candidate

# What banks write of each type of payment, in capitals.
SAID = {"direct_debit": ("PRLV", "PRELEV", "SDD"), "card": ("CB ", "CARTE", "TPE", "REM CB"), "transfer": ("VIR",)}


class LinkForm(PostingForm):
    """Relier un client: its open documents, filled in as the transaction proposes. limit: of a small difference."""

    operation_kind = Operation.Kind.BANK_LINK

    type = forms.ModelChoiceField(
        PaymentType.objects.none(),
        label="Type de règlement",
        empty_label="Choisissez",
        error_messages={"invalid_choice": CHOICE, "required": "Choisissez le type de règlement."},
    )
    site = forms.ModelChoiceField(
        Site.objects.none(),
        label="Établissement",
        required=False,
        empty_label="Sans établissement",
        error_messages={"invalid_choice": CHOICE},
    )
    write_off = forms.BooleanField(label="Solder le petit écart", required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        line: BankTransaction,
        candidate: Candidate,
        sites: QuerySet[Site],
        limit: Decimal,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.line, self.client = line, candidate.client
        types = active_types().filter(account__code__startswith=BANK)
        self.fields["type"].queryset = types  # type: ignore[attr-defined]
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]
        self.initial.setdefault("type", _type_said(line, types))
        if limit:
            self.fields["write_off"].help_text = f"Jusqu’à {format_plain(limit)}, au compte {' ou '.join(DIFFERENCES)}."
        else:
            del self.fields["write_off"]
        self.rows = Rows(data, account=candidate.client.account)
        for row in self.rows.forms if data is None else ():
            if amount := candidate.settles.get(row.item.pk):
                row.initial["amount"] = row.filled = format_plain(amount)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.rows.is_valid():
            for fault in self.rows.faults or ["Documents\u00a0: corrigez les montants signalés."]:
                self.add_error(None, fault)
        return given

    @property
    def unused(self) -> Decimal:
        """What of the transaction settles nothing yet; below 0, what is settled beyond it."""
        if self.rows.data is None:
            typed = [row.initial.get("amount") for row in self.rows.forms]
            amounts = [Decimal(said.replace(",", ".")) for said in typed if said]
            return self.line.amount - sum(amounts, Decimal(0))
        return self.line.amount - self.rows.sums().net

    def digest(self) -> str:
        wanted = sorted((one.item, one.amount) for one in self.rows.wanted())
        return digest_of({"form": super().digest(), "line": self.line.pk, "rows": [list(one) for one in wanted]})

    def refuse(self, error: SoldeError) -> None:
        """Tell a refusal beside what it is about."""
        if refuse_row(self.rows, error):
            self.add_error(None, "Documents\u00a0: corrigez les montants signalés.")
        else:
            named = {"amount": "write_off"} if "write_off" in self.fields and self.cleaned_data.get("write_off") else {}
            field = named.get(error.field or "", error.field)
            self.add_error(field if field in self.fields else None, error.message)


def _type_said(line: BankTransaction, types: QuerySet[PaymentType]) -> str | None:
    """The type of payment that a transaction's label names, a transfer unless it names another."""
    codes = [way.code for way in types]
    said = f"{line.label.upper()} "
    found = next((code for code, words in SAID.items() if any(word in said for word in words)), "transfer")
    return found if found in codes else None


class PointForm(PostingForm):
    """Pointer: which recorded documents a transaction is."""

    operation_kind = Operation.Kind.BANK_LINK

    documents = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={"required": "Choisissez ce que cette opération est.", "invalid_choice": CHOICE},
    )
    fee = forms.DecimalField(required=False, min_value=0, max_digits=14, decimal_places=2, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], *, offered: set[int]) -> None:
        super().__init__(data)
        self.fields["documents"].choices = [(key, key) for key in sorted(offered)]  # type: ignore[attr-defined]


class BouncedForm(IncidentForm):
    """That a transaction is a payment which bounced: it says the day and the amount itself."""

    operation_kind = Operation.Kind.BANK_LINK

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["on"]


class UnlinkForm(PostingForm):
    """That a transaction is free again."""

    operation_kind = Operation.Kind.BANK_UNLINK
