"""The forms of Paramètres > Comptabilité, and of the banks."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from ledger.models import BankAccount, GeneralAccount, Journal
from office.forms import NO_SUCH_DAY
from office.models import Site
from office.settings_forms import CHOICE, NumberField, SettingsForm

ACCOUNT_CODE = RegexValidator(r"^[1-8][0-9]{2,11}\Z", "Un numéro de compte a 3 à 12 chiffres et commence par 1 à 8.")
JOURNAL_CODE = RegexValidator(r"^[A-Z0-9]+\Z", "Un code est fait de capitales sans accent et de chiffres.")
ONE_DAY = timedelta(days=1)


class AccountForm(SettingsForm):
    """An account of the chart; once there it keeps its number."""

    class Meta:
        model = GeneralAccount
        fields = ["code", "label"]
        labels = {"code": "Numéro", "label": "Intitulé"}
        help_texts = {"code": "Selon le plan comptable\u00a0: 70611, 5121… Il ne change plus ensuite."}
        error_messages = {"code": {"unique": "Ce numéro est déjà au plan comptable."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
        if self.instance.pk:
            self.fields["code"].disabled = True
        else:
            self.fields["code"].validators.append(ACCOUNT_CODE)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not self.instance.pk and code.startswith("411"):
            raise forms.ValidationError(
                "Les comptes de clients passent tous par le 411, qui existe déjà.", "receivable"
            )
        return code


class JournalForm(SettingsForm):
    """A journal: its name, once it exists; a site's own when it is new."""

    class Meta:
        model = Journal
        fields = ["label"]
        labels = {"label": "Intitulé"}


class NewJournalForm(JournalForm):
    """A journal of one site alone, which its operations use from then on."""

    class Meta(JournalForm.Meta):
        fields = ["site", "kind", "code", "label"]
        labels = {"label": "Intitulé", "kind": "Nature", "code": "Code", "site": "Établissement"}
        help_texts = {"code": "Court, en capitales\u00a0: VEP, BQ2… Il ne change plus ensuite."}
        error_messages = {
            "code": {"unique": "Un autre journal porte déjà ce code."},
            "kind": {"invalid_choice": CHOICE},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].validators.append(JOURNAL_CODE)
        self.fields["site"] = forms.ModelChoiceField(
            Site.objects.filter(is_active=True).order_by("name", "pk"),
            label="Établissement",
            empty_label="Choisissez",
            error_messages={"invalid_choice": CHOICE},
        )


class BankForm(SettingsForm):
    """An account of the business at a bank."""

    class Meta:
        model = BankAccount
        fields = ["label", "bank_name", "iban", "bic", "account", "is_default", "is_active"]
        field_classes = {"iban": NumberField, "bic": NumberField}
        labels = {"is_default": "Compte par défaut", "is_active": "Ouvert"}
        help_texts = {
            "label": "Comme il se choisit dans les listes\u00a0: Compte courant, Livret…",
            "is_default": "Celui que les documents impriment.",
            "is_active": "Fermé, il n’est plus proposé\u00a0; ses opérations restent.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = GeneralAccount.objects.filter(code__startswith="51").order_by("code")
        self.fields["account"] = forms.ModelChoiceField(
            accounts,
            label="Compte comptable",
            empty_label="Choisissez",
            help_text="Un compte de la classe 51.",
            error_messages={"invalid_choice": CHOICE},
        )
        if self.instance.pk is None:
            self.initial["account"] = accounts.filter(code__startswith="512").values_list("pk", flat=True).first()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("is_default") and not given.get("is_active"):
            self.add_error("is_default", "Un compte fermé ne peut pas être le compte par défaut.")
        return given


class LockForm(forms.Form):
    """The day up to which the books are locked; sent a second time to confirm."""

    through = forms.DateField(
        label="Verrouiller jusqu’au (inclus)",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=NO_SUCH_DAY,
    )

    def __init__(self, data: Any = None, *, locked: date | None, today: date) -> None:
        super().__init__(data)
        self.locked = locked
        self.last = today - ONE_DAY
        attrs = self.fields["through"].widget.attrs
        attrs["max"] = self.last.isoformat()
        if locked:
            attrs["min"] = (locked + ONE_DAY).isoformat()

    def clean_through(self) -> date:
        through: date = self.cleaned_data["through"]
        if through > self.last:
            raise forms.ValidationError(
                f"Seul un jour passé se verrouille\u00a0: le {self.last:%d/%m/%Y} au plus tard.", "future"
            )
        if self.locked and through <= self.locked:
            raise forms.ValidationError(
                f"La comptabilité est déjà verrouillée jusqu’au {self.locked:%d/%m/%Y}\u00a0: ce jour n’avance pas.",
                "backwards",
            )
        return through
