"""Vacuum sooner the tables that lists read from their indexes alone, and leave room in the rows that are updated."""

from django.db import migrations

TABLES = ("ledger_clientaccount", "ledger_openitem", "ledger_allocation")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_lists_sorted")]

    operations = [
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.02)",
                f"ALTER TABLE {table} RESET (autovacuum_vacuum_scale_factor)",
            )
            for table in TABLES
        ),
        migrations.RunSQL(
            "ALTER TABLE ledger_clientaccount SET (fillfactor = 70)",
            "ALTER TABLE ledger_clientaccount RESET (fillfactor)",
        ),
    ]
