"""The main menu and the cog, as data; a page shows what the user's role may open."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.urls import NoReverseMatch

from office.addresses import url_of
from office.models import Role, User


@dataclass(frozen=True)
class Entry:
    """A link of the menu. url_name: a page without arguments, of whichever app; icon: its name in Lucide."""

    label: str
    url_name: str
    icon: str
    role: Role


@dataclass(frozen=True)
class Group:
    """Entries under one heading; under none, what stands first."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Link:
    """An entry as one page shows it. current: "page" when it is that page, "true" when it leads above it."""

    label: str
    url: str
    icon: str
    current: str = ""


@dataclass(frozen=True)
class Section:
    """The links of a group that a user sees."""

    label: str
    links: list[Link]


MENU = (
    Group("", (Entry("Aujourd’hui", "today", "sun", Role.FRONT_DESK),)),
    Group(
        "Clients",
        (
            Entry("Liste des clients", "client_list", "users", Role.FRONT_DESK),
            Entry("Nouveau règlement", "payment_create", "circle-plus", Role.FRONT_DESK),
            Entry("Règlements", "payment_list", "wallet", Role.FRONT_DESK),
            Entry("Solder les avoirs", "credits_settle", "layers", Role.ACCOUNTANT),
            Entry("Chèques et traites", "cheque_list", "signature", Role.ACCOUNTANT),
        ),
    ),
    Group(
        "Ventes",
        (
            Entry("Visites", "visit_list", "stethoscope", Role.FRONT_DESK),
            Entry("À facturer", "waiting_visits", "file-clock", Role.FRONT_DESK),
            Entry("Factures", "invoice_list", "file-text", Role.FRONT_DESK),
            Entry("Avoirs", "credit_note_list", "receipt", Role.FRONT_DESK),
            Entry("Catalogue", "item_list", "tags", Role.FRONT_DESK),
        ),
    ),
    Group(
        "Banque",
        (
            Entry("Opérations", "bank_lines", "landmark", Role.ACCOUNTANT),
            Entry("Importer un relevé", "bank_import", "file-up", Role.ACCOUNTANT),
            Entry("Labels", "bank_labels", "tag", Role.ACCOUNTANT),
        ),
    ),
    Group(
        "États",
        (
            Entry("Extrait de compte", "extract_choose", "scroll-text", Role.FRONT_DESK),
            Entry("Relevés", "round_list", "mails", Role.ACCOUNTANT),
            Entry("Échéancier", "due_list", "calendar-clock", Role.ACCOUNTANT),
            Entry("Relances", "reminder_list", "megaphone", Role.ACCOUNTANT),
            Entry("Balance âgée", "aged_balance", "hourglass", Role.ACCOUNTANT),
            Entry("Encours", "outstanding", "trending-up", Role.ACCOUNTANT),
            Entry("Encaissements à venir", "expected", "calendar-arrow-down", Role.ACCOUNTANT),
            Entry("Clients passagers", "walk_ins", "footprints", Role.ACCOUNTANT),
            Entry("Balance clients", "client_balances", "scale", Role.ACCOUNTANT),
            Entry("Grand livre clients", "client_books", "book-open", Role.ACCOUNTANT),
            Entry("Journal des ventes", "sales_journal", "notebook-text", Role.ACCOUNTANT),
            Entry("TVA des encaissements", "collected_vat", "percent", Role.ACCOUNTANT),
        ),
    ),
    Group(
        "Administration",
        (
            Entry("E-mails envoyés", "mail_list", "mails", Role.FRONT_DESK),
            Entry("Clôture de caisse", "till_list", "calculator", Role.FRONT_DESK),
            Entry("Journal des événements", "event_list", "scroll-text", Role.ADMINISTRATOR),
            Entry("Paramètres", "settings", "settings", Role.ACCOUNTANT),
        ),
    ),
)

COG = (
    Entry("Paramètres", "settings", "settings", Role.ACCOUNTANT),
    Entry("Exporter la liste de mes clients", "client_export_all", "download", Role.FRONT_DESK),
    Entry("Exporter mes données", "data_export", "folder-down", Role.ACCOUNTANT),
    Entry("Longs PDF", "long_prints", "file-down", Role.ACCOUNTANT),
)

