"""The ways to pay that every installation starts with, and where their money goes."""

from django.db import migrations

TYPES = [
    # (code, label, account, journal, reference needed)
    ("cash", "Espèces", "530", "cash", False),
    ("cheque", "Chèque", "5112", "bank", True),
    ("card", "Carte", "512", "bank", False),
    ("transfer", "Virement", "512", "bank", False),
    ("direct_debit", "Prélèvement", "512", "bank", False),
    ("bill", "Traite", "5113", "bank", True),
]


def fill(apps, schema_editor):
    payment_type = apps.get_model("payments", "PaymentType")
    payment_type.objects.bulk_create(
        payment_type(code=code, label=label, account_id=account, journal=journal, needs_reference=needed, position=rank)
        for rank, (code, label, account, journal, needed) in enumerate(TYPES)
    )


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial"), ("ledger", "0002_chart")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
