"""What is settled of credit notes once for all."""

from django import forms

from office.settings_forms import CHOICE


class SettlingForm(forms.Form):
    """Whether credit notes are settled as they are validated."""

    settles = forms.ChoiceField(
        label="Solder avoir automatiquement à la validation",
        choices=[("oui", "Oui"), ("non", "Non")],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOICE},
        help_text="Un avoir sur facture solde les échéances ouvertes de sa facture, les plus anciennes d’abord\u00a0; "
        "un avoir global, ce que le client doit depuis le plus longtemps. Le reste est disponible.",
    )
