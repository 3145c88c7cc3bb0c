"""The lines of a visit or a draft as one edits them; static/js/lines.js adds, moves and removes them on the page.

Without script there is a spare line, a rank to write and a box to tick.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import QuerySet
from django.forms.formsets import BaseFormSet, formset_factory

from invoicing.forms.catalogue import typed_price, typed_rate
from invoicing.models import Item, Nature, PricedLine
from invoicing.queries import rates_on, revenue_accounts
from invoicing.services import REVENUE, NewLine
from invoicing.vat import DocumentAmounts, QuotedLine, document_amounts
from ledger.forms import PostingForm
from office.amounts import MAXIMUM, NO_BREAK, AmountTooLarge, format_quantity
from office.errors import SoldeError
from office.forms import AmountField, digest_of
from office.models import Site
from office.settings_forms import CHOICE

if TYPE_CHECKING:
    LineFormSet = BaseFormSet["LineForm"]
else:
    LineFormSet = BaseFormSet

MOST_LINES = 500
MOST_OF_ONE = Decimal(100_000_000)
NUMBER = {"inputmode": "decimal", "autocomplete": "off"}


class LineForm(forms.Form):
    """A line: a tariff that was picked, changed at will, or a free one. key: that of the draft's line it changes."""

    key = forms.IntegerField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(
        label="Désignation", max_length=5000, widget=forms.Textarea(attrs={"rows": 1, "data-line-label": ""})
    )
    quantity = AmountField(label="Quantité", places=4, max_length=20, initial="1", widget=forms.TextInput(attrs=NUMBER))
    unit_price = AmountField(
        label="Prix unitaire",
        places=6,
        max_length=30,
        widget=forms.TextInput(attrs={**NUMBER, "placeholder": "0,00"}),
    )
    discount = AmountField(
        label="Remise %", max_length=8, required=False, widget=forms.TextInput(attrs={**NUMBER, "placeholder": "0"})
    )
    vat_rate = forms.TypedChoiceField(label="TVA", coerce=Decimal, error_messages={"invalid_choice": CHOICE})
    nature = forms.ChoiceField(
        choices=Nature.choices,
        initial=Nature.SERVICE,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": CHOICE},
    )
    account = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    item = forms.IntegerField(required=False, widget=forms.HiddenInput)

    amount: Decimal | None = None  # VAT included; its set tells it

    def __init__(
        self, *args: Any, rates: Iterable[Decimal], accounts: frozenset[str], items: frozenset[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.accounts, self.items = accounts, items
        choices = [(typed_rate(rate), f"{format_quantity(rate)}{NO_BREAK}%") for rate in rates]
        self.fields["vat_rate"].choices = choices  # type: ignore[attr-defined]
        self.fields["vat_rate"].initial = choices[0][0] if choices else None

    def has_changed(self) -> bool:
        """Whether anything is written: a line of one, at no price, without a word, is a blank one."""
        said = [(self[name].data or "").strip() for name in ("label", "unit_price", "discount")]
        return any(said) or (self["quantity"].data or "").strip() not in {"", "1"}

    def clean_quantity(self) -> Decimal:
        quantity: Decimal = self.cleaned_data["quantity"]
        if not quantity:
            raise forms.ValidationError("Une quantité ne peut pas être 0\u00a0: retirez plutôt la ligne.", "zero")
        if abs(quantity) >= MOST_OF_ONE:
            raise forms.ValidationError("Cette quantité est trop grande.", "too_large")
        return quantity

    def clean_account(self) -> str:
        account: str = self.cleaned_data["account"]
        if account and account not in self.accounts:
            raise forms.ValidationError(CHOICE, "invalid_choice")
        return account

    def clean_item(self) -> int | None:
        item: int | None = self.cleaned_data["item"]
        if item is not None and item not in self.items:
            raise forms.ValidationError(CHOICE, "invalid_choice")
        return item

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            try:
                if abs(self.quoted().amount) > MAXIMUM:
                    raise AmountTooLarge(self["unit_price"].data)
            except SoldeError as error:
                self.add_error(error.field if error.field in self.fields else "unit_price", error.message)
        return given

    def quoted(self) -> QuotedLine:
        """What a valid line says, as VAT is computed from it."""
        given = self.cleaned_data
        discount = given["discount"] or Decimal(0)
        return QuotedLine(given["quantity"], given["unit_price"], given["vat_rate"], discount)

    def line(self) -> NewLine:
        """What a valid line says."""
        given, said = self.cleaned_data, self.quoted()
        account = given["account"] or REVENUE[Nature(given["nature"])]
        return NewLine(
            given["label"].strip(),
            said.unit_price,
            said.rate,
            said.quantity,
            said.discount,
            given["nature"],
            account,
            given["item"],
        )


class LineRows(LineFormSet):
    """All lines of one editor, in the order of their ranks. on: the day that decides on the rates of VAT."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, on: date, stored: Iterable[PricedLine] = (), keyed: bool = False
    ) -> None:
        self.stored = list(stored)
        rates = rates_on(on)
        rates += [line.vat_rate for line in self.stored if line.vat_rate not in rates]
        super().__init__(
            data,
            prefix="lines",
            initial=[_typed(line, keyed=keyed) for line in self.stored],
            form_kwargs={
                "rates": list(dict.fromkeys(rates)),
                "accounts": frozenset(revenue_accounts().values_list("code", flat=True)),
                "items": _existing_items(data),
            },
        )

    def add_fields(self, form: "LineForm", index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = "Rang"
        form.fields["ORDER"].widget.attrs["min"] = 1
        form.fields["DELETE"].label = "Retirer"

    def written(self) -> list["LineForm"]:
        """The lines that are right so far, say something and aren't taken out, in the order of their ranks."""
        wanted = [form for form in self.forms if form.is_valid() and form.has_changed()]
        return sorted(
            (form for form in wanted if not form.cleaned_data["DELETE"]),
            key=lambda form: (form.cleaned_data["ORDER"] is None, form.cleaned_data["ORDER"] or 0),
        )

    def lines(self) -> list[NewLine]:
        """What a valid set says."""
        return [form.line() for form in self.written()]

    def keyed(self) -> list[tuple[NewLine, int | None]]:
        """What a valid set says, each line with the key of the one that it takes the place of."""
        return [(form.line(), form.cleaned_data["key"]) for form in self.written()]

    def amounts(self, *, prices_include_vat: bool) -> DocumentAmounts:
        """What the lines that are right so far, or are stored, come to; each form gets its `amount`, VAT included."""
        if self.is_bound:
            forms = self.written()
            quoted = [form.quoted() for form in forms]
        else:
            forms = self.initial_forms
            quoted = [line.quoted for line in self.stored]
        amounts = document_amounts(quoted, prices_include_vat=prices_include_vat)
        for form, taxed in zip(forms, amounts.lines, strict=True):
            form.amount = taxed.ttc
        return amounts

    def told(self) -> list[dict[str, Any]]:
        """What a valid set says, for the digest of its form."""
        return [form.cleaned_data for form in self.written()]


class LinedForm(PostingForm):
    """A form that posts, with an editor of lines under it."""

    def __init__(self, *args: Any, lines: LineRows, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.lines.is_valid():
            self.add_error(None, "Lignes\u00a0: corrigez ce qui est signalé.")
        return given

    def digest(self) -> str:
        return digest_of({"form": super().digest(), "lines": self.lines.told()})


class SitedForm(LinedForm):
    """An editor of lines that also says at which site. sites: those that may be chosen."""

    site = forms.ModelChoiceField(
        Site.objects.none(),
        label="Établissement",
        required=False,
        empty_label="Sans établissement",
        error_messages={"invalid_choice": CHOICE},
    )

    def __init__(self, *args: Any, sites: QuerySet[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]


def _existing_items(data: Mapping[str, Any] | None) -> frozenset[int]:
    """Which of the items that lines are said to be of there are, asked for once for all of them."""
    said = [value for name, value in (data or {}).items() if name.startswith("lines-") and name.endswith("-item")]
    keys = {int(value) for value in said if value.isascii() and value.isdecimal() and len(value) < 19}
    return frozenset(Item.objects.filter(pk__in=keys).values_list("pk", flat=True)) if keys else frozenset()


def _typed(line: PricedLine, *, keyed: bool) -> dict[str, Any]:
    """A stored line as its fields hold it."""
    return {
        "key": line.pk if keyed else None,
        "label": line.label,
        "quantity": f"{line.quantity.normalize():f}".replace(".", ","),
        "unit_price": typed_price(line.unit_price),
        "discount": f"{line.discount.normalize():f}".replace(".", ",") if line.discount else "",
        "vat_rate": typed_rate(line.vat_rate),
        "nature": line.nature,
        "account": line.account_id,
        "item": line.item_id,
    }


LineSet = cast(
    "type[LineRows]",
    formset_factory(
        LineForm,
        formset=LineRows,
        extra=1,
        can_delete=True,
        can_order=True,
        max_num=MOST_LINES,
        absolute_max=MOST_LINES,
        validate_max=True,
    ),
)
