"""The forms that open a client, and that change what is known of one."""

from typing import Any

from django import forms
from django.conf import settings

from clients.checks import disagreements
from clients.forms.rows import ROW_SETS
from clients.models import CODE, EMAIL_REFUSED, FRANCE, Channel, Client, Title, VatRegime
from clients.queries import likely_duplicates, was_sent
from clients.services import FIELDS, Details, Rows
from clients.terms import AGREED
from ledger.forms import PostingForm
from ledger.models import Operation
from office.amounts import SYMBOLS
from office.editing import VersionedForm
from office.forms import digest_of
from office.identifiers import is_siren
from office.models import Site
from office.queries import company
from office.settings_forms import AnyModelForm, NumberField

NUMBERS = ("siren", "siret", "vat_number", "iban", "bic")
IDENTITY = {"name", "given_name", "phone", "siren", "siret"}
OPTIONAL = {
    "title": [("", "Sans"), *Title.choices],
    "terms": [("", "Convenues à chaque facture"), *AGREED],
    "channel": [("", "Non précisé"), *Channel.choices],
}


class ClientFields(AnyModelForm):
    """What is known of a client, with its contacts, addresses, animals and notes.

    twins: the clients that this one may be already; `anyway` says that it is none of them.
    """

    anyway = forms.BooleanField(label="Enregistrer quand même\u00a0: c’est un autre client", required=False)

    class Meta:
        model = Client
        fields = list(FIELDS)
        field_classes = dict.fromkeys(NUMBERS, NumberField)
        widgets = {"nature": forms.RadioSelect, "phone": forms.TextInput(attrs={"type": "tel"})}
        error_messages = {"email": EMAIL_REFUSED}
        labels = {"name": "Nom ou raison sociale"}
        help_texts = {
            "name": "Comme il doit paraître sur les factures.",
            "vat_exemption": "Comme il s’imprime\u00a0: Exonération de TVA, article 262 I du CGI.",
            "e_address": "Donnée par la plateforme du client\u00a0; sans elle, son SIREN en tient lieu.",
            "terms": "Proposées d’abord sur ses factures.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.twins: list[Client] = []
        data = self.data if self.is_bound else None
        self.row_sets = {name: made(data, self.instance, name) for name, made in ROW_SETS.items()}
        sites = Site.objects.filter(is_active=True) | Site.objects.filter(pk=self.instance.site_id or 0)
        self.fields["site"] = forms.ModelChoiceField(
            sites.order_by("name", "pk"), label="Établissement", required=False, empty_label="Sans établissement"
        )
        for name in ("vat_regime", "country"):
            self.fields[name].required = False  # a form that doesn't ask for them leaves the usual ones
        for name, choices in OPTIONAL.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for field in self.fields.values():
            if isinstance(field.widget, forms.TextInput):
                field.widget.attrs["autocomplete"] = "off"

    def clean_vat_regime(self) -> str:
        return self.cleaned_data["vat_regime"] or VatRegime.FRANCE

    def clean_country(self) -> str:
        return self.cleaned_data["country"] or FRANCE

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("siren") and is_siren(given.get("siret", "")[:9]):
            given["siren"] = given["siret"][:9]
        for name, sentence in disagreements(given).items():
            self.add_error(name, sentence)
        for rows in self.row_sets.values():
            if rows.is_given and not rows.is_valid():
                self.add_error(None, f"{rows.title}\u00a0: corrigez les lignes signalées.")
        return given

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors and not self.cleaned_data["anyway"] and self.asks_for_twins():
            self.twins = likely_duplicates(self.instance)
            if self.twins:
                self.add_error(None, "Ce client existe peut-être déjà\u00a0: rien n’a été enregistré.")

    def asks_for_twins(self) -> bool:
        """Whether to look for clients that this one may be already."""
        raise NotImplementedError

    @property
    def rows(self) -> Rows:
        """The rows of each kind that a valid form has a word on."""
        return {rows.kind: rows.rows() for rows in self.row_sets.values() if rows.is_given}


class ClientForm(PostingForm, ClientFields):
    """A new client."""

    operation_kind = Operation.Kind.CLIENT

    code = forms.CharField(
        label="Code",
        max_length=30,
        required=False,
        validators=[CODE],
        help_text="Sans code, le client reçoit le prochain numéro. Il ne change plus ensuite.",
    )
    currency = forms.ChoiceField(
        label="Devise", required=False, help_text="Celle de son compte\u00a0: elle ne change plus ensuite."
    )
    walk_in = forms.BooleanField(
        label="Client passager",
        required=False,
        help_text="Un seul client pour toutes les personnes de passage\u00a0: chacune a son compte, à son nom.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = company().currency
        known = dict.fromkeys((usual, *settings.CURRENCIES))
        choices = [(code, f"{code} ({SYMBOLS[code]})" if code in SYMBOLS else code) for code in known]
        self.fields["currency"].choices = choices  # type: ignore[attr-defined]
        self.fields["currency"].initial = self.usual_currency = usual

    def asks_for_twins(self) -> bool:
        return not was_sent(self.idempotency_key)

    def digest(self) -> str:
        """SHA-256 of what a valid form says, its rows too."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        return digest_of({**told, **{name: rows.told() for name, rows in self.row_sets.items() if rows.is_given}})

    def details(self) -> Details:
        """What a valid form says of the client."""
        known = {name: getattr(self.instance, name) for name in FIELDS}
        return Details(
            **known,
            code=self.cleaned_data["code"],
            currency=self.cleaned_data["currency"] or self.usual_currency,
            walk_in=self.cleaned_data["walk_in"],
            **{name: rows.rows() for name, rows in self.row_sets.items()},  # type: ignore[arg-type]
        )


class ClientEditForm(VersionedForm, ClientFields):
    """What is known of a client, to be changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def asks_for_twins(self) -> bool:
        return not IDENTITY.isdisjoint(self.changed_data)
