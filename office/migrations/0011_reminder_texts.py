"""What reminders say, as dated settings. Sources: code civil, articles 1231-6 and 1344; usual practice."""

from datetime import date

from django.db import migrations

SINCE = date(2016, 10, 1)
TEXTS = {
    "legal.reminder": (
        "Sauf erreur de notre part, les sommes ci-dessous restent à régler. Si votre règlement est déjà parti, ne "
        "tenez pas compte de ce courrier."
    ),
    "legal.reminder_again": (
        "Malgré notre précédent rappel, les sommes ci-dessous restent impayées. Nous vous remercions de les régler "
        "sous huit jours, ou de nous dire ce qui s’y oppose."
    ),
    "legal.formal_notice": (
        "Par la présente, nous vous mettons en demeure de régler les sommes ci-dessous dans les quinze jours qui "
        "suivent la réception de cette lettre. À défaut, nous en poursuivrons le recouvrement en justice, sans autre "
        "avis."
    ),
    "legal.interest": (
        "À compter de cette mise en demeure, les sommes dues portent intérêt au taux légal (article\u00a01231-6 du "
        "code civil)."
    ),
}


def fill(apps, schema_editor):
    setting = apps.get_model("office", "DatedSetting")
    for name, value in TEXTS.items():
        setting.objects.get_or_create(name=name, valid_from=SINCE, defaults={"value": value})


def empty(apps, schema_editor):
    apps.get_model("office", "DatedSetting").objects.filter(name__in=TEXTS).delete()


class Migration(migrations.Migration):
    dependencies = [("office", "0010_event_seals")]

    operations = [migrations.RunPython(fill, empty)]
