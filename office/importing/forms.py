"""Forms of Paramètres > Importer: the file, then what its columns say."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from office.dates import DateOrder
from office.errors import SoldeError
from office.forms import NO_SUCH_DAY
from office.grids import Grid, read_grid
from office.importing.columns import Matching, suggested
from office.importing.subjects import Subject, Subjects

LEFT_OUT = "-"
HEAVIEST = 5 * 1024 * 1024


class FileForm(forms.Form):
    """A file to take over, and what it is about."""

    subject = forms.ChoiceField(label="Que contient ce fichier\u00a0?", widget=forms.RadioSelect)
    file = forms.FileField(
        label="Fichier",
        help_text="CSV ou XLSX, 5\u00a0Mo au plus. La première ligne porte les titres des colonnes.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )

    def __init__(self, *args: Any, subjects: Subjects, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, subject.label) for name, subject in subjects.items()]
        self.fields["subject"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("subject", choices[0][0])

    def clean_file(self) -> bytes:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size and file.size > HEAVIEST:
            raise forms.ValidationError("Ce fichier pèse plus de 5\u00a0Mo\u00a0: coupez-le.", "heavy")
        content: bytes = file.read()
        try:
            grid = read_grid(content)
        except SoldeError as error:
            reasons = getattr(error, "faults", None)
            raise forms.ValidationError(reasons[0].reason if reasons else error.message, "unreadable") from error
        if not grid.headings or not (grid.lines or grid.faults):
            raise forms.ValidationError("Ce fichier ne contient aucune ligne sous ses titres.", "empty")
        return content


class MatchingForm(forms.Form):
    """What each column of a file says, how its dates are to be read, and the day that its subject asks for."""

    order = forms.ChoiceField(
        label="Dates du fichier",
        choices=[(order.name, order.value) for order in DateOrder],
        initial=DateOrder.DAY_FIRST.name,
        help_text="Une date qui peut se lire de deux façons est refusée.",
    )
    day = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=NO_SUCH_DAY,
    )

    def __init__(self, data: Mapping[str, Any] | None, *, subject: Subject[Any], grid: Grid, today: date) -> None:
        super().__init__(data, initial={"day": today})
        self.subject = subject
        self.columns = [f"column_{place}" for place in range(len(grid.headings))]
        groups: dict[str, list[tuple[str, str]]] = {}
        for column in subject.columns:
            groups.setdefault(column.group or subject.group, []).append((column.name, column.label))
        choices = [(LEFT_OUT, "Ne pas importer"), *groups.items()]
        guesses = suggested(subject.columns, grid.headings)
        for name, heading, guess in zip(self.columns, grid.headings, guesses, strict=True):
            label = heading.strip() or "(sans titre)"
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, initial=guess or LEFT_OUT)
        if subject.day is None:
            del self.fields["day"]
        else:
            self.fields["day"].label, self.fields["day"].help_text = subject.day.label, subject.day.help_text

    def clean(self) -> None:
        chosen: dict[str, str] = {}
        for name in self.columns:
            column = self.cleaned_data.get(name, LEFT_OUT)
            if column == LEFT_OUT:
                continue
            if column in chosen:
                self.add_error(name, f"La colonne «\u00a0{self.fields[chosen[column]].label}\u00a0» le dit déjà.")
            chosen[column] = name
        for sentence in self.subject.refusals(chosen):
            self.add_error(None, sentence)

    def matching(self) -> Matching:
        """What a valid form says."""
        said = {self.cleaned_data[name]: place for place, name in enumerate(self.columns)}
        said.pop(LEFT_OUT, None)
        order = DateOrder[self.cleaned_data["order"]]
        return Matching(said, order, self.cleaned_data.get("day"))

    def rows(self, samples: Sequence[Sequence[str]]) -> list[tuple[forms.BoundField, str]]:
        """The columns of the file, each with what its first lines say."""
        said = (
            ", ".join(filter(None, (line[place].strip() for line in samples))) for place in range(len(self.columns))
        )
        return [(self[name], sample) for name, sample in zip(self.columns, said, strict=True)]
