"""Which clients get a statement, of what, and how it is handed out."""

from collections.abc import Collection
from typing import Any

from django import forms

from clients.models import Client
from ledger.forms import PostingForm
from ledger.models import Operation
from office.forms import digest_of
from office.periods import Preset
from office.settings_forms import CHOICE, AnyModelForm
from statements.forms.base import PeriodForm, SiteField
from statements.models import Basis, Choice, RoundSchedule
from statements.queries import Wanted
from statements.rounds.queries import Chosen

PAPER, EVERYTHING, ARCHIVE = "paper", "everything", "zip"


class RoundFilterForm(PeriodForm):
    """Which clients, and of what their statements are; without a period, of last month."""

    BEGINS = Preset.LAST_MONTH

    choice = forms.ChoiceField(
        label="Clients", choices=Choice.choices, required=False, error_messages={"invalid_choice": CHOICE}
    )
    site = SiteField()
    basis = forms.ChoiceField(
        label="Montants", choices=Basis.choices, required=False, error_messages={"invalid_choice": CHOICE}
    )
    words = forms.CharField(label="Code ou nom", required=False, max_length=120)
    unsettled = forms.BooleanField(label="Seulement ce qui n’est pas soldé", required=False)

    def chosen(self) -> Chosen:
        """What a valid form asks for."""
        given = self.cleaned_data
        period = given["period"]
        wanted = Wanted(period, Basis(given["basis"] or Basis.TTC), given["site"], unsettled=given["unsettled"])
        choice = Choice(given["choice"] or Choice.ALL)
        return Chosen(choice, wanted, period.end or self.today, given["words"].strip())

    @property
    def about(self) -> str:
        """What a valid form chooses, in words."""
        chosen = self.chosen()
        site = "" if chosen.wanted.where.is_everywhere else str(chosen.wanted.where)
        words = f"«\u00a0{chosen.words}\u00a0»" if chosen.words else ""
        said = [chosen.choice.label, str(chosen.wanted.period), site, f"montants {chosen.wanted.basis.label}", words]
        return ", ".join(filter(None, [*said, "non soldé" if chosen.wanted.unsettled else ""]))


class RoundForm(PostingForm):
    """The clients that are ticked. others: those of a long choice that aren't shown to be ticked one by one."""

    operation_kind = Operation.Kind.STATEMENT

    clients = forms.ModelMultipleChoiceField(Client.objects.order_by("pk"), label="Clients", required=False)
    others = forms.BooleanField(label="Les autres clients de la sélection", required=False)
    sends = forms.BooleanField(
        label="Envoyer aussitôt les e-mails",
        required=False,
        help_text="Aux clients qui reçoivent leurs documents par e-mail. Les autres s’impriment depuis la page du lot.",
    )

    def __init__(self, data: Any = None, *, shown: Collection[int], ticked: bool, about: str) -> None:
        super().__init__(data, initial={"clients": list(shown) if ticked else [], "others": ticked})
        self.about, self.shown = about, shown

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "clients" in given and not given["clients"] and not given.get("others"):
            self.add_error("clients", "Cochez au moins un client.")
        return given

    def digest(self) -> str:
        return digest_of({"about": self.about, "form": super().digest()})

    @property
    def ticked(self) -> set[str]:
        """The keys of the clients that are ticked."""
        field = self["clients"]
        return {str(key) for key in (field.data if self.is_bound else field.initial) or ()}

    @property
    def only(self) -> list[int] | None:
        """The keys of the clients that a valid form keeps; None where all are, but for some."""
        return None if self.cleaned_data["others"] else [client.pk for client in self.cleaned_data["clients"]]

    @property
    def but(self) -> list[int]:
        """The keys of the clients that a valid form leaves out."""
        if not self.cleaned_data["others"]:
            return []
        return sorted(set(self.shown) - {client.pk for client in self.cleaned_data["clients"]})


class RoundFileForm(forms.Form):
    """Which statements of a round are put into one file, and of what kind."""

    what = forms.ChoiceField(
        label="Fichier",
        choices=[
            (PAPER, "Un PDF à imprimer\u00a0: les clients au courrier, pas encore imprimés"),
            (EVERYTHING, "Un PDF à imprimer\u00a0: tous les relevés du lot"),
            (ARCHIVE, "Un ZIP\u00a0: un PDF par client"),
        ],
        initial=PAPER,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOICE},
    )


class RoundSendForm(PostingForm):
    """That the statements of a round go to the clients who get e-mails."""

    operation_kind = Operation.Kind.MAIL


class ScheduleForm(AnyModelForm):
    """When statements are made each month, of whom, and whether their e-mails leave by themselves."""

    is_on = forms.BooleanField(label="Faire les relevés chaque mois", required=False)

    class Meta:
        model = RoundSchedule
        fields = ["day", "choice", "basis", "sends"]
        labels = {"sends": "Envoyer aussitôt les e-mails"}
        help_texts = {
            "day": "Le dernier jour, d’un mois plus court. Les relevés portent sur le mois d’avant.",
        }
        error_messages = {
            "day": {"invalid": "Écrivez un jour du mois, de 1 à 31."},
            "choice": {"invalid_choice": CHOICE},
            "basis": {"invalid_choice": CHOICE},
        }

    def __init__(self, data: Any = None, *, instance: RoundSchedule) -> None:
        super().__init__(data, instance=instance, initial={"is_on": instance.is_on})
        self.order_fields(["is_on", "day", "choice", "basis", "sends"])
