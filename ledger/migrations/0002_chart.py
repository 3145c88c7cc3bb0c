"""The chart of accounts, journals, series and locks that every installation starts with."""

from django.db import migrations

ACCOUNTS = [
    # (number, label, receivable). Source: plan comptable général 2025.
    ("411", "Clients", True),
    ("416", "Clients douteux ou litigieux", False),
    ("44571", "TVA collectée", False),
    ("5112", "Chèques à encaisser", False),
    ("5113", "Effets à l’encaissement", False),
    ("512", "Banque", False),
    ("530", "Caisse", False),
    ("654", "Pertes sur créances irrécouvrables", False),
    ("658", "Charges diverses de gestion courante", False),
    ("701", "Ventes de produits finis", False),
    ("706", "Prestations de services", False),
    ("707", "Ventes de marchandises", False),
    ("708", "Produits des activités annexes", False),
    ("709", "Rabais, remises et ristournes accordés", False),
    ("7581", "Frais refacturés aux clients", False),
    ("758", "Produits divers de gestion courante", False),
    ("763", "Revenus des autres créances", False),
    ("890", "Bilan d’ouverture", False),
]

JOURNALS = [
    ("VE", "Ventes", "sales"),
    ("BQ", "Banque", "bank"),
    ("CA", "Caisse", "cash"),
    ("OD", "Opérations diverses", "miscellaneous"),
    ("AN", "À nouveaux", "opening"),
]

SERIES = [("invoice", "FAC"), ("credit_note", "AV")]


def fill(apps, schema_editor):
    account = apps.get_model("ledger", "GeneralAccount")
    account.objects.bulk_create(
        account(code=code, label=label, is_receivable=receivable) for code, label, receivable in ACCOUNTS
    )
    journal = apps.get_model("ledger", "Journal")
    journal.objects.bulk_create(journal(code=code, label=label, kind=kind) for code, label, kind in JOURNALS)
    series = apps.get_model("ledger", "Series")
    series.objects.bulk_create(series(kind=kind, prefix=prefix) for kind, prefix in SERIES)
    lock = apps.get_model("ledger", "PeriodLock")
    lock.objects.bulk_create([lock(scope="books"), lock(scope="till")])


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE ledger_document_code", "DROP SEQUENCE ledger_document_code"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
