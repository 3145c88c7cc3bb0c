"""The forms of payments."""

from payments.forms.instalments import InstalmentForm

__all__ = ["InstalmentForm"]
