"""Who sells and who buys, as a document keeps them on its day of issue."""

from collections.abc import Collection
from datetime import date
from typing import Any

from clients.models import Address, Client
from invoicing.mentions import SoldLine, is_in_franchise, mentions
from ledger.models import Party
from ledger.queries import default_bank
from office.asking import Question, records
from office.errors import SoldeError
from office.models import Site
from office.queries import company, legal_texts

PLACE = ("street", "postcode", "city", "country")
BUYER = (
    *("code", "nature", *PLACE),
    *("siren", "siret", "vat_number", "vat_regime", "vat_exemption", "e_address", "email"),
)


class TaxedInFranchise(SoldeError):
    """A business in franchise bills no VAT."""

    field = "vat_rate"

    def __init__(self) -> None:
        super().__init__("L’entreprise est en franchise de TVA\u00a0: toutes les lignes doivent être à 0\u00a0%.")


def identity_of(client: Client, party: Party | None, asked: Question[list[Address]] | None = None) -> dict[str, Any]:
    """Who a document is made out to, at the billing address if there is one, as it stands on the day of issue.

    asked: `addresses_of` the client, once asked together with other questions.
    """
    if party is not None:
        return {"code": client.code, "name": party.name, "address": party.address}
    told: dict[str, Any] = {name: getattr(client, name) for name in BUYER}
    kept = asked.answer if asked else addresses_of(client).now()
    others = {address.kind: address for address in kept}  # the first of each kind
    if billing := others.get(Address.Kind.BILLING):
        told |= {name: getattr(billing, name) for name in ("label", *PLACE)}
    if delivery := others.get(Address.Kind.DELIVERY):
        told["delivery"] = {name: getattr(delivery, name) for name in ("label", *PLACE)}
    return told | {"name": client.full_name}


def addresses_of(client: Client) -> Question[list[Address]]:
    """Ask for a client's other addresses, the newest first."""
    return records(Address, "WHERE client_id = %s ORDER BY id DESC", [client.pk])


def seller_of(
    buyer: dict[str, Any], lines: Collection[SoldLine], *, on: date, site: Site | None, follows: bool = False
) -> dict[str, Any]:
    """Who sells, where, what it is paid on, and the legal texts of a document, as of its day.

    follows: its VAT is that of another document, or of another program. Raises TaxedInFranchise.
    """
    seller = company().identity()
    if is_in_franchise(seller) and not follows and any(line.vat_rate for line in lines):
        raise TaxedInFranchise
    if bank := default_bank():
        seller["bank"] = {"name": bank.bank_name, "iban": bank.iban, "bic": bank.bic}
    if site is not None:
        seller["site"] = {"name": site.name, "address": site.address}
    return seller | {"mentions": mentions(legal_texts(on), seller=seller, buyer=buyer, lines=lines)}
