"""What can be done with a credit note, and by whom; the services decide again."""

from typing import Any

from django.urls import reverse

from credits.statuses import CANCELLED, DRAFT
from office.acts import Act, acts_for
from office.models import Role

GLOBAL = "c’est un avoir global"


def note_acts(note: Any, role: Role) -> list[Act]:
    """The acts on a credit note, as somebody of this role sees them. note: a row of `with_left`."""
    if note.status == DRAFT:
        acts = [
            Act("Voir le brouillon", "file-text", reverse("credit_note_detail", args=[note.pk])),
            Act("Modifier", "pencil", reverse("credit_note_edit", args=[note.pk])),
            Act("Imprimer le brouillon", "printer", reverse("credit_note_pdf", args=[note.pk]), apart=True),
        ]
    else:
        acts = _acts(note)
    return acts_for(role, acts)


def _acts(note: Any) -> list[Act]:
    key, of = note.document_id, note.invoice
    gone = "l’avoir est annulé" if note.status == CANCELLED else ""
    used = "" if note.left else "il n’en reste rien"
    kept = "" if note.left > note.reserved else "il est réservé pour la prochaine facture"
    begun = (
        "" if note.left == note.ttc.amount and not note.reserved else "il est utilisé ou réservé, au moins en partie"
    )
    return [
        Act("Voir l’avoir d’origine", "file-text", reverse("document", args=[key])),
        Act("Envoyer l’avoir par e-mail", "mail", reverse("credit_note_mail", args=[note.pk])),
        Act("Imprimer l’avoir", "printer", reverse("credit_note_pdf", args=[note.pk]), apart=True),
        Act(
            "Voir la facture d’origine",
            "file-text",
            reverse("document", args=[of.document_id]) if of else "",
            why_not="" if of else GLOBAL,
        ),
        Act(
            "Imprimer la facture d’origine",
            "printer",
            reverse("invoice_pdf", args=[of.pk]) if of else "",
            why_not="" if of else GLOBAL,
            apart=True,
        ),
        Act(
            "Passer l’avoir en remboursement",
            "banknote",
            reverse("credit_refund", args=[key]),
            Role.ACCOUNTANT,
            gone or used or kept,
        ),
        Act(
            "Utiliser l’avoir sur une future échéance",
            "arrow-right-left",
            reverse("credit_use", args=[key]),
            why_not=gone or used,
        ),
        Act("Annuler l’avoir", "circle-x", reverse("credit_note_cancel", args=[note.pk]), why_not=gone or begun),
    ]
