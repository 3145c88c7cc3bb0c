"""The forms of payments."""

from payments.forms.acting import DetachForm, IncidentForm, ReasonForm, RefundForm, ReleaseForm, UseForm, WriteOffForm
from payments.forms.credits import SettleForm, UndoSettlingForm, UseCreditForm
from payments.forms.instalments import InstalmentForm
from payments.forms.settings import PaymentSettingsForm, PaymentTypeForm
from payments.forms.taking import PaymentEditForm, PaymentForm
from payments.forms.till import CashMoveForm, ClosingForm, DepositForm, PeriodForm, ThroughForm

__all__ = [
    "CashMoveForm",
    "ClosingForm",
    "DepositForm",
    "DetachForm",
    "IncidentForm",
    "InstalmentForm",
    "PaymentEditForm",
    "PaymentForm",
    "PaymentSettingsForm",
    "PaymentTypeForm",
    "PeriodForm",
    "ReasonForm",
    "RefundForm",
    "ReleaseForm",
    "SettleForm",
    "ThroughForm",
    "UndoSettlingForm",
    "UseCreditForm",
    "UseForm",
    "WriteOffForm",
]
