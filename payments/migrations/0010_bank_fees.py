"""The account of what banks charge, for installations that haven't got it."""

from django.db import migrations


def fill(apps, schema_editor):
    account = apps.get_model("ledger", "GeneralAccount")
    account.objects.get_or_create(code="627", defaults={"label": "Services bancaires et assimilés"})


class Migration(migrations.Migration):
    dependencies = [("payments", "0009_card_deposits"), ("ledger", "0002_chart")]

    # The chart is kept: no account is ever removed from it.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
