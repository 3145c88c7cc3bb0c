"""The forms of payments."""

from payments.forms.acting import IncidentForm, ReasonForm, RefundForm, ReleaseForm, UseForm, WriteOffForm
from payments.forms.credits import SettleForm, UndoSettlingForm, UseCreditForm
from payments.forms.instalments import InstalmentForm
from payments.forms.taking import PaymentEditForm, PaymentForm

__all__ = [
    "IncidentForm",
    "InstalmentForm",
    "PaymentEditForm",
    "PaymentForm",
    "ReasonForm",
    "RefundForm",
    "ReleaseForm",
    "SettleForm",
    "UndoSettlingForm",
    "UseCreditForm",
    "UseForm",
    "WriteOffForm",
]
