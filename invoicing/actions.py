"""What the state of an invoice doesn't allow, and why: its menus show it, services refuse it.

The reasons are short: they stand under the action.
"""

from typing import Any

from invoicing.statuses import CANCELLED, DRAFT

DRAFTED = "la facture n’est pas émise"
FORMAL = "cette facture annule un avoir"
SETTLED = "il ne reste rien dû"
GONE = "la facture est annulée"
CREDITED = "tout est déjà crédité"
ALL = ("cancel", "credit", "use_credit", "settle", "reschedule", "dispute", "slip", "mail")


def refusals(invoice: Any) -> dict[str, str]:
    """Why each action isn't possible, by its name; those that are possible are left out.

    invoice: a row of `with_status`.
    """
    if invoice.status == DRAFT:
        return dict.fromkeys(ALL, DRAFTED)
    found: dict[str, str] = {}
    if not invoice.left:
        found |= dict.fromkeys(("use_credit", "settle", "reschedule"), GONE if invoice.status == CANCELLED else SETTLED)
        if not invoice.disputed:
            found["dispute"] = found["reschedule"]
    if invoice.formal:
        found |= dict.fromkeys(("cancel", "credit"), FORMAL)
    elif invoice.status == CANCELLED:
        found |= {"cancel": "la facture est déjà annulée", "credit": GONE}
    elif invoice.credited >= invoice.ttc.amount:
        found |= dict.fromkeys(("cancel", "credit"), CREDITED if invoice.ttc.amount else "son total est de 0,00")
    return found
