import pytest

from clients.filters import ClientFilter
from clients.queries import found
from clients.searching import dialled, is_number
from clients.services import Details, open_clients
from office.clock import today


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("06 12 34 56 78", "0612345678"),
        ("06.12.34.56.78", "0612345678"),
        ("+33 6 12 34 56 78", "0612345678"),
        ("+33 (0)6 12 34 56 78", "0612345678"),
        ("0033 6 12 34 56 78", "0612345678"),
        ("+32 2 555 12 12", "+3225551212"),
        ("", ""),
    ],
)
def test_a_number_is_dialled_the_same_however_it_is_written(written, digits):
    assert dialled(written) == digits


@pytest.mark.parametrize("text", ["0612345678", "06 12 34 56 78", "+33 6 12 34", "(04) 78 00 00 01"])
def test_a_number_is_told_from_words(text):
    assert is_number(text)


@pytest.mark.parametrize("text", ["", "C-00042", "12", "Delmas", "FAC-2026-00001"])
def test_words_are_told_from_a_number(text):
    assert not is_number(text)


@pytest.fixture
def clients(db):
    return open_clients(
        [
            Details("Éléonore Lefèvre", code="LEF", email="eleonore@example.org", phone="06 12 34 56 78"),
            Details("L’Œuvre des Ormes", code="OEU", phone="+33 4 78 00 00 01"),
            Details("Böhmerwald", code="998877"),
        ]
    )


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("eleonore", ["LEF"]),
        ("ELEONORE", ["LEF"]),
        ("Éléonore", ["LEF"]),
        ("lefevre éléo", ["LEF"]),
        ("oeuvre", ["OEU"]),
        ("l'œuvre", ["OEU"]),
        ("bohmer", ["998877"]),
        ("lef", ["LEF"]),
        ("@EXAMPLE.org", ["LEF"]),
        ("0612345678", ["LEF"]),
        ("06.12.34.56.78", ["LEF"]),
        ("06 12 34 56 78", ["LEF"]),
        ("+33612345678", ["LEF"]),
        ("0478000001", ["OEU"]),
        ("04 78 00 00 01", ["OEU"]),
        ("998877", ["998877"]),
        ("100%", []),
        ("_", []),
        ("lefevre ormes", []),
        ("", ["998877", "LEF", "OEU"]),
        ("   ", ["998877", "LEF", "OEU"]),
    ],
)
def test_clients_are_found_by_any_word_or_number_of_theirs(clients, text, codes):
    assert [client.code for client in found(text)] == codes


def test_an_archived_client_is_found_only_if_asked_for(clients):
    clients[0].is_archived = True
    clients[0].save()

    assert not ClientFilter({"q": "eleonore"}, found(), today=today()).qs.exists()
    assert ClientFilter({"q": "eleonore", "archived": "tous"}, found(), today=today()).qs.get() == clients[0]
