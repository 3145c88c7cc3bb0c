"""What is asked of the statement of a client."""

from django import forms

from office.forms import SearchBox
from office.settings_forms import CHOICE
from statements.forms.base import PeriodForm, SiteField
from statements.queries import Basis, Wanted


class ExtractForm(PeriodForm):
    """What is asked of a client's statement."""

    basis = forms.ChoiceField(
        label="Montants", choices=Basis.choices, required=False, error_messages={"invalid_choice": CHOICE}
    )
    site = SiteField()
    unsettled = forms.BooleanField(label="Seulement ce qui n’est pas soldé", required=False)
    pairs = forms.ChoiceField(
        label="Pièces annulées",
        choices=[("", "Avec leur annulation"), ("non", "Sans")],
        required=False,
        error_messages={"invalid_choice": CHOICE},
    )

    slip = forms.ChoiceField(
        label="Coupon de paiement",
        choices=[("", "S’il reste à payer"), ("non", "Sans")],
        required=False,
        error_messages={"invalid_choice": CHOICE},
    )

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        given = self.cleaned_data
        return Wanted(
            period=given["period"],
            basis=Basis(given["basis"] or Basis.TTC),
            where=given["site"],
            unsettled=given["unsettled"],
            pairs=not given["pairs"],
            slip=not given["slip"],
        )


class ChooseForm(forms.Form):
    """The client whose statement is wanted: what is typed finds it."""

    q = forms.CharField(label="Client", required=False, max_length=120, widget=SearchBox(found="extract_search"))
