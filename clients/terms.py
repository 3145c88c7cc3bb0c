"""Terms of payment by name (conditions de règlement); invoicing/terms.py makes due days of them."""

from django.db.models import TextChoices


class Terms(TextChoices):
    """When an invoice is due, counted from its day."""

    RECEIPT = "receipt", "À réception"
    DAYS_30 = "days_30", "30 jours"
    DAYS_30_MONTH_END = "days_30_month_end", "30 jours fin de mois"
    DAYS_45_MONTH_END = "days_45_month_end", "45 jours fin de mois"
    MONTH_END_DAYS_45 = "month_end_days_45", "Fin de mois + 45 jours"
    MONTH = "month", "1 mois"
    MONTH_MONTH_END = "month_month_end", "1 mois fin de mois"
    INSTALMENTS = "instalments", "En plusieurs fois, chaque mois"
    FREE = "free", "Échéancier libre"


# What can be agreed with a client once for all: terms that need nothing but the invoice's day.
AGREED = [(str(terms.value), str(terms.label)) for terms in Terms if terms not in (Terms.INSTALMENTS, Terms.FREE)]
