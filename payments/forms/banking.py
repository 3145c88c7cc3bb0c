"""The forms of Banque: a line by hand, a file of the bank, what its columns say, labels."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from ledger.forms import PostingForm
from ledger.models import BankAccount, Operation
from ledger.queries import default_bank, open_banks
from office.dates import DateOrder
from office.filters import DAY
from office.forms import NO_SUCH_DAY, AmountField
from office.settings_forms import CHOICE
from payments.banking.csv_file import FIELDS, Columns, Table, proposed
from payments.forms.rows import NUMBER
from payments.models import BankLabel
from payments.queries.banking import free_labels

HEAVIEST = 5 * 1024 * 1024
NONE = "-"


class BankField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """One of the business's open accounts at banks; the default one unless said."""

    def __init__(self, **options: Any) -> None:
        empty = options.pop("empty_label", "Choisissez")
        super().__init__(
            BankAccount.objects.none(),
            label="Compte bancaire",
            empty_label=empty,
            error_messages={"invalid_choice": CHOICE, "required": "Choisissez le compte bancaire."},
            **options,
        )


def _offer_banks(form: forms.Form) -> None:
    form.fields["bank"].queryset = open_banks()  # type: ignore[attr-defined]
    if (bank := default_bank()) is not None:
        form.initial.setdefault("bank", bank.pk)


class TransactionForm(PostingForm):
    """A bank transaction typed by hand. today: it bears no later day."""

    operation_kind = Operation.Kind.BANK_LINE

    bank = BankField()
    day = forms.DateField(label="Date", widget=DAY, error_messages=NO_SUCH_DAY)
    value_day = forms.DateField(label="Date de valeur", required=False, widget=DAY, error_messages=NO_SUCH_DAY)
    amount = AmountField(
        label="Montant",
        max_length=30,
        help_text="Avec un moins si l’argent sort\u00a0: −25,00.",
        widget=forms.TextInput(attrs=NUMBER),
    )
    label = forms.CharField(label="Libellé", max_length=140)
    reference = forms.CharField(label="Référence", max_length=80, required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial.setdefault("day", today)
        _offer_banks(self)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(f"Le {day:%d/%m/%Y} est à venir.", "future")
        return day

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError("Écrivez un autre montant que 0,00.", "nothing")
        return amount

    def said(self) -> dict[str, Any]:
        """What a valid form says of the transaction."""
        given = self.cleaned_data
        return {
            "bank": given["bank"],
            "day": given["day"],
            "value_day": given["value_day"] or given["day"],
            "amount": given["amount"],
            "label": " ".join(given["label"].split()),
            "reference": " ".join(given["reference"].split()),
        }


class StatementFileForm(forms.Form):
    """A file of the bank."""

    file = forms.FileField(
        label="Fichier de la banque",
        help_text="CFONB 120, camt.053, OFX ou CSV, 5\u00a0Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".txt,.cfonb,.120,.xml,.ofx,.csv"}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )

    called = ""  # the name of a valid form's file

    def clean_file(self) -> bytes:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        self.called = file.name or ""
        if file.size and file.size > HEAVIEST:
            raise forms.ValidationError("Ce fichier pèse plus de 5\u00a0Mo\u00a0: coupez-le.", "heavy")
        content: bytes = file.read()
        return content


class ColumnsForm(forms.Form):
    """What the columns of a bank's CSV file say."""

    order = forms.ChoiceField(
        label="Dates du fichier",
        choices=[(order.name, order.value) for order in DateOrder],
        initial=DateOrder.DAY_FIRST.name,
        help_text="Une date qui peut se lire de deux façons est refusée.",
    )

    def __init__(self, data: Mapping[str, Any] | None, *, table: Table, known: Mapping[str, int] | None = None) -> None:
        super().__init__(data)
        self.table = table
        meant = {place: name for name, place in (known or proposed(table)).items()}
        for place, heading in enumerate(table.headings):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=heading.strip() or f"Colonne {place + 1}",
                choices=[(NONE, "Ne pas lire"), *FIELDS.items()],
                initial=meant.get(place, NONE),
                error_messages={"invalid_choice": CHOICE},
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        places = self._places(given)
        wanted = [name for name in given.values() if name in FIELDS]
        if twice := next((name for name in places if wanted.count(name) > 1), None):
            raise forms.ValidationError(f"Deux colonnes disent «\u00a0{FIELDS[twice]}\u00a0».", "twice")
        missing = [FIELDS[name] for name in ("day", "label") if name not in places]
        if missing:
            raise forms.ValidationError(f"Aucune colonne ne dit «\u00a0{missing[0]}\u00a0».", "missing")
        if ("amount" in places) == bool({"debit", "credit"} & set(places)):
            raise forms.ValidationError(
                "Indiquez une colonne «\u00a0Montant signé\u00a0», ou les colonnes «\u00a0Débit\u00a0» et "
                "«\u00a0Crédit\u00a0».",
                "amount",
            )
        return given

    def columns(self) -> Columns:
        """What a valid form says."""
        return Columns(self._places(self.cleaned_data), DateOrder[self.cleaned_data["order"]])

    def rows(self, count: int = 3) -> list[tuple[Any, list[str]]]:
        """Each column's field, with what its first lines hold."""
        samples = [cells for _, cells in self.table.rows[:count]]
        return [
            (self[f"column-{place}"], [cells[place] for cells in samples]) for place in range(len(self.table.headings))
        ]

    def _places(self, given: Mapping[str, Any]) -> dict[str, int]:
        places = range(len(self.table.headings))
        return {name: place for place in places if (name := given.get(f"column-{place}")) in FIELDS}


class StatementForm(PostingForm):
    """That a file, seen as it would be taken, is taken. unknown: the account that it names and that isn't known.

    odd: whether something of it doesn't agree, so that one has to say that it is taken all the same. typed: how many
    of its lines seem typed by hand before.
    """

    operation_kind = Operation.Kind.IMPORT

    bank = BankField()
    skip_typed = forms.BooleanField(label="Laisser de côté les opérations déjà saisies à la main", required=False)
    anyway = forms.BooleanField(
        label="Importer quand même",
        error_messages={"required": "Cochez cette case si vous voulez l’importer malgré cela."},
    )

    def __init__(self, *args: Any, unknown: str | None, odd: bool, typed: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if unknown is None:
            del self.fields["bank"]
        else:
            _offer_banks(self)
            if unknown:
                self.fields["bank"].help_text = f"Le fichier nomme le compte {unknown}."
        if not odd:
            del self.fields["anyway"]
        if not typed:
            del self.fields["skip_typed"]
        else:
            self.initial.setdefault("skip_typed", True)

    @property
    def skips_typed(self) -> bool:
        """Whether a valid form leaves out what was typed by hand."""
        return bool(self.cleaned_data.get("skip_typed"))


class LabelForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """A label of no client: its name and its colour."""

    class Meta:
        model = BankLabel
        fields = ("name", "tone")
        widgets = {"tone": forms.RadioSelect}

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class LabelsForm(forms.Form):
    """Which labels a transaction bears, those of no client; and one more, by its name."""

    labels = forms.ModelMultipleChoiceField(
        BankLabel.objects.none(), label="Labels", required=False, widget=forms.CheckboxSelectMultiple
    )
    new = forms.CharField(label="Nouveau label", max_length=120, required=False)

    def __init__(self, *args: Any, chosen: Sequence[BankLabel] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["labels"].queryset = free_labels()  # type: ignore[attr-defined]
        self.initial.setdefault("labels", [label.pk for label in chosen])

    def clean_new(self) -> str:
        return " ".join(self.cleaned_data["new"].split())
