"""Official numbers, whose check digits tell a mistyped one: SIREN, SIRET, VAT number, IBAN, BIC.

Each check is a validator of a model's or form's field. Numbers are kept as `compacted`: capitals and digits alone.
"""

import re

from django.core.exceptions import ValidationError
from stdnum import bic, iban
from stdnum.eu import vat
from stdnum.fr import siren, siret

SEPARATORS = re.compile(r"[\s.\-\u00a0\u202f]")


def compacted(number: str) -> str:
    """A number without the spaces, points and hyphens it is written with, in capitals."""
    return SEPARATORS.sub("", number).upper()


def grouped(number: str, size: int = 4) -> str:
    """A number as it is read, in groups."""
    return "\u00a0".join(number[at : at + size] for at in range(0, len(number), size))


def is_siren(number: str) -> bool:
    """Whether `number` is a SIREN."""
    return bool(siren.is_valid(number))


def check_siren(number: str) -> None:
    """Refuse what is no SIREN."""
    if not is_siren(number):
        raise ValidationError("Ce SIREN n’est pas exact\u00a0: vérifiez ses 9 chiffres.", "siren")


def check_siret(number: str) -> None:
    """Refuse what is no SIRET."""
    if not siret.is_valid(number):
        raise ValidationError("Ce SIRET n’est pas exact\u00a0: vérifiez ses 14 chiffres.", "siret")


def check_vat_number(number: str) -> None:
    """Refuse what is no VAT number of the European Union."""
    if not vat.is_valid(number):
        raise ValidationError("Ce numéro de TVA n’est pas exact\u00a0: vérifiez sa clé.", "vat_number")


def contradictions(*, siren: str, siret: str, vat_number: str) -> dict[str, str]:
    """What the numbers of one business say against one another: by field, the sentence. Faulty ones aren't compared."""
    if not is_siren(siren):
        return {}
    found = {}
    if siret and not siret.startswith(siren):
        found["siret"] = "Un SIRET commence par le SIREN, et celui-ci par un autre."
    if vat_number.startswith("FR") and not vat_number.endswith(siren):
        found["vat_number"] = "Un numéro de TVA français finit par le SIREN, et celui-ci par un autre."
    return found


def check_iban(number: str) -> None:
    """Refuse what is no IBAN."""
    if not iban.is_valid(number):
        raise ValidationError("Cet IBAN n’est pas exact\u00a0: vérifiez ses chiffres.", "iban")


def check_bic(number: str) -> None:
    """Refuse what is no BIC."""
    if not bic.is_valid(number):
        raise ValidationError("Ce BIC n’est pas exact\u00a0: il a 8 ou 11 signes.", "bic")
