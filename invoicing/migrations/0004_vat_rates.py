"""The rates of VAT in force since 2014, as a dated setting. Source: CGI, articles 278 to 281 nonies and 294 to 298."""

from datetime import date

from django.db import migrations

NAME, SINCE = "vat.rates", date(2014, 1, 1)
RATES = ["20", "10", "5.5", "2.1", "0", "13", "0.9", "8.5", "1.75", "1.05"]


def fill(apps, schema_editor):
    setting = apps.get_model("office", "DatedSetting")
    setting.objects.get_or_create(name=NAME, valid_from=SINCE, defaults={"value": RATES})


def empty(apps, schema_editor):
    apps.get_model("office", "DatedSetting").objects.filter(name=NAME, valid_from=SINCE).delete()


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0003_catalogue"), ("office", "0001_initial")]

    operations = [migrations.RunPython(fill, empty)]
