"""The business's own bank accounts."""

from django.db import models
from django.db.models import Q

from ledger.models.accounts import GeneralAccount
from office.few import FewQuerySet
from office.identifiers import check_bic, check_iban, grouped


class BankAccount(models.Model):
    """An account of the business at a bank (compte bancaire): where its clients pay, and what its money is booked on.

    iban, bic: without spaces. is_default: the one that documents print unless another is chosen.
    """

    label = models.CharField("libellé", max_length=60)
    bank_name = models.CharField("banque", max_length=80, blank=True)
    iban = models.CharField(
        "IBAN",
        max_length=34,
        unique=True,
        validators=[check_iban],
        error_messages={"unique": "Un autre compte bancaire a déjà cet IBAN."},
    )
    bic = models.CharField("BIC", max_length=11, blank=True, validators=[check_bic])
    account = models.ForeignKey(GeneralAccount, models.PROTECT, verbose_name="compte comptable")
    is_default = models.BooleanField("compte par défaut", default=False)
    is_active = models.BooleanField("ouvert", default=True)

    objects = FewQuerySet.as_manager()

    class Meta:
        verbose_name = "compte bancaire"
        verbose_name_plural = "comptes bancaires"
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="ledger_bank_one_default",
                violation_error_message="Un autre compte est déjà le compte par défaut.",
            ),
            models.CheckConstraint(
                name="ledger_bank_default_is_open",
                condition=Q(is_default=False) | Q(is_active=True),
                violation_error_message="Le compte par défaut ne peut pas être fermé.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def iban_read(self) -> str:
        """The IBAN as it is read and printed, in groups of four."""
        return grouped(self.iban)
