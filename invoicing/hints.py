"""What should be put right on a client's sheet before it is invoiced."""

from clients.models import FRANCE, Client

NO_SIREN = "Ce client professionnel n’a pas de SIREN\u00a0: sa facture électronique serait refusée. Complétez sa fiche."


def hints(client: Client) -> list[str]:
    """What an e-invoice to a client would be refused for, by the French rules for professionals."""
    return [NO_SIREN] if client.is_company and client.country == FRANCE and not client.siren else []
