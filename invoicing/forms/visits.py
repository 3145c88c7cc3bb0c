"""The form of a visit."""

from datetime import date
from typing import Any, cast

from django import forms

from clients.models import Client
from invoicing.forms.catalogue import DAY
from invoicing.forms.lines import SitedForm
from invoicing.models import Visit
from invoicing.queries import parties_here
from invoicing.services import VisitDetails
from ledger.models import Operation, Party
from office.editing import VersionedForm
from office.forms import NO_SUCH_DAY
from office.settings_forms import CHOICE


class VisitFields(SitedForm):
    """What is known of a visit, with its basket. today: after which there is no visit yet."""

    operation_kind = Operation.Kind.VISIT

    kind = forms.ChoiceField(
        label="Nature", choices=Visit.Kind.choices, widget=forms.RadioSelect, error_messages={"invalid_choice": CHOICE}
    )
    day = forms.DateField(label="Date", widget=DAY, error_messages=NO_SUCH_DAY)
    subject = forms.CharField(
        label="Pour",
        required=False,
        max_length=120,
        help_text="L’animal, la personne ou le lieu.",
        widget=forms.TextInput(attrs={"list": "subjects", "autocomplete": "off"}),
    )
    progress = forms.ChoiceField(
        label="Avancement",
        choices=Visit.Progress.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOICE},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["day"].widget.attrs["max"] = today.isoformat()

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError("Une visite ne peut pas être datée d’un jour à venir.", "future")
        return day

    def details(self) -> VisitDetails:
        """What a valid form says, the basket apart."""
        return cast("VisitDetails", {name: self.cleaned_data[name] for name in VisitDetails.__annotations__})


class ClientForm(forms.Form):
    """For whom a visit or an invoice is to be begun."""

    q = forms.CharField(
        label="Code, nom, e-mail ou téléphone",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @property
    def text(self) -> str:
        """What is searched; nothing if it was refused."""
        return self.cleaned_data.get("q", "") if self.is_valid() else ""


NO_NAME = "Indiquez le nom du client passager."


class PasserByFields(forms.Form):
    """Who came, where it is a walk-in client; else nothing."""

    party = forms.ModelChoiceField(
        Party.objects.none(),
        label="Passager",
        required=False,
        empty_label="Une nouvelle personne",
        error_messages={"invalid_choice": CHOICE},
    )
    party_name = forms.CharField(
        label="Nom",
        required=False,
        max_length=120,
        error_messages={"required": NO_NAME},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    party_address = forms.CharField(
        label="Adresse", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = client.account
        if client.account.walk_in:
            known = parties_here(client.account)
            self.fields["party"].queryset = known  # type: ignore[attr-defined]
            self.fields["party_name"].required = not known.exists()
        else:
            for name in ("party", "party_name", "party_address"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "party_name" in given and not given.get("party") and not given["party_name"].strip():
            self.add_error("party_name", NO_NAME)
        return given

    def who(self) -> Party | None:
        """Who came, in a valid form of a walk-in client: known already, or new and not saved; else None."""
        if "party" not in self.fields:
            return None
        known: Party | None = self.cleaned_data["party"]
        name, address = self.cleaned_data["party_name"].strip(), self.cleaned_data["party_address"].strip()
        return known or Party(account=self.account, name=name, address=address)


class VisitForm(PasserByFields, VisitFields):
    """A new visit."""


class VisitEditForm(VersionedForm, VisitFields):
    """A visit that is there; it carries the version that was seen."""
