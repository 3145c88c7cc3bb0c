"""The catalogue of the demo's clinic: what it does and sells, in categories, with prices VAT included."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from invoicing.models import Item, Nature

BREEDER, CHARITY = "Éleveur", "Association"
CARE, SURGERY, GOODS, SELDOM = "care", "surgery", "goods", "seldom"  # how wares come into a basket


@dataclass(frozen=True, slots=True)
class Ware:
    """An item and its price; others: by name of tariff. former: what it cost before this year. rate: of VAT, in %."""

    name: str
    price: str
    group: str = CARE
    others: Mapping[str, str] = field(default_factory=dict)
    former: str = ""
    rate: str = "20"
    is_archived: bool = False

    @property
    def amount(self) -> Decimal:
        """The usual price."""
        return Decimal(self.price)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category and its wares, all of one type."""

    category: str
    kind: Item.Kind
    wares: tuple[Ware, ...]

    @property
    def nature(self) -> Nature:
        """What its wares are for VAT."""
        return Nature.GOODS if self.kind == Item.Kind.PRODUCT else Nature.SERVICE


SHELVES = (
    Shelf(
        "Consultations",
        Item.Kind.PROCEDURE,
        (
            Ware("Consultation", "42.00", others={BREEDER: "36.00", CHARITY: "30.00"}, former="40.00"),
            Ware("Consultation de suivi", "28.00"),
            Ware("Consultation d’urgence", "75.00", SELDOM),
            Ware("Consultation de comportement", "85.00", SELDOM),
            Ware("Téléconsultation", "25.00", SELDOM),
            Ware("Visite à domicile", "65.00", SELDOM),
        ),
    ),
    Shelf(
        "Prévention",
        Item.Kind.PROCEDURE,
        (
            Ware("Vaccin annuel", "68.00", others={BREEDER: "54.00"}),
            Ware("Primovaccination", "62.00", SELDOM, {BREEDER: "49.00"}),
            Ware("Vaccin contre la rage", "48.00"),
            Ware("Vaccin annuel, ancien protocole", "64.00", SELDOM, is_archived=True),
            Ware("Identification par puce", "72.00", others={CHARITY: "55.00"}),
            Ware("Passeport européen", "25.00", SELDOM),
            Ware("Coupe de griffes", "14.50"),
        ),
    ),
    Shelf(
        "Examens et analyses",
        Item.Kind.PROCEDURE,
        (
            Ware("Bilan sanguin", "89.50"),
            Ware("Bilan préopératoire", "64.00", SELDOM),
            Ware("Analyse d’urine", "32.00"),
            Ware("Test FIV et FeLV", "52.00", SELDOM),
            Ware("Cytologie", "45.00", SELDOM),
            Ware("Radiographie", "76.00"),
            Ware("Échographie", "98.00", former="95.00"),
            Ware("Électrocardiogramme", "58.00", SELDOM),
        ),
    ),
    Shelf(
        "Soins et chirurgie",
        Item.Kind.PROCEDURE,
        (
            Ware("Pansement", "19.80"),
            Ware("Injection", "12.50", SELDOM),
            Ware("Perfusion", "38.00", SELDOM),
            Ware("Suture", "68.00", SELDOM),
            Ware("Journée d’hospitalisation", "62.00", SELDOM),
            Ware("Anesthésie", "55.00", SELDOM),
            Ware("Détartrage", "165.00"),
            Ware("Castration", "130.00", SURGERY, {CHARITY: "85.00"}),
            Ware("Stérilisation", "245.00", SURGERY, {CHARITY: "160.00"}),
            Ware("Exérèse de masse", "420.00", SURGERY),
            Ware("Ostéosynthèse", "890.00", SURGERY),
        ),
    ),
    Shelf(
        "Pharmacie",
        Item.Kind.PRODUCT,
        (
            Ware("Vermifuge", "11.90", GOODS),
            Ware("Antiparasitaire, 3 pipettes", "32.40", GOODS),
            Ware("Anti-inflammatoire 10 jours", "23.60", GOODS),
            Ware("Antibiotique 7 jours", "18.90", GOODS),
            Ware("Collyre", "14.20", GOODS),
            Ware("Pommade cicatrisante", "13.40", GOODS),
            Ware("Collerette", "12.00", GOODS),
        ),
    ),
    Shelf(
        "Alimentation et hygiène",
        Item.Kind.PRODUCT,
        (
            Ware("Croquettes rénales 4 kg", "46.90", GOODS),
            Ware("Croquettes digestives 2 kg", "27.80", GOODS),
            Ware("Croquettes chiot 12 kg", "64.50", GOODS, {BREEDER: "55.00"}, former="61.90"),
            Ware("Pâtée de convalescence", "3.20", GOODS),
            Ware("Shampooing doux", "15.30", GOODS),
            Ware("Caisse de transport", "34.00", SELDOM),
            Ware("Livre\u00a0: bien vivre avec son chiot", "18.00", SELDOM, rate="5.5"),
        ),
    ),
    Shelf(
        "Forfaits",
        Item.Kind.SUBSCRIPTION,
        (Ware("Forfait santé chien, par mois", "19.90", SELDOM), Ware("Forfait santé chat, par mois", "15.90", SELDOM)),
    ),
    Shelf(
        "Frais",
        Item.Kind.FEE,
        (
            Ware("Frais de déplacement", "22.00", SELDOM),
            Ware("Dossier d’assurance", "15.00", SELDOM),
            Ware("Crémation collective", "95.00", SELDOM),
        ),
    ),
)


def wares(group: str) -> list[Ware]:
    """What comes into a basket in this way, in the catalogue's order."""
    return [ware for shelf in SHELVES for ware in shelf.wares if ware.group == group]
