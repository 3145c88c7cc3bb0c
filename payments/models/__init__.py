"""Money in and out, what proves it, and where it lies."""

from payments.models.money import BANK, Attachment, Incident, Movement, Payment, PaymentType, Refund

__all__ = ["BANK", "Attachment", "Incident", "Movement", "Payment", "PaymentType", "Refund"]
