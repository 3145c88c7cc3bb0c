"""The clock, which only views, commands and jobs read: everything else is told the day."""

from datetime import date

from django.utils.timezone import localdate


def today() -> date:
    """The day it is here, in the company's time zone."""
    return localdate()
