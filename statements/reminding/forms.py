"""Which late rows are asked for, how, and how firmly."""

from typing import Any

from django import forms

from ledger.forms import PostingForm
from ledger.models import OpenItem, Operation
from office.settings_forms import CHOICE
from statements.models import Reminder

AT_MOST = 200


class RemindForm(PostingForm):
    """The rows that are ticked. way: empty for what each row says; level: empty for the next of each client."""

    operation_kind = Operation.Kind.REMINDER

    item = forms.ModelMultipleChoiceField(
        OpenItem.objects.filter(is_debit=True).order_by("pk"),
        label="Échéances",
        error_messages={"required": "Cochez au moins une échéance en retard."}
        | dict.fromkeys(("invalid_choice", "invalid_pk_value", "invalid_list"), "Une de ces échéances n’existe pas."),
    )
    level = forms.TypedChoiceField(
        label="Niveau",
        choices=[("", "Le suivant"), *Reminder.Level.choices],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": CHOICE},
    )
    way = forms.ChoiceField(
        label="Mode",
        choices=[("", "Selon le mode de relance"), *Reminder.Way.choices],
        required=False,
        error_messages={"invalid_choice": CHOICE},
    )
    back = forms.CharField(required=False, widget=forms.HiddenInput, max_length=2000)

    def clean_item(self) -> Any:
        items = self.cleaned_data["item"]
        if len(items) > AT_MOST:
            raise forms.ValidationError(f"{AT_MOST} échéances au plus à la fois.", "many")
        return items

    def clean_back(self) -> str:
        back: str = self.cleaned_data["back"]
        return back if back.startswith("?") else ""

    @property
    def keys(self) -> list[int]:
        """The keys of the rows of a valid form."""
        return [item.pk for item in self.cleaned_data["item"]]
