"""The client: a person or a company, with an account in the ledger."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q

from ledger.models import ClientAccount
from office.models import Site


class Client(models.Model):
    """A customer, a person or a company (client); a walk-in client stands for all passers-by.

    sort_key and search are folded (no accents, no case): the order of lists, and what is searched.
    """

    class Nature(models.TextChoices):
        PERSON = "person", "Particulier"
        COMPANY = "company", "Professionnel"

    code = models.CharField("code", max_length=30, unique=True)
    nature = models.CharField("nature", max_length=10, choices=Nature.choices, default=Nature.PERSON)
    name = models.CharField("nom", max_length=120)
    email = models.EmailField("adresse e-mail", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    street = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=12, blank=True)
    city = models.CharField("ville", max_length=80, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, verbose_name="établissement")
    account = models.OneToOneField(ClientAccount, models.PROTECT, editable=False, verbose_name="compte client")
    sort_key = models.CharField(max_length=160, editable=False)
    search = models.TextField(editable=False)
    is_archived = models.BooleanField("archivé", default=False)

    class Meta:
        verbose_name = "client"
        verbose_name_plural = "clients"
        constraints = [
            models.CheckConstraint(
                name="clients_code_printable",
                condition=Q(code__regex=r"^[A-Za-z0-9+_./-]+$"),
                violation_error_message="Un code est fait de lettres, de chiffres et de + - _ . /.",
            )
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="clients_client_sorted"),
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="clients_client_search"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_company(self) -> bool:
        """Whether the client is a professional."""
        return self.nature == self.Nature.COMPANY
