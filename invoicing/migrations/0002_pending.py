"""What is to invoice, as the ledger reads it for past days."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0001_initial"), ("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(
            # The join costs nothing where `source` isn't asked for: PostgreSQL leaves it out.
            """
            CREATE VIEW ledger_pending AS
            SELECT spell.id, spell.account_id, spell.party_id, spell.amount, spell.since, spell.until,
                   line.visit_id AS source
            FROM invoicing_visitspell spell LEFT JOIN invoicing_visitline line ON line.id = spell.line_id
            """,
            "DROP VIEW ledger_pending",
        )
    ]
