"""The forms of credit notes."""

from credits.forms.cancelling import CancelInvoiceForm
from credits.forms.drafts import (
    AmountCreditForm,
    CancelCreditForm,
    CreditEditForm,
    CreditForm,
    CreditRows,
    CreditSet,
    DeleteCreditForm,
    GlobalCreditEditForm,
    GlobalCreditForm,
    ValidateForm,
    reference_of,
)
from credits.forms.settings import SettlingForm

__all__ = [
    "AmountCreditForm",
    "CancelCreditForm",
    "CancelInvoiceForm",
    "CreditEditForm",
    "CreditForm",
    "CreditRows",
    "CreditSet",
    "DeleteCreditForm",
    "GlobalCreditEditForm",
    "GlobalCreditForm",
    "SettlingForm",
    "ValidateForm",
    "reference_of",
]
