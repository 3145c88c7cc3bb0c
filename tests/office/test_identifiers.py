import pytest
from django.core.exceptions import ValidationError

from office.identifiers import (
    check_bic,
    check_iban,
    check_siren,
    check_siret,
    check_vat_number,
    compacted,
    grouped,
)


@pytest.mark.parametrize(
    ("check", "good", "bad", "told"),
    [
        (check_siren, "123456782", "123456783", "SIREN"),
        (check_siret, "12345678200010", "12345678200011", "SIRET"),
        (check_vat_number, "FR11123456782", "FR12123456782", "TVA"),
        (check_vat_number, "BE0403170701", "BE0403170702", "TVA"),
        (check_iban, "FR7630006000011234567890189", "FR7630006000011234567890188", "IBAN"),
        (check_bic, "AGRIFRPP882", "AGRIFRPP88", "BIC"),
    ],
)
def test_a_mistyped_number_is_told_by_its_check_digits(check, good, bad, told):
    check(good)

    with pytest.raises(ValidationError, match=told):
        check(bad)


@pytest.mark.parametrize("check", [check_siren, check_siret, check_vat_number, check_iban, check_bic])
@pytest.mark.parametrize("nonsense", ["1" * 300, "é", "\x00", "²²²²²²²²²", "-", "FR"])
def test_nonsense_is_refused_and_never_a_bug(check, nonsense):
    with pytest.raises(ValidationError):
        check(nonsense)


def test_numbers_are_kept_without_what_makes_them_readable():
    assert compacted(" fr76 3000-6000.0112\u00a03456\u202f7890 189 ") == "FR7630006000011234567890189"
    assert grouped("FR7630006000011") == "FR76\u00a03000\u00a06000\u00a0011"
