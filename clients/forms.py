"""The form that opens a client."""

from django import forms
from django.core.validators import RegexValidator

from clients.models import Client
from clients.services import Details
from ledger.forms import PostingForm
from ledger.models import Operation
from office.models import Site
from office.queries import company

CODE = RegexValidator(r"^[A-Za-z0-9+_./-]+\Z", "Un code est fait de lettres, de chiffres et de + - _ . /.")


class ClientForm(PostingForm):
    """A new client."""

    operation_kind = Operation.Kind.CLIENT

    nature = forms.ChoiceField(
        label="Nature", choices=Client.Nature.choices, initial=Client.Nature.PERSON, widget=forms.RadioSelect
    )
    name = forms.CharField(label="Nom", max_length=120, help_text="Comme il doit paraître sur les factures.")
    code = forms.CharField(
        label="Code",
        max_length=30,
        required=False,
        validators=[CODE],
        help_text="Sans code, le client reçoit le prochain numéro.",
    )
    phone = forms.CharField(
        label="Téléphone",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="Adresse e-mail",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "Écrivez l’adresse comme nom@exemple.fr."},
    )
    street = forms.CharField(label="Adresse", max_length=200, required=False)
    postcode = forms.CharField(label="Code postal", max_length=12, required=False)
    city = forms.CharField(label="Ville", max_length=80, required=False)
    site = forms.ModelChoiceField(
        Site.objects.filter(is_active=True).order_by("name", "pk"),
        label="Établissement",
        required=False,
        empty_label="Sans établissement",
    )
    walk_in = forms.BooleanField(
        label="Client passager",
        required=False,
        help_text="Un seul client pour toutes les personnes de passage\u00a0: chacune a son compte, à son nom.",
    )

    def details(self) -> Details:
        """What a valid form says of the client."""
        known = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        return Details(**known, currency=company().currency)
