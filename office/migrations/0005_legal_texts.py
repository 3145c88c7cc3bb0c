"""The legal texts that documents print, and the rates of late penalties, as dated settings.

Sources: C. com. articles L441-9, L441-10 and D441-5; CGI ann. II article 242 nonies A; CGI articles 262, 262 ter, 293 B.
The rate of a semester is that of the European Central Bank on its first day, and 10 points.
"""

from datetime import date

from django.db import migrations

SINCE = date(2014, 1, 1)
TEXTS = {
    "discount": "Escompte pour paiement anticipé\u00a0: néant.",
    "penalty": (
        "Tout retard de paiement engendre une pénalité au taux annuel de {taux}\u00a0%, exigible le jour suivant "
        "la date d’échéance sans qu’un rappel soit nécessaire."
    ),
    "recovery": "Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement\u00a0: 40\u00a0€.",
    "goods": "Nature des opérations\u00a0: livraisons de biens",
    "services": "Nature des opérations\u00a0: prestations de services",
    "mixed": "Nature des opérations\u00a0: livraisons de biens et prestations de services",
    "debits": "Option pour le paiement de la taxe d’après les débits",
    "franchise": "TVA non applicable, art.\u00a0293\u00a0B du CGI",
    "exempt": "Exonération de TVA, article\u00a0261 du CGI",
    "reverse_charge": "Autoliquidation",
    "intra_community": "Exonération de TVA, article\u00a0262\u00a0ter, I du CGI",
    "export": "Exonération de TVA, article\u00a0262\u00a0I du CGI",
}
RATES = {
    date(2025, 1, 1): "13.15",
    date(2025, 7, 1): "12.15",
    date(2026, 1, 1): "12.15",
    date(2026, 7, 1): "12.40",
}


def fill(apps, schema_editor):
    setting = apps.get_model("office", "DatedSetting")
    rows = [(f"legal.{key}", SINCE, text) for key, text in TEXTS.items()]
    rows += [("legal.penalty_rate", since, rate) for since, rate in RATES.items()]
    for name, since, value in rows:
        setting.objects.get_or_create(name=name, valid_from=since, defaults={"value": value})


def empty(apps, schema_editor):
    apps.get_model("office", "DatedSetting").objects.filter(name__startswith="legal.").delete()


class Migration(migrations.Migration):
    dependencies = [("office", "0004_company_vat")]

    operations = [migrations.RunPython(fill, empty)]
