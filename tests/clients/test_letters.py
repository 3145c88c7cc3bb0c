"""What e-mails say: fields filled in, and what a text may not name."""

import pytest

from clients.letters import LETTERS, Text, faults, filled

INVOICE = LETTERS["invoice"]


def test_fields_are_filled_in_with_or_without_accents_and_capitals():
    text = Text("Facture {Numero}", "Bonjour {client},\n{reste du} pour {ÉCHÉANCE}.")

    told = filled(text, INVOICE.examples)

    assert told == Text("Facture FAC-2026-00042", "Bonjour Mme Claire Delmas,\n80,00\u00a0€ pour 11/04/2026.")


def test_a_value_that_looks_like_a_field_is_left_alone():
    assert filled(Text("{client}", "x"), {"client": "{code}", "code": "C-1"}).subject == "{code}"


def test_a_subject_stays_on_one_line_whatever_its_fields_hold():
    assert filled(Text("{client}", "x"), {"client": "Delmas\nBcc: tous@exemple.fr"}).subject == (
        "Delmas Bcc: tous@exemple.fr"
    )


@pytest.mark.parametrize("key", LETTERS)
def test_what_solde_proposes_names_fields_that_exist_and_leaves_none_open(key):
    letter = LETTERS[key]

    told = filled(Text(letter.subject, letter.body), letter.examples)

    assert faults(letter.subject + letter.body, letter.fields) == []
    assert not {"{", "}"} & set(told.subject + told.body)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Reste {restedu}", "Le champ {restedu} n’existe pas pour cette nature d’e-mail."),
        ("Le {} du {solde}", "Le champ {solde} n’existe pas pour cette nature d’e-mail."),
        ("Bonjour {client", "Une accolade est seule\u00a0: un champ s’écrit {nom}, ouvert et fermé."),
        ("Bonjour client}", "Une accolade est seule\u00a0: un champ s’écrit {nom}, ouvert et fermé."),
    ],
)
def test_what_cannot_be_filled_in_is_told(text, told):
    assert told in faults(text, INVOICE.fields)
