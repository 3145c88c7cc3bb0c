"""Trigrams for searching, and plain types in exclusion constraints."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]
    run_before = [("clients", "0001_initial")]

    operations = [TrigramExtension(), BtreeGistExtension()]
