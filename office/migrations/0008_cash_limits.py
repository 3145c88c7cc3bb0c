"""How much cash may be taken, as dated settings. Source: code monétaire et financier, articles L112-6 and D112-3."""

from datetime import date

from django.db import migrations

SINCE = date(2015, 9, 1)
LIMITS = {"legal.cash_limit": "1000.00", "legal.cash_limit_abroad": "15000.00"}


def fill(apps, schema_editor):
    setting = apps.get_model("office", "DatedSetting")
    for name, value in LIMITS.items():
        setting.objects.get_or_create(name=name, valid_from=SINCE, defaults={"value": value})


def empty(apps, schema_editor):
    apps.get_model("office", "DatedSetting").objects.filter(name__in=LIMITS).delete()


class Migration(migrations.Migration):
    dependencies = [("office", "0007_prints_found")]

    operations = [migrations.RunPython(fill, empty)]
