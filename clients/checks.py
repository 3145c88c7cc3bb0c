"""What the facts about a client say against one another, whether typed or imported."""

from collections.abc import Mapping
from typing import Any

from clients.models import Channel, VatRegime
from office.identifiers import contradictions


def disagreements(told: Mapping[str, Any]) -> dict[str, str]:
    """What can't be true together, by field, in a French sentence. told: the fields of a client."""
    given = {name: told.get(name) or "" for name in NAMES}
    found = contradictions(siren=given["siren"], siret=given["siret"], vat_number=given["vat_number"])
    match given["vat_regime"]:
        case VatRegime.EXEMPT if not given["vat_exemption"]:
            found["vat_exemption"] = "Écrivez le motif\u00a0: la facture doit le porter."
        case VatRegime.REVERSE_CHARGE if not given["vat_number"] or given["vat_number"].startswith("FR"):
            found["vat_number"] = "L’autoliquidation demande le numéro de TVA d’un autre État de l’Union."
    match given["channel"]:
        case Channel.EMAIL if not given["email"]:
            found["channel"] = "L’envoi par e-mail demande une adresse e-mail."
        case Channel.E_INVOICE if not (given["e_address"] or given["siren"]):
            found["channel"] = "La facture électronique demande un SIREN ou une adresse de facturation électronique."
    return found


NAMES = ("siren", "siret", "vat_number", "vat_regime", "vat_exemption", "channel", "email", "e_address")
