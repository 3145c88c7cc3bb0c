"""The forms of credit notes."""

from credits.forms.cancelling import CancelInvoiceForm

__all__ = ["CancelInvoiceForm"]
