"""The forms of Paramètres: records as they are, and nothing that moves money."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from office.forms import NO_SUCH_DAY, AmountField
from office.identifiers import compacted, contradictions
from office.logos import BadLogo, as_png
from office.models import Company, MailServer, Role, Site, User

if TYPE_CHECKING:
    AnyModelForm = forms.ModelForm[Any]
else:
    AnyModelForm = forms.ModelForm

CHOICE = "Choisissez l’une des réponses proposées."


class SettingsForm(AnyModelForm):
    """A record of the settings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.TextInput):
                field.widget.attrs.setdefault("autocomplete", "off")

    @property
    def saved_fields(self) -> list[str]:
        """The fields of the record that a valid form has set."""
        known = {field.name for field in self.instance._meta.concrete_fields}
        return [name for name, field in self.fields.items() if name in known and not field.disabled]


class NumberField(forms.CharField):
    """An official number, typed with or without the spaces that it is read with, kept without."""

    def to_python(self, value: Any) -> str:
        return compacted(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class CompanyForm(SettingsForm):
    """The identity of the business, as its documents print it."""

    class Meta:
        model = Company
        fields = [
            *("name", "sole_trader", "legal_form", "siren", "siret", "rcs_city", "vat_number"),
            *("street", "postcode", "city", "phone", "email"),
            *("vat_scheme", "vat_on_debits", "prices_include_vat"),
        ]
        field_classes = {"siren": NumberField, "siret": NumberField, "vat_number": NumberField}
        widgets = {"phone": forms.TextInput(attrs={"type": "tel"}), "vat_scheme": forms.RadioSelect}
        help_texts = {
            "sole_trader": "Les documents portent «\u00a0EI\u00a0» après le nom.",
            "legal_form": "Comme ils s’impriment\u00a0: SELARL au capital de 20\u202f000\u00a0€.",
            "vat_on_debits": "La taxe est due dès la facture, et les documents le disent.",
            "prices_include_vat": "Au catalogue et sur les visites\u00a0; sinon, les prix se saisissent hors taxe.",
        }
        error_messages = {
            "email": {"invalid": "Écrivez l’adresse comme nom@exemple.fr."},
            "vat_scheme": {"invalid_choice": CHOICE},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vat_scheme"].choices = Company.VatScheme.choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("vat_on_debits") and given.get("vat_scheme") == Company.VatScheme.FRANCHISE:
            self.add_error("vat_on_debits", "En franchise, aucune TVA n’est due\u00a0: cette option ne va pas avec.")
        numbers = {name: given.get(name, "") for name in ("siren", "siret", "vat_number")}
        for name, sentence in contradictions(**numbers).items():
            self.add_error(name, sentence)
        return given


class LegalTextForm(forms.Form):
    """What a legal text says, and from which day on."""

    text = forms.CharField(
        label="Texte",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Vide, la mention n’est plus imprimée.",
    )
    valid_from = forms.DateField(
        label="En vigueur depuis le",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Les documents déjà émis gardent le texte de leur jour.",
        error_messages=NO_SUCH_DAY,
    )

    def clean_text(self) -> str:
        return " ".join(str(self.cleaned_data["text"]).split(" ")).replace("\r\n", "\n").strip()


class LegalNumberForm(LegalTextForm):
    """A rate in percent, or an amount, instead of a text."""

    field_order = ("text", "valid_from")
    text = AmountField(label="Valeur", required=True)

    def clean_text(self) -> str:
        number: Decimal = self.cleaned_data["text"]
        if number < 0:
            raise forms.ValidationError("Écrivez 0 ou plus.", "negative")
        return str(number)


class LegalRateForm(LegalNumberForm):
    """A rate in percent."""

    def clean_text(self) -> str:
        rate = super().clean_text()
        if Decimal(rate) > 100:
            raise forms.ValidationError("Un taux est entre 0 et 100\u00a0%.", "rate")
        return rate


class LogoForm(forms.Form):
    """A logo to upload, of which the image alone is kept."""

    logo = forms.FileField(
        label="Fichier du logo",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text="PNG ou JPEG, 1\u00a0Mo au plus.",
    )

    def clean_logo(self) -> bytes:
        file: UploadedFile[Any] = self.cleaned_data["logo"]
        try:
            return as_png(file)
        except BadLogo as error:
            raise forms.ValidationError(str(error), "logo") from None


class SiteForm(SettingsForm):
    """A site; one that is closed keeps its operations, and isn't proposed any more."""

    class Meta:
        model = Site
        fields = ["code", "name", "street", "postcode", "city", "is_active"]
        labels = {"is_active": "Ouvert"}
        help_texts = {
            "code": "Court, en capitales\u00a0: PARC, S2…",
            "is_active": "Fermé, il n’est plus proposé\u00a0; ses opérations restent.",
        }


class ClientBalancesForm(SettingsForm):
    """Which balances the client's sheet shows."""

    credit = forms.BooleanField(
        label="Montant d’avoir disponible",
        required=False,
        disabled=True,
        initial=True,
        help_text="Toujours affiché\u00a0: ce montant est obligatoire, le client doit pouvoir dépenser son avoir.",
    )

    class Meta:
        model = Company
        fields = ["shows_balance", "shows_unpaid", "shows_to_invoice"]
        labels = {
            "shows_balance": "Solde client",
            "shows_unpaid": "Montant d’impayés",
            "shows_to_invoice": "Montant à facturer",
        }


class SessionForm(SettingsForm):
    """How long a session may stay unused."""

    idle_minutes = forms.TypedChoiceField(
        label="Fin de session sans activité",
        coerce=int,
        choices=[
            *((15, "15 minutes"), (30, "30 minutes"), (60, "1 heure"), (120, "2 heures"), (240, "4 heures")),
            *((480, "8 heures"), (720, "12 heures"), (1440, "24 heures")),
        ],
        help_text="Chaque page ouverte recommence ce délai. Passé ce temps, il faut se reconnecter.",
        error_messages={"invalid_choice": CHOICE},
    )

    class Meta:
        model = Company
        fields = ["idle_minutes"]


class MailServerForm(SettingsForm):
    """Who sends the e-mails, and through which server. The password is never shown again."""

    new_password = forms.CharField(
        label="Mot de passe",
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = MailServer
        fields = ["sender_name", "sender_address", "host", "port", "security", "username"]
        help_texts = {"username": "Vide si le serveur n’en demande pas."}
        error_messages = {"sender_address": {"invalid": "Écrivez l’adresse comme nom@exemple.fr."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.password:
            self.fields["new_password"].help_text = "Un mot de passe est enregistré\u00a0; laissez vide pour le garder."

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new_password") and not given.get("username"):
            self.add_error("username", "Un mot de passe va avec un identifiant.")
        if given.get("username") and given.get("security") == MailServer.Security.NONE:
            self.add_error("security", "Le mot de passe passerait en clair\u00a0: choisissez STARTTLS ou TLS.")
        return given


class TestMessageForm(forms.Form):
    """Whom a test message goes to."""

    __test__ = False  # no test of pytest's

    to = forms.EmailField(
        label="Envoyer à",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "Écrivez l’adresse comme nom@exemple.fr."},
    )


class UserForm(SettingsForm):
    """A login that exists: who it is, and what it may do."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "role", "site"]
        labels = {"first_name": "Prénom", "last_name": "Nom", "email": "Adresse e-mail", "role": "Rôle"}
        widgets = {"role": forms.RadioSelect}
        error_messages = {
            "email": {"invalid": "Écrivez l’adresse comme nom@exemple.fr."},
            "role": {"invalid_choice": CHOICE},
            "site": {"invalid_choice": CHOICE},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = Role.choices  # type: ignore[attr-defined]
        sites = Site.objects.filter(is_active=True) | Site.objects.filter(pk=self.instance.site_id or 0)
        self.fields["site"] = forms.ModelChoiceField(
            sites.order_by("name", "pk"),
            label="Établissement",
            required=False,
            empty_label="Tous les établissements",
            help_text="Proposé d’abord dans ce que l’utilisateur saisit.",
            error_messages={"invalid_choice": CHOICE},
        )


class NewUserForm(UserForm):
    """A new login; Solde draws its first password."""

    class Meta(UserForm.Meta):
        fields = ["username", *UserForm.Meta.fields]
        labels = {**UserForm.Meta.labels, "username": "Identifiant"}
        help_texts = {"username": "Lettres, chiffres et @ . + - _"}

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError("Cet identifiant existe déjà, actif ou non.", "taken")
        return username
