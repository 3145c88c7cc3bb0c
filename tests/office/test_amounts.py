"""Rounding, sharing, reading and writing of amounts."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moneyed import CurrencyDoesNotExist

from office.amounts import (
    MAXIMUM,
    AmbiguousAmount,
    AmountTooLarge,
    EmptyAmount,
    TooManyDecimals,
    TooManyParts,
    UnreadableAmount,
    cents,
    equal_parts,
    fit,
    format_amount,
    format_count,
    format_money,
    format_number,
    format_plain,
    format_quantity,
    has_decimals_within,
    money,
    parse_amount,
    portion,
    product,
    quoted,
    split,
    spread,
)

AMOUNTS = st.integers(-(10**12) + 1, 10**12 - 1).map(lambda units: Decimal(units).scaleb(-2))
POSITIVE = st.integers(1, 10**12 - 1).map(lambda units: Decimal(units).scaleb(-2))
SMALL = st.integers(1, 100_000).map(lambda units: Decimal(units).scaleb(-2))


def decimals(*texts):
    return [Decimal(text) for text in texts]


# Rounding


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("1.005", "1.01"),
        ("1.015", "1.02"),
        ("1.0049999", "1.00"),
        ("-1.005", "-1.01"),
        ("-1.0049999", "-1.00"),
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("2", "2.00"),
        ("1E+3", "1000.00"),
    ],
)
def test_half_a_cent_rounds_away_from_zero(amount, rounded):
    assert str(cents(Decimal(amount))) == rounded


def test_what_rounds_to_nothing_has_no_sign():
    assert str(cents(Decimal("-0.004"))) == "0.00"


@given(st.decimals(-1_000_000, 1_000_000, places=5))
def test_minus_an_amount_rounds_to_minus_what_it_does(amount):
    assert cents(-amount) == -cents(amount)


def test_a_product_is_rounded_once():
    assert product(Decimal("2.345"), Decimal("12.34")) == Decimal("28.94")
    assert product(Decimal(10), Decimal("3.80")) == Decimal("38.00")
    assert product(Decimal(3), Decimal("0.005"), Decimal("0.5")) == Decimal("0.01")


def test_a_portion_is_rounded_half_up():
    assert portion(Decimal("9.99"), Decimal(20), Decimal(120)) == Decimal("1.67")
    assert portion(Decimal("-9.99"), Decimal(20), Decimal(120)) == Decimal("-1.67")


@given(amount=POSITIVE, whole=POSITIVE, part=POSITIVE)
def test_a_portion_of_the_largest_amounts_is_still_exact(amount, whole, part):
    part = min(part, whole)

    rounded = portion(amount, part, whole)

    assert abs(Fraction(rounded) - Fraction(amount) * Fraction(part) / Fraction(whole)) <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("value", "places", "within"),
    [("1.2345", 4, True), ("1.23450", 4, True), ("1.23451", 4, False), ("100", 0, True), ("-0.5", 0, False)],
)
def test_decimals_are_counted_without_trailing_zeros(value, places, within):
    assert has_decimals_within(Decimal(value), places) is within


# Sharing


def test_shares_follow_the_largest_remainders():
    assert spread(Decimal("10.00"), decimals("1", "1", "1")) == decimals("3.34", "3.33", "3.33")
    assert spread(Decimal("0.05"), decimals("1", "2", "4")) == decimals("0.01", "0.01", "0.03")


def test_of_equal_remainders_the_first_takes_the_cent():
    assert spread(Decimal("0.01"), decimals("5", "5")) == decimals("0.01", "0.00")


def test_a_negative_total_is_shared_as_its_opposite_is():
    assert spread(Decimal("-10.00"), decimals("1", "1", "1")) == decimals("-3.34", "-3.33", "-3.33")


def test_weights_of_both_signs_share_in_proportion():
    assert spread(Decimal("66.67"), decimals("100", "-20")) == decimals("83.34", "-16.67")


def test_nothing_is_shared_over_no_weight():
    assert spread(Decimal("0.00"), []) == []
    assert spread(Decimal("0.00"), decimals("5", "-5")) == decimals("0.00", "0.00")


@pytest.mark.parametrize("weights", [[], decimals("0", "0"), decimals("5", "-5")])
def test_weights_that_add_up_to_nothing_take_no_share(weights):
    with pytest.raises(ValueError, match="take no share"):
        spread(Decimal("1.00"), weights)


@given(total=AMOUNTS, weights=st.lists(SMALL, min_size=1, max_size=12))
def test_shares_add_up_and_none_is_a_cent_off(total, weights):
    shares = spread(total, weights)

    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        exact = Fraction(total) * Fraction(weight) / Fraction(sum(weights))
        assert abs(Fraction(share) - exact) < Fraction(1, 100)


@given(
    amounts=st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=8),
    rate=st.sampled_from(["20", "10", "5.5", "2.1"]).map(Decimal),
)
def test_shares_of_the_opposite_are_the_opposite_shares(amounts, rate):
    total = portion(sum(amounts), Decimal(100), 100 + rate)

    shares = fit(total, amounts, Decimal(100), 100 + rate)

    assert sum(shares) == total
    assert fit(-total, [-amount for amount in amounts], Decimal(100), 100 + rate) == [-share for share in shares]
    assert fit(-total, amounts, Decimal(100), -100 - rate) == [-share for share in shares]
    for share, amount in zip(shares, amounts, strict=True):
        assert abs(Fraction(share) - Fraction(amount) / (1 + Fraction(rate) / 100)) < Fraction(1, 100)


@pytest.mark.parametrize("total", ["0.98", "1.00"])
def test_a_total_far_from_its_shares_is_refused(total):
    with pytest.raises(ValueError, match="too far"):
        fit(Decimal(total), decimals("0.66", "0.66"), Decimal(3), Decimal(4))


def test_a_total_rounded_up_is_fitted_without_moving_a_share_by_a_cent():
    assert fit(Decimal("0.01"), decimals("0.01", "0.01"), Decimal(1), Decimal(4)) == decimals("0.01", "0.00")


def test_running_sums_give_each_cell_its_part():
    assert split(Decimal("40.00"), decimals("100", "20")) == decimals("33.33", "6.67")
    assert split(Decimal("80.00"), decimals("100", "20")) == decimals("66.67", "13.33")
    assert split(Decimal("100.00"), decimals("100", "20", "100", "10")) == decimals("43.48", "8.69", "43.48", "4.35")


def test_running_sums_of_nothing_and_of_all():
    assert split(Decimal("0.00"), decimals("0", "0")) == decimals("0.00", "0.00")
    assert split(Decimal("120.00"), decimals("100", "20")) == decimals("100.00", "20.00")
    assert split(Decimal("-40.00"), decimals("-100", "-20")) == decimals("-33.33", "-6.67")


@pytest.mark.parametrize(("amount", "cells"), [("120.01", ["100", "20"]), ("-1", ["100", "20"]), ("1", ["-5", "-2"])])
def test_what_is_no_part_of_the_cells_is_refused(amount, cells):
    with pytest.raises(ValueError, match="isn't a part"):
        split(Decimal(amount), decimals(*cells))


@given(cells=st.lists(SMALL, min_size=1, max_size=8), share=st.fractions(0, 1))
def test_parts_by_running_sums_add_up_and_stay_within_their_cells(cells, share):
    amount = Decimal(int(Fraction(sum(cells)) * 100 * share)).scaleb(-2)

    parts = split(amount, cells)

    assert sum(parts) == amount
    assert all(0 <= part <= cell for part, cell in zip(parts, cells, strict=True))


@pytest.mark.parametrize(
    ("total", "count", "parts"),
    [
        ("100.00", 3, ["33.33", "33.33", "33.34"]),
        ("1889.52", 3, ["629.84", "629.84", "629.84"]),
        ("200.00", 3, ["66.66", "66.66", "66.68"]),
        ("0.03", 3, ["0.01", "0.01", "0.01"]),
        ("50.00", 1, ["50.00"]),
    ],
)
def test_equal_parts_leave_the_remainder_to_the_last(total, count, parts):
    assert equal_parts(Decimal(total), count) == decimals(*parts)


@pytest.mark.parametrize(("total", "count"), [("0.02", 3), ("0.00", 1), ("-30.00", 3)])
def test_a_part_of_nothing_or_less_is_refused(total, count):
    with pytest.raises(TooManyParts):
        equal_parts(Decimal(total), count)


def test_the_refusal_of_parts_tells_total_and_count():
    with pytest.raises(TooManyParts) as refusal:
        equal_parts(Decimal("0.02"), 3)

    assert refusal.value.message == "0,02 ne se partage pas en 3\u00a0: une part doit valoir au moins 0,01."


@given(total=POSITIVE, count=st.integers(1, 60))
def test_equal_parts_add_up_and_none_is_nothing(total, count):
    if total * 100 < count:
        with pytest.raises(TooManyParts):
            equal_parts(total, count)
        return

    parts = equal_parts(total, count)

    assert sum(parts) == total
    assert min(parts) > 0
    assert len(set(parts[:-1])) <= 1
    assert parts[-1] - parts[0] < count * Decimal("0.01")


# Reading


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("21 500,00", "21500.00"),
        ("21\u00a0500,00", "21500.00"),
        ("21\u202f500,00", "21500.00"),
        ("21\u2009500,00", "21500.00"),
        ("1 234\u202f567,89", "1234567.89"),
        ("21 500.00", "21500.00"),
        ("21 500", "21500.00"),
        ("21.500,00", "21500.00"),
        ("1.234.567,8", "1234567.80"),
        ("21500.00", "21500.00"),
        ("21500,00", "21500.00"),
        ("21500", "21500.00"),
        ("125,23", "125.23"),
        ("12,5", "12.50"),
        ("0", "0.00"),
        ("007", "7.00"),
        ("-50,00", "-50.00"),
        ("\u221250,00", "-50.00"),
        ("- 50,00", "-50.00"),
        ("+50,00", "50.00"),
        ("-0,00", "0.00"),
        ("1 234,56 €", "1234.56"),
        ("1\u202f234,56\u00a0€", "1234.56"),
        ("-3€", "-3.00"),
        ("\u00a0 12,30\t", "12.30"),
        ("9 999 999 999,99", "9999999999.99"),
    ],
)
def test_amounts_are_read_as_french_people_write_them(text, amount):
    assert str(parse_amount(text)) == amount


@pytest.mark.parametrize("text", ["", "   ", "\u00a0\u202f"])
def test_an_empty_amount_is_refused(text):
    with pytest.raises(EmptyAmount) as refusal:
        parse_amount(text)

    assert refusal.value.message == "Le montant manque."


@pytest.mark.parametrize(
    "text",
    [
        "1.324,323.32",
        "1,324.32",
        "1,234,567",
        "1.234.567",
        "12,3O",
        "12,30 euros",
        "€",
        "-",
        "--5",
        "5-",
        "(5)",
        "12,",
        ",50",
        "21 50,00",
        "2 1500,00",
        "21  500,00",
        "21\n500,00",
        "1e5",
        "0x10",
        "NaN",
        "Infinity",
        "1_000",
        "١٢",
        "=10+20",
    ],
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(UnreadableAmount) as refusal:
        parse_amount(text)

    assert refusal.value.message == f"«\u00a0{text}\u00a0» n’est pas un montant\u00a0: écrivez-le comme 1\u202f234,56."


@pytest.mark.parametrize("text", ["1.234", "21.500", "-999.000", "1.234 €"])
def test_what_can_be_read_two_ways_is_refused(text):
    with pytest.raises(AmbiguousAmount) as refusal:
        parse_amount(text)

    assert refusal.value.message.startswith(f"«\u00a0{text}\u00a0» peut se lire de deux façons")


@pytest.mark.parametrize("text", ["12,345", "1234.567", "0.123", "1.234,567", "21 500,001", "1,23456"])
def test_three_decimals_are_refused(text):
    with pytest.raises(TooManyDecimals) as refusal:
        parse_amount(text)

    assert refusal.value.message == f"«\u00a0{text}\u00a0» a plus de 2 décimales."


@pytest.mark.parametrize("text", ["10 000 000 000,00", "-10000000000", "9" * 60])
def test_more_than_twelve_digits_are_refused(text):
    with pytest.raises(AmountTooLarge) as refusal:
        parse_amount(text)

    assert refusal.value.message.endswith("dépasse le plus grand montant possible, 9\u202f999\u202f999\u202f999,99.")


def test_a_long_text_is_cut_where_it_is_quoted():
    assert quoted("x" * 40) == "«\u00a0" + "x" * 40 + "\u00a0»"
    assert quoted("x" * 41) == "«\u00a0" + "x" * 39 + "…\u00a0»"


# Writing


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234.56", "EUR", "1\u202f234,56\u00a0€"),
        ("-1234.56", "EUR", "\u22121\u202f234,56\u00a0€"),
        ("0", "EUR", "0,00\u00a0€"),
        ("-0.00", "EUR", "0,00\u00a0€"),
        ("999.999", "EUR", "1\u202f000,00\u00a0€"),
        ("9999999999.99", "EUR", "9\u202f999\u202f999\u202f999,99\u00a0€"),
        ("1234567.80", "CHF", "1\u202f234\u202f567,80\u00a0CHF"),
        ("12.30", "GBP", "12,30\u00a0£"),
        ("12.30", "USD", "12,30\u00a0$"),
        ("12.30", "CAD", "12,30\u00a0CAD"),
    ],
)
def test_amounts_are_written_in_french(amount, currency, text):
    assert format_amount(Decimal(amount), currency) == text


def test_euro_is_the_currency_unless_said():
    assert format_amount(Decimal("5.00")) == "5,00\u00a0€"


def test_a_number_is_written_without_its_currency():
    assert format_number(Decimal("-1234.5")) == "\u22121\u202f234,50"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2.3450", "2,345"),
        ("5.50", "5,5"),
        ("20.00", "20"),
        ("100", "100"),
        ("1E+2", "100"),
        ("0.000", "0"),
        ("-0.00", "0"),
        ("-1250.5", "\u22121\u202f250,5"),
    ],
)
def test_a_quantity_is_written_with_the_decimals_it_needs(value, text):
    assert format_quantity(Decimal(value)) == text


@pytest.mark.parametrize(
    ("amount", "text"), [("-1234567.5", "-1234567,50"), ("0", "0,00"), ("-0.001", "0,00"), ("1E+6", "1000000,00")]
)
def test_a_file_gets_plain_amounts(amount, text):
    assert format_plain(Decimal(amount)) == text


@given(AMOUNTS)
def test_what_is_written_is_read_back(amount):
    assert abs(amount) <= MAXIMUM
    assert parse_amount(format_amount(amount)) == amount
    assert parse_amount(format_plain(amount)) == amount


# Money


def test_money_has_cents_and_a_currency():
    value = money(Decimal("12.345"), "CHF")

    assert (value.amount, value.currency.code) == (Decimal("12.35"), "CHF")
    assert format_money(value) == "12,35\u00a0CHF"


def test_two_currencies_do_not_add_up():
    with pytest.raises(TypeError):
        money(Decimal(1)) + money(Decimal(1), "CHF")


def test_an_unknown_currency_is_refused():
    with pytest.raises(CurrencyDoesNotExist):
        money(Decimal(1), "ZZZ")


@pytest.mark.parametrize(("number", "written"), [(0, "0"), (999, "999"), (100050, "100\u202f050")])
def test_how_many_is_written_with_its_thousands_apart(number, written):
    assert format_count(number) == written