# The sections of Paramètres, each with its pages; office/settings_pages.py shows them.
SETTINGS = (
    Group(
        "Établissement",
        (
            Entry("Identité", "settings_company", "building-2", Role.ADMINISTRATOR),
            Entry("Établissements", "site_list", "map-pin", Role.ADMINISTRATOR),
            Entry("Banques", "bank_list", "landmark", Role.ADMINISTRATOR),
        ),
    ),
    Group("Textes légaux", (Entry("Textes légaux", "legal_list", "scale", Role.ADMINISTRATOR),)),
    Group(
        "Paramètres généraux",
        (
            Entry("Clients", "settings_clients", "users", Role.ADMINISTRATOR),
            Entry("Sécurité", "settings_security", "lock-keyhole", Role.ADMINISTRATOR),
        ),
    ),
    Group(
        "Valeurs par défaut",
        (Entry("Fiche client", "settings_client_defaults", "sliders-horizontal", Role.ADMINISTRATOR),),
    ),
    Group(
        "Comptabilité",
        (
            Entry("Plan comptable", "account_list", "list-tree", Role.ACCOUNTANT),
            Entry("Journaux", "journal_list", "notebook-text", Role.ACCOUNTANT),
            Entry("Règlements", "settings_payments", "wallet", Role.ADMINISTRATOR),
            Entry("Verrouillage", "lock_detail", "lock", Role.ACCOUNTANT),
            Entry("Balance âgée", "settings_ageing", "hourglass", Role.ADMINISTRATOR),
            Entry("Relevés mensuels", "settings_statements", "calendar-clock", Role.ADMINISTRATOR),
        ),
    ),
    Group("Importer", (Entry("Importer", "import_start", "file-up", Role.ADMINISTRATOR),)),
    Group(
        "E-mails",
        (
            Entry("Serveur d’envoi", "settings_mail", "mail", Role.ADMINISTRATOR),
            Entry("Modèles", "mail_templates", "mail-open", Role.ADMINISTRATOR),
        ),
    ),
    Group("Utilisateurs", (Entry("Utilisateurs", "user_list", "user-cog", Role.ADMINISTRATOR),)),
)


def sections(groups: Iterable[Group], user: User, path: str) -> list[Section]:
    """What `user` sees of these groups on the page at `path`; a group without links is left out."""
    found = [Section(group.label, links(group.entries, user)) for group in groups]
    best = _nearest((link.url for section in found for link in section.links), path)
    return [
        replace(section, links=[_marked(link, path) if link.url == best else link for link in section.links])
        for section in found
        if section.links
    ]


def addresses(groups: Iterable[Group], user: User) -> tuple[str, ...]:
    """Where the links lead that `user` sees of these groups."""
    return tuple(link.url for group in groups for link in links(group.entries, user))


def place_among(urls: Iterable[str], path: str) -> str:
    """A path of which `sections` tells the same as of `path`: one of few, whichever page is asked for.

    urls: the `addresses` of its groups.
    """
    best = _nearest(urls, path)
    return best if best == path else f"{best}\n"


def _nearest(urls: Iterable[str], path: str) -> str:
    """The longest of the addresses that `path` begins with; "" if it begins with none."""
    return max((url for url in urls if path.startswith(url)), key=len, default="")


def links(entries: Iterable[Entry], user: User) -> list[Link]:
    """The entries that `user` may open, in their order."""
    return [
        Link(entry.label, url, entry.icon)
        for entry in entries
        if user.may(entry.role) and (url := _url(entry)) is not None
    ]


def _url(entry: Entry) -> str | None:
    """The entry's address; None without the app that owns it: office stands below all and asks none of them."""
    try:
        return url_of(entry.url_name)
    except NoReverseMatch:
        return None


def _marked(link: Link, path: str) -> Link:
    return replace(link, current="page" if link.url == path else "true")
