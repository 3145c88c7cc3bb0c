"""What a file can say, and which of its columns seems to say it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import TextChoices

from office.folding import sort_key


class Subject(TextChoices):
    """What a file is about."""

    CLIENTS = "clients", "Clients, avec leurs contacts, adresses et animaux"
    OPENINGS = "openings", "Soldes à nouveau"


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that a file can say. headings: other names it goes by; group: what it is about."""

    name: str
    label: str
    headings: tuple[str, ...] = ()
    group: str = "Client"

    @property
    def known_as(self) -> set[str]:
        return {sort_key(text) for text in (self.label, *self.headings)}


CONTACT, ADDRESS, ANIMAL, NOTE = "Contact", "Autre adresse", "Animal", "Note"

CLIENT_COLUMNS = (
    Column("code", "Code", ("code client", "n° client", "numéro client", "référence client")),
    Column("nature", "Nature", ("type", "type de client")),
    Column("title", "Civilité", ("titre",)),
    Column("given_name", "Prénom", ()),
    Column("name", "Nom", ("nom client", "raison sociale", "société", "client", "nom de famille")),
    Column("email", "Adresse e-mail", ("e-mail", "email", "mail", "courriel")),
    Column("phone", "Téléphone", ("tél", "tel", "mobile", "portable", "téléphone portable")),
    Column("street", "Adresse", ("rue", "adresse 1")),
    Column("postcode", "Code postal", ("cp",)),
    Column("city", "Ville", ("commune",)),
    Column("country", "Pays"),
    Column("siren", "SIREN", ("n° siren",)),
    Column("siret", "SIRET", ("n° siret",)),
    Column("vat_number", "Numéro de TVA", ("tva intracommunautaire", "n° tva", "tva")),
    Column("vat_regime", "Régime de TVA"),
    Column("vat_exemption", "Motif de l’exonération"),
    Column("iban", "IBAN"),
    Column("bic", "BIC", ("swift",)),
    Column("terms", "Conditions de règlement", ("conditions", "délai de règlement")),
    Column("e_address", "Adresse de facturation électronique"),
    Column("channel", "Envoi des documents", ("envoi",)),
    Column("site", "Établissement", ("station", "site")),
    Column("currency", "Devise", ("monnaie",)),
    Column("walk_in", "Client passager", ("passager",)),
    Column("contact_name", "Contact\u00a0: nom", ("contact", "interlocuteur", "nom du contact"), CONTACT),
    Column("contact_function", "Contact\u00a0: fonction", ("fonction",), CONTACT),
    Column("contact_phone", "Contact\u00a0: téléphone", ("téléphone du contact",), CONTACT),
    Column("contact_email", "Contact\u00a0: adresse e-mail", ("e-mail du contact",), CONTACT),
    Column("address_kind", "Autre adresse\u00a0: usage", (), ADDRESS),
    Column("address_label", "Autre adresse\u00a0: intitulé", (), ADDRESS),
    Column("address_street", "Autre adresse\u00a0: adresse", ("adresse de livraison",), ADDRESS),
    Column("address_postcode", "Autre adresse\u00a0: code postal", ("code postal de livraison",), ADDRESS),
    Column("address_city", "Autre adresse\u00a0: ville", ("ville de livraison",), ADDRESS),
    Column("address_country", "Autre adresse\u00a0: pays", ("pays de livraison",), ADDRESS),
    Column("animal_name", "Animal\u00a0: nom", ("animal", "nom de l’animal"), ANIMAL),
    Column("animal_species", "Animal\u00a0: espèce", ("espèce",), ANIMAL),
    Column("animal_breed", "Animal\u00a0: race", ("race",), ANIMAL),
    Column("animal_sex", "Animal\u00a0: sexe", ("sexe",), ANIMAL),
    Column("animal_born", "Animal\u00a0: date de naissance", ("né le", "date de naissance"), ANIMAL),
    Column("animal_chip", "Animal\u00a0: numéro de puce", ("puce", "n° puce", "identification"), ANIMAL),
    Column("note_text", "Note", ("remarque", "commentaire", "observations"), NOTE),
    Column("note_is_alert", "Note\u00a0: alerte", ("alerte",), NOTE),
)
OPENING_COLUMNS = (
    Column("code", "Code du client", ("code", "code client", "n° client", "numéro client"), "Solde"),
    Column("amount", "Solde dû (négatif\u00a0: à dépenser)", ("solde", "solde dû", "montant", "reste dû"), "Solde"),
    Column("debit", "Débit (dû par le client)", ("débit", "solde débiteur"), "Solde"),
    Column("credit", "Crédit (à dépenser)", ("crédit", "solde créditeur"), "Solde"),
    Column("due", "Échéance", ("date d’échéance", "dû le"), "Solde"),
)
COLUMNS = {Subject.CLIENTS: CLIENT_COLUMNS, Subject.OPENINGS: OPENING_COLUMNS}
NEEDED = {Subject.CLIENTS: ("name",), Subject.OPENINGS: ("code",)}


def suggested(subject: Subject, headings: Sequence[str]) -> list[str]:
    """What each column of a file seems to say, by its heading; empty where none is known. Nothing twice."""
    found: list[str] = []
    for heading in headings:
        name = next((column.name for column in COLUMNS[subject] if sort_key(heading) in column.known_as), "")
        found.append("" if name in found else name)
    return found
