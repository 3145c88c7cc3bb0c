"""The legal texts that documents print, and the rate of late penalties: dated settings, by their names.

What each says from which day on stands in Paramètres > Textes légaux; a document keeps those of its own day.
"""

from dataclasses import dataclass
from decimal import Decimal

from office.amounts import NO_BREAK, format_plain

PREFIX = "legal."
RATE = "{taux}"


@dataclass(frozen=True, slots=True)
class LegalText:
    """A mention of documents. when: on which ones it is printed; unit: of one that is a number, « % » or « € »."""

    key: str
    label: str
    when: str
    unit: str = ""

    @property
    def setting(self) -> str:
        """The name of its dated setting."""
        return f"{PREFIX}{self.key}"

    def typed(self, value: str) -> str:
        """What it says, as a form takes it."""
        return format_plain(Decimal(value)) if self.unit and value else value

    def read(self, value: str) -> str:
        """What it says, as it is read."""
        return f"{self.typed(value)}{NO_BREAK}{self.unit}" if self.unit and value else value


PROFESSIONALS = "Factures et avoirs des professionnels."
NOT_TAXED = "Documents qui portent une ligne sans TVA"

TEXTS = {
    text.key: text
    for text in (
        LegalText("discount", "Escompte", PROFESSIONALS),
        LegalText("penalty", "Pénalités de retard", f"{PROFESSIONALS} {RATE} y devient le taux en vigueur."),
        LegalText("penalty_rate", "Taux annuel des pénalités", "Dans le texte des pénalités de retard.", "%"),
        LegalText("recovery", "Indemnité de recouvrement", PROFESSIONALS),
        LegalText("goods", "Nature\u00a0: biens", "Documents où ne figurent que des biens."),
        LegalText("services", "Nature\u00a0: services", "Documents où ne figurent que des services."),
        LegalText("mixed", "Nature\u00a0: biens et services", "Documents où figurent des biens et des services."),
        LegalText("debits", "Option pour les débits", "Documents d’une entreprise qui a cette option."),
        LegalText("franchise", "Franchise de TVA", "Documents d’une entreprise en franchise de TVA."),
        LegalText("exempt", "Exonération", f"{NOT_TAXED}, si le client n’a pas de motif à lui."),
        LegalText("reverse_charge", "Autoliquidation", f"{NOT_TAXED}\u00a0: services à un client en autoliquidation."),
        LegalText("intra_community", "Livraison dans l’Union", f"{NOT_TAXED}\u00a0: biens, client en autoliquidation."),
        LegalText("export", "Exportation", f"{NOT_TAXED}, client hors de l’Union européenne."),
        LegalText("cash_limit", "Plafond des espèces", "Règlements en espèces d’un client.", "€"),
        LegalText(
            "cash_limit_abroad", "Plafond des espèces, non-résidents", "Particuliers qui habitent à l’étranger.", "€"
        ),
        LegalText("reminder", "Rappel", "Lettres de rappel, le premier niveau d’une relance."),
        LegalText("reminder_again", "Relance", "Lettres de relance, après un rappel."),
        LegalText("formal_notice", "Mise en demeure", "Lettres de mise en demeure."),
        LegalText("interest", "Intérêts au taux légal", "Mises en demeure des particuliers."),
        LegalText("notice", "Mention libre", "Tous les documents\u00a0: assurance, ordre, médiateur…"),
    )
}
