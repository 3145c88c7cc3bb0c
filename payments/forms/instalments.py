"""How an instalment is to be collected."""

from typing import Any

from django import forms

from invoicing.models import Instalment
from ledger.models import BankAccount
from office.forms import NO_SUCH_DAY
from office.settings_forms import CHOICE, AnyModelForm
from payments.queries import payment_types


class InstalmentForm(AnyModelForm):
    """What is planned for an instalment; its date and amount stay as they were issued."""

    class Meta:
        model = Instalment
        fields = ["planned_on", "method", "bank", "reminder", "note"]
        labels = {"planned_on": "Encaissement prévu le", "method": "Type de règlement prévu"}
        widgets = {"planned_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        error_messages = {
            "planned_on": NO_SUCH_DAY,
            "reminder": {"invalid_choice": CHOICE},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [(way.code, way.label) for way in payment_types()]
        self.fields["method"] = forms.ChoiceField(
            choices=[("", "Non précisé"), *ways],
            label="Type de règlement prévu",
            required=False,
            error_messages={"invalid_choice": CHOICE},
        )
        banks = BankAccount.objects.filter(is_active=True) | BankAccount.objects.filter(pk=self.instance.bank_id or 0)
        self.fields["bank"] = forms.ModelChoiceField(
            banks.order_by("label", "pk"),
            label="Compte bancaire",
            required=False,
            empty_label="Non précisé",
            error_messages={"invalid_choice": CHOICE},
        )
