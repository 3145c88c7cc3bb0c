import pytest
from django.urls import resolve, reverse


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("EX-SOLDE", "/clients/EX-SOLDE/"),
        ("A/12", "/clients/A~12/"),
        ("A/solde", "/clients/A~solde/"),
        ("C+1_2.3", "/clients/C+1_2.3/"),
        ("nouveau", "/clients/=nouveau/"),
        ("..", "/clients/=../"),
        (".", "/clients/=./"),
        ("...", "/clients/.../"),
    ],
)
def test_every_code_has_an_address_of_its_own(code, address):
    assert reverse("client_detail", args=[code]) == address
    assert resolve(address).url_name == "client_detail"
    assert resolve(address).kwargs == {"code": code}


def test_a_code_doesnt_take_the_address_of_a_new_client():
    assert resolve("/clients/nouveau/").url_name == "client_create"
