"""What all forms share: the status they answer with, and the key that lets a form post once."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from djmoney.money import Money

from office.amounts import NotAnAmount, parse_amount
from office.visitors import is_locked_out, try_again_at

NO_SUCH_DAY = {"invalid": "Cette date n’existe pas\u00a0: écrivez-la comme 31/01/2026."}  # the errors of a date field


def form_status(form: BaseForm) -> int:
    """The HTTP status of the page that shows `form`: 422 when it was refused."""
    return 422 if form.is_bound and not form.is_valid() else 200


def digest_of(data: Mapping[str, Any]) -> str:
    """SHA-256 of cleaned input, the same for the same meaning: 10 and 10.00 are one amount.

    Raises TypeError for a kind of value it doesn't know: none is guessed.
    """
    text = json.dumps(_plain(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class AmountField(forms.CharField):
    """An amount as French desks write it, below 0 too; None where nothing is written and nothing has to be.

    places: how many decimals it may have.
    """

    def __init__(self, *, places: int = 2, **options: Any) -> None:
        super().__init__(**options)
        self.places = places

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        try:
            return parse_amount(text, self.places) if text else None
        except NotAnAmount as error:
            raise forms.ValidationError(error.message, "amount") from None


class SearchBox(forms.TextInput):
    """A field that shows what a search finds while one types; sent, it is a filter like any other.

    found: the name of the URL that answers with options.
    """

    template_name = "components/search_box.html"

    def __init__(self, found: str = "client_search", **options: Any) -> None:
        super().__init__(**options)
        self.found = found

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["found"] = self.found
        return context


class OperationForm(forms.Form):
    """A form that posts: it carries a key, so that sent twice it is booked once.

    The key is drawn when the form is first shown and comes back with a refused one.
    """

    key = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Ce formulaire a perdu sa clé\u00a0: rouvrez la page et recommencez."
        ),
    )

    @property
    def idempotency_key(self) -> UUID:
        """The key of a valid form."""
        key: UUID = self.cleaned_data["key"]
        return key

    def digest(self) -> str:
        """SHA-256 of what a valid form says, the key apart."""
        return digest_of({name: value for name, value in self.cleaned_data.items() if name != "key"})


EARLIEST = date(1900, 1, 1)  # nothing was posted before, and months can be counted back from it


class DayForm(forms.Form):
    """The day as of which a page is shown, from its address (`?on=`): today, or a past one.

    Bound only if the address names a day. A refused one is told beside the field, and the page is today's.
    """

    on = forms.DateField(
        label="Situation au",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=NO_SUCH_DAY,
    )

    def __init__(self, data: Mapping[str, Any], *, today: date, **options: Any) -> None:
        super().__init__(data if "on" in data else None, initial={"on": today}, **options)
        self.today = today
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        if on and on > self.today:
            raise forms.ValidationError(f"Le {on:%d/%m/%Y} est à venir\u00a0: choisissez un jour passé.", "future")
        if on and on < EARLIEST:
            raise forms.ValidationError(f"Choisissez un jour à partir du {EARLIEST:%d/%m/%Y}.", "too_early")
        return on

    @property
    def past(self) -> date | None:
        """The past day asked for; None for today."""
        on = self.cleaned_data.get("on") if self.is_valid() else None
        return on if on != self.today else None


class LoginForm(AuthenticationForm):
    """Name and password; a refusal doesn't tell which of them was wrong."""

    error_messages = {
        "invalid_login": "Identifiant ou mot de passe incorrect.",
        "inactive": "Identifiant ou mot de passe incorrect.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Identifiant"
        self.fields["password"].label = "Mot de passe"

    def get_invalid_login_error(self) -> forms.ValidationError:
        if self.request and is_locked_out(self.request):
            again = try_again_at(self.request, self.cleaned_data["username"])
            return forms.ValidationError(
                f"Trop d’essais manqués\u00a0: réessayez à partir de {again.hour}\u00a0h\u00a0{again:%M}.", "locked_out"
            )
        return super().get_invalid_login_error()


class OwnPasswordForm(PasswordChangeForm):
    """The current password and, twice, the new one."""

    error_messages = {
        "password_mismatch": "Les deux nouveaux mots de passe ne sont pas les mêmes.",
        "password_incorrect": "Ce n’est pas votre mot de passe actuel.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Mot de passe actuel"
        self.fields["new_password1"].label = "Nouveau mot de passe"
        self.fields["new_password2"].label = "Nouveau mot de passe, encore une fois"
        self.fields["new_password2"].help_text = ""


def _plain(value: Any) -> Any:
    """`value` in JSON's kinds, amounts without trailing zeros, rows by their key, files by their content."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return format(value.normalize() + 0, "f")  # + 0: no minus zero
        case Money():
            return {"amount": _plain(value.amount), "currency": str(value.currency)}
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Model():
            return {"model": value._meta.label, "key": _plain(value.pk)}
        case QuerySet():
            return sorted((_plain(row) for row in value), key=lambda row: str(row["key"]))
        case UploadedFile():
            return _content(value)
        case Mapping():
            return {str(name): _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    raise TypeError(f"No digest of a {type(value).__name__}")


def _content(file: "UploadedFile[Any]") -> str:
    digest = hashlib.sha256()
    chunks: Iterable[bytes] = file.chunks()
    for chunk in chunks:
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
