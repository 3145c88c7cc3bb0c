"""The pages of the business: its door, its settings, its event log."""

from office.views.door import home

__all__ = ["home"]
