import pytest
from django.urls import include, path

from office.menu import COG, MENU, SETTINGS, Entry, Group, Link, Section, addresses, links, place_among, sections
from office.models import Role, User
from office.views import home

urlpatterns = [
    path("", include("office.urls")),
    path("clients/", home, name="client_list"),
    path("clients/factures/", home, name="client_papers"),
]

pytestmark = pytest.mark.urls(__name__)

GROUPS = (
    Group(
        "Clients",
        (
            Entry("Liste", "client_list", "users", Role.FRONT_DESK),
            Entry("Factures", "client_papers", "file-text", Role.FRONT_DESK),
        ),
    ),
    Group("Administration", (Entry("Journal", "event_list", "settings", Role.ADMINISTRATOR),)),
)


def labels_of(groups: tuple[Group, ...], role: Role) -> dict[str, list[str]]:
    return {s.label: [link.label for link in s.links] for s in sections(groups, User(role=role), "/")}


def labels(role: Role) -> dict[str, list[str]]:
    return labels_of(GROUPS, role)


def test_a_menu_has_nothing_its_user_may_not_open():
    assert labels(Role.FRONT_DESK) == labels(Role.ACCOUNTANT) == {"Clients": ["Liste", "Factures"]}
    assert labels(Role.ADMINISTRATOR) == {"Clients": ["Liste", "Factures"], "Administration": ["Journal"]}


def test_an_entry_whose_page_isnt_installed_is_left_out():
    groups = (Group("États", (Entry("Balance âgée", "aged_balance", "scale", Role.FRONT_DESK),)),)

    assert sections(groups, User(role=Role.ADMINISTRATOR), "/") == []


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/clients/", {"Liste": "page", "Factures": ""}),
        ("/clients/C-0112/", {"Liste": "true", "Factures": ""}),
        ("/clients/factures/", {"Liste": "", "Factures": "page"}),
        ("/clients/factures/12/", {"Liste": "", "Factures": "true"}),
        ("/mot-de-passe/", {"Liste": "", "Factures": ""}),
    ],
)
def test_the_nearest_entry_alone_is_current(path, current):
    (section,) = sections(GROUPS, User(role=Role.FRONT_DESK), path)

    assert {link.label: link.current for link in section.links} == current


def test_links_keep_the_order_of_their_entries():
    assert links(GROUPS[0].entries, User(role=Role.FRONT_DESK)) == [
        Link("Liste", "/clients/", "users"),
        Link("Factures", "/clients/factures/", "file-text"),
    ]


def test_the_list_of_clients_is_in_everybodys_menu():
    (clients,) = sections(MENU, User(role=Role.FRONT_DESK), "/")

    assert clients == Section("Clients", [Link("Liste des clients", "/clients/", "users")])


def test_the_settings_are_there_for_who_may_see_a_part_of_them():
    assert links(COG, User(role=Role.FRONT_DESK)) == []
    assert labels_of(SETTINGS, Role.ACCOUNTANT) == {}
    assert [link.label for link in links(COG, User(role=Role.ACCOUNTANT))] == ["Paramètres"]
    assert labels_of(MENU, Role.ACCOUNTANT)["Administration"] == ["Paramètres"]
    assert labels_of(MENU, Role.ADMINISTRATOR)["Administration"] == ["Journal des événements", "Paramètres"]
    assert labels_of(SETTINGS, Role.ADMINISTRATOR) == {
        "Établissement": ["Identité", "Établissements"],  # the banks are the ledger's, which isn't installed here
        "Textes légaux": ["Textes légaux"],
        "Paramètres généraux": ["Clients", "Sécurité"],
        "E-mails": ["Serveur d’envoi"],
        "Utilisateurs": ["Utilisateurs"],
    }


@pytest.mark.parametrize("path", ["/", "/clients/", "/clients/C-0112/", "/clients/factures/12/", "/mot-de-passe/"])
@pytest.mark.parametrize("role", Role)
def test_a_menu_is_the_same_on_the_pages_that_stand_under_one_entry(path, role):
    user = User(role=role)

    urls = addresses(GROUPS, user)
    place = place_among(urls, path)

    assert sections(GROUPS, user, place) == sections(GROUPS, user, path)
    assert place_among(urls, f"{path}x/") == place_among(urls, f"{path}y/")
