"""The forms of the catalogue: items, tariffs, categories."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from invoicing.models import ITEM_CODE, Category, Item, Nature, Tariff
from invoicing.queries import revenue_accounts
from invoicing.services import REVENUE
from ledger.models import GeneralAccount
from office.amounts import NO_BREAK, format_plain, format_quantity, has_decimals_within
from office.editing import VersionedForm
from office.forms import NO_SUCH_DAY, AmountField
from office.settings_forms import CHOICE, AnyModelForm, SettingsForm

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ItemFields(AnyModelForm):
    """What is known of an item, its tariffs apart."""

    class Meta:
        model = Item
        fields = ["name", "kind", "nature", "account", "category"]
        labels = {"name": "Nom"}
        widgets = {"nature": forms.RadioSelect, "name": forms.TextInput(attrs={"autocomplete": "off"})}
        help_texts = {"name": "Comme il doit paraître sur les factures."}
        error_messages = {"kind": {"invalid_choice": CHOICE}, "nature": {"invalid_choice": CHOICE}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("kind", Item.Kind.choices), ("nature", Nature.choices)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["account"] = forms.ModelChoiceField(
            revenue_accounts(),
            label="Compte de produit",
            required=False,
            empty_label="Selon la nature\u00a0: 706 ou 707",
            error_messages={"invalid_choice": CHOICE},
        )
        self.fields["category"] = forms.ModelChoiceField(
            Category.objects.order_by("position", "name", "pk"),
            label="Catégorie",
            required=False,
            empty_label="Sans catégorie",
            error_messages={"invalid_choice": CHOICE},
        )

    def clean_account(self) -> GeneralAccount:
        nature = self.cleaned_data.get("nature") or Nature.SERVICE
        return self.cleaned_data["account"] or GeneralAccount.objects.get(pk=REVENUE[Nature(nature)])


class ItemForm(ItemFields):
    """A new item."""

    code = forms.CharField(
        label="Code",
        max_length=30,
        required=False,
        validators=[ITEM_CODE],
        help_text="Sans code, l’article reçoit le prochain numéro. Il ne change plus ensuite.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def item(self) -> Item:
        """What a valid form says, not saved."""
        item: Item = self.instance
        item.code = self.cleaned_data["code"]
        return item


class ItemEditForm(VersionedForm, ItemFields):
    """What is known of an item, to be changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version


class TariffFields(AnyModelForm):
    """A price, VAT included or not as its tariff says, and when it holds. rates: those of VAT that may be picked."""

    price = AmountField(
        label="Prix",
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "0,00", "autocomplete": "off"}),
    )
    vat_rate = forms.TypedChoiceField(label="Taux de TVA", coerce=Decimal, error_messages={"invalid_choice": CHOICE})
    valid_from = forms.DateField(label="Valable du", widget=DAY, error_messages=NO_SUCH_DAY)
    valid_to = forms.DateField(
        label="Jusqu’au (inclus)",
        required=False,
        widget=DAY,
        help_text="Vide tant qu’il n’a pas de fin.",
        error_messages=NO_SUCH_DAY,
    )

    class Meta:
        model = Tariff
        fields = ["name", "price", "vat_rate", "valid_from", "valid_to"]
        labels = {"name": "Nom du tarif"}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "off"})}
        help_texts = {"name": "Vide pour le tarif courant\u00a0; sinon Association, Éleveur… comme il se choisira."}

    def __init__(self, *args: Any, rates: Iterable[Decimal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tariff: Tariff = self.instance
        self.fields["price"].label = f"Prix {tariff.basis}"
        self.fields["name"].required = False
        known = [*rates]
        if tariff.vat_rate is not None:
            known += [tariff.vat_rate] if tariff.vat_rate not in known else []
            self.initial["vat_rate"] = typed_rate(tariff.vat_rate)
        choices = [(typed_rate(rate), f"{format_quantity(rate)}{NO_BREAK}%") for rate in known]
        self.fields["vat_rate"].choices = choices  # type: ignore[attr-defined]
        if tariff.price is not None:
            self.initial["price"] = format_plain(tariff.price)

    def clean_price(self) -> Decimal:
        price: Decimal = self.cleaned_data["price"]
        if price < 0:
            raise forms.ValidationError("Un prix ne peut pas être négatif.", "negative")
        return price

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        begins, ends = given.get("valid_from"), given.get("valid_to")
        if begins and ends and ends < begins:
            self.add_error("valid_to", f"Un tarif ne finit pas avant de commencer, le {begins:%d/%m/%Y}.")
        return given


def typed_rate(rate: Decimal) -> str:
    """A rate of VAT as the value of a choice: 5.5."""
    return f"{rate.normalize():f}"


def typed_price(price: Decimal) -> str:
    """A unit price as a field holds it, with the decimals it needs, two at least: 42,00 or 35,123457."""
    return format_plain(price) if has_decimals_within(price, 2) else f"{price.normalize():f}".replace(".", ",")


class FirstTariffForm(TariffFields):
    """The first tariff of a new item; without a name or a price there is none."""

    def __init__(self, data: Any, *, tariff: Tariff, rates: Iterable[Decimal]) -> None:
        super().__init__(
            data, instance=tariff, rates=rates, prefix="tariff", empty_permitted=True, use_required_attribute=False
        )

    def has_changed(self) -> bool:
        return any((self[name].data or "").strip() for name in ("name", "price"))

    def tariffs(self) -> list[Tariff]:
        """What a valid form says, not saved."""
        return [self.instance] if self.has_changed() else []


class TariffForm(VersionedForm, TariffFields):
    """A tariff of an item that is there; it carries the item's version."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.item.version


class TariffEndForm(VersionedForm):
    """The last day of a tariff."""

    valid_to = forms.DateField(
        label="Dernier jour de validité", widget=DAY, error_messages=NO_SUCH_DAY, help_text="Ce jour compris."
    )

    def __init__(self, data: Any, *, tariff: Tariff, today: date) -> None:
        super().__init__(data, initial={"version": tariff.item.version, "valid_to": tariff.valid_to or today})


class TariffSearchForm(forms.Form):
    """What is looked for in the catalogue, from the address. on: today if it says none; ttc: as the company types."""

    q = forms.CharField(label="Code ou nom", max_length=120, required=False)
    on = forms.DateField(label="Valable le", required=False, widget=DAY, error_messages=NO_SUCH_DAY)
    kind = forms.ChoiceField(
        label="Type",
        required=False,
        choices=[("", "Tous"), *Item.Kind.choices],
        error_messages={"invalid_choice": CHOICE},
    )
    ttc = forms.TypedChoiceField(
        label="Prix",
        required=False,
        choices=[("", "Comme saisis"), ("1", "TTC"), ("0", "HT")],
        coerce=lambda value: value == "1",
        empty_value=None,
        error_messages={"invalid_choice": CHOICE},
    )


class CategoryForm(SettingsForm):
    """A heading of the catalogue."""

    class Meta:
        model = Category
        fields = ["name", "position"]
        labels = {"name": "Nom", "position": "Ordre"}
        help_texts = {"position": "Les catégories paraissent par ordre croissant, puis par nom."}
