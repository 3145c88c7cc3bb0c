"""Money in and out, what proves it, and where it lies."""

from payments.models.bank import BankColumns, BankImport, BankLabel, BankLink, BankTransaction
from payments.models.batches import SettlingBatch
from payments.models.money import BANK, Attachment, Incident, Movement, Payment, PaymentType, Refund
from payments.models.till import CardDeposit, CashClosing, CashMove, Deposit, Deposited

__all__ = [
    "BANK",
    "Attachment",
    "BankColumns",
    "BankImport",
    "BankLabel",
    "BankLink",
    "BankTransaction",
    "CardDeposit",
    "CashClosing",
    "CashMove",
    "Deposit",
    "Deposited",
    "Incident",
    "Movement",
    "Payment",
    "PaymentType",
    "Refund",
    "SettlingBatch",
]
