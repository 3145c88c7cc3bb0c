"""What is to invoice, as the ledger reads it for past days."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0001_initial"), ("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE VIEW ledger_pending AS SELECT id, account_id, party_id, amount, since, until FROM invoicing_visitspell",
            "DROP VIEW ledger_pending",
        )
    ]
