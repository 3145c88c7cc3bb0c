"""What every line of a visit, an invoice or a credit note has in common."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from invoicing.vat import QuotedLine
from ledger.models import GeneralAccount


class Nature(models.TextChoices):
    """What is sold, for VAT and for the mention on invoices (nature de l’opération)."""

    GOODS = "goods", "Livraison de biens"
    SERVICE = "service", "Prestation de services"


class PricedLine(models.Model):
    """A label, a quantity and a price; VAT included or not as its document says.

    unit_price: per unit, before the discount. discount: in percent. vat_rate: in percent.
    account: the revenue account that the line is posted to. item: what it was picked from in the catalogue, None for
    a free line.
    """

    position = models.PositiveSmallIntegerField("rang")
    label = models.TextField("désignation")
    quantity = models.DecimalField("quantité", max_digits=12, decimal_places=4, default=Decimal(1))
    unit_price = models.DecimalField("prix unitaire", max_digits=16, decimal_places=6)
    discount = models.DecimalField("remise %", max_digits=5, decimal_places=2, default=Decimal(0))
    vat_rate = models.DecimalField("taux de TVA %", max_digits=5, decimal_places=2)
    nature = models.CharField("nature", max_length=8, choices=Nature.choices, default=Nature.SERVICE)
    account = models.ForeignKey(GeneralAccount, models.PROTECT, verbose_name="compte de produit")
    item = models.ForeignKey(
        "invoicing.Item",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # no page looks for the lines of an item
        verbose_name="article",
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_discount_percent",
                condition=Q(discount__gte=0, discount__lte=100),
                violation_error_message="Une remise est entre 0 et 100 %.",
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def quoted(self) -> QuotedLine:
        """What the line says, as VAT is computed from it."""
        return QuotedLine(self.quantity, self.unit_price, self.vat_rate, self.discount)
