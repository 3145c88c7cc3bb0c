"""Records that several people edit: each has a version, and the second to save is told what the first changed."""

from collections.abc import Sequence
from typing import Any, Protocol, cast

from django import forms
from django.http import QueryDict

from office.errors import SoldeError
from office.models import RecordedChange


class SavedMeanwhile(SoldeError):
    """Somebody else saved the record since the form was opened. version: the record's now."""

    def __init__(self, version: int) -> None:
        super().__init__(
            "Un autre utilisateur a modifié cette fiche pendant votre saisie\u00a0: rien n’a été enregistré. Vérifiez "
            "ce qui a changé, puis enregistrez de nouveau\u00a0: votre saisie remplacera ce qui la contredit."
        )
        self.version = version


class ChangedMeanwhile(SavedMeanwhile):
    """The same of a record with a history. changes: what they did."""

    def __init__(self, changes: Sequence[RecordedChange], version: int) -> None:
        super().__init__(version)
        self.changes = changes


class Versioned(Protocol):
    """A record that counts how often it was saved."""

    version: int

    def refresh_from_db(self) -> None:
        """Read the record anew."""


def check_version(record: Versioned, seen: int | None) -> None:
    """Read a record anew, under the lock that keeps others off it; None where nobody edited it on a page.

    Raises SavedMeanwhile if it isn't the version that was seen any more.
    """
    record.refresh_from_db()
    if seen is not None and record.version != seen:
        raise SavedMeanwhile(record.version)


class VersionedForm(forms.Form):
    """A form on a record with a version, the one the form was opened with; the view gives it as initial value."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), "Cette page n’est plus à jour\u00a0: rouvrez-la."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meanwhile: SavedMeanwhile | None = None

    def catch_up(self, told: SavedMeanwhile) -> None:
        """Show what was changed meanwhile; sent once more, the form is meant for the record as it is now."""
        self.add_error(None, told.message)
        self.meanwhile = told
        self.data = {**cast("QueryDict", self.data).dict(), "version": str(told.version)}
