"""The forms of an e-mail to a client, and of what such e-mails say."""

from collections.abc import Sequence
from typing import Any

from django import forms

from clients.letters import Letter, Text, faults
from clients.models import EMAIL_REFUSED, Mail
from ledger.forms import PostingForm
from ledger.models import Operation

NO_ADDRESS = "Aucune adresse e-mail n’est connue pour ce client\u00a0: tapez-la ici, ou complétez sa fiche."
BREAKS = "Un objet tient sur une ligne."


class SuggestedInput(forms.EmailInput):
    """An address to type, with those that are known to choose from."""

    template_name = "components/suggested_input.html"

    def __init__(self, known: Sequence[str] = ()) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.known = known

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        attrs = {**(attrs or {}), "list": f"{name}-known"}
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["known"] = self.known
        return context


class RecipientForm(PostingForm):
    """Whom an e-mail goes to. known: the addresses of the client, the likeliest first."""

    operation_kind = Operation.Kind.MAIL

    recipient = forms.EmailField(label="Destinataire", max_length=254, error_messages=EMAIL_REFUSED)

    def __init__(self, data: Any = None, *, known: Sequence[str], initial: dict[str, Any] | None = None) -> None:
        first = {"recipient": known[0]} if known else {}
        super().__init__(data, initial={**first, **(initial or {})})
        field = self.fields["recipient"]
        field.widget = SuggestedInput(known)
        if not known:
            field.help_text = NO_ADDRESS
            field.error_messages["required"] = NO_ADDRESS


class MailForm(RecipientForm):
    """An e-mail as it will leave: its fields are filled in already, and all of it may be changed."""

    subject = forms.CharField(label="Objet", max_length=200)
    body = forms.CharField(label="Texte", max_length=10_000, widget=forms.Textarea(attrs={"rows": 12}))

    def __init__(self, data: Any = None, *, known: Sequence[str], text: Text) -> None:
        super().__init__(data, known=known, initial={"subject": text.subject, "body": text.body})

    def clean_subject(self) -> str:
        return _one_line(self.cleaned_data["subject"])

    def clean_body(self) -> str:
        return str(self.cleaned_data["body"]).replace("\r\n", "\n")

    @property
    def text(self) -> Text:
        """What a valid form says."""
        return Text(self.cleaned_data["subject"], self.cleaned_data["body"])


class ResendForm(RecipientForm):
    """That an e-mail is sent again, to the same address or another."""

    def __init__(self, data: Any = None, *, mail: Mail, known: Sequence[str]) -> None:
        super().__init__(data, known=list(dict.fromkeys([mail.recipient, *known])))
        self.fields["recipient"].label = "Renvoyer à"


class TemplateForm(forms.Form):
    """What the e-mails of one kind say, with the fields that they may name."""

    subject = forms.CharField(label="Objet", max_length=150)
    body = forms.CharField(label="Texte", max_length=5000, widget=forms.Textarea(attrs={"rows": 14}))

    def __init__(self, *args: Any, letter: Letter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.letter = letter

    def clean_subject(self) -> str:
        return self._known(_one_line(self.cleaned_data["subject"]))

    def clean_body(self) -> str:
        return self._known(str(self.cleaned_data["body"]).replace("\r\n", "\n"))

    def _known(self, text: str) -> str:
        if found := faults(text, self.letter.fields):
            raise forms.ValidationError(found)
        return text

    @property
    def text(self) -> Text:
        """What a valid form says."""
        return Text(self.cleaned_data["subject"], self.cleaned_data["body"])


def _one_line(subject: str) -> str:
    if "\n" in subject or "\r" in subject:
        raise forms.ValidationError(BREAKS)
    return " ".join(subject.split(" "))
