"""VAT of a document: to the cent, per rate and per line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.vat import (
    RATES,
    DiscountOutOfRange,
    MixedSigns,
    NegativePrice,
    PriceTooFine,
    QuantityTooFine,
    QuotedLine,
    TaxedAmount,
    UnknownRate,
    by_rate,
    check_signs,
    document_amounts,
)
from office.amounts import cents, format_plain

CENT = Decimal("0.01")


def line(quantity, price, rate="20", discount="0"):
    return QuotedLine(Decimal(quantity), Decimal(price), Decimal(rate), Decimal(discount))


def taxed(rate, ht, vat):
    return TaxedAmount(Decimal(rate), Decimal(ht), Decimal(vat))


def figures(document):
    return tuple(format_plain(amount) for amount in (document.ht, document.vat, document.ttc))


def included(*lines):
    return document_amounts(lines, prices_include_vat=True)


def excluded(*lines):
    return document_amounts(lines, prices_include_vat=False)


QUOTED = st.builds(
    QuotedLine,
    quantity=st.decimals(-20, 20, places=4),
    unit_price=st.decimals(0, 500, places=6),
    rate=st.sampled_from(sorted(RATES)),
    discount=st.decimals(0, 100, places=2),
)
DOCUMENTS = st.lists(QUOTED, max_size=10)


# Worked figures


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line("10", "3.80", "5.5")], ("36,02", "1,98", "38,00")),
        ([line("1", "9.99")], ("8,32", "1,67", "9,99")),
        ([line("3", "3.33")], ("8,32", "1,67", "9,99")),
        ([line("1", "3.33")] * 3, ("8,32", "1,67", "9,99")),
        ([line("1", "1317.48")], ("1097,90", "219,58", "1317,48")),
        ([line("1", "0.01")], ("0,01", "0,00", "0,01")),
        ([line("1", "120")], ("100,00", "20,00", "120,00")),
        ([line("1", "120"), line("1", "110", "10")], ("200,00", "30,00", "230,00")),
        ([line("1", "25", "0")], ("25,00", "0,00", "25,00")),
        ([], ("0,00", "0,00", "0,00")),
    ],
)
def test_prices_with_vat_keep_the_total_that_was_quoted(lines, expected):
    assert figures(included(*lines)) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line("3", "10.01")], ("30,03", "6,01", "36,04")),
        ([line("1", "10.01")] * 3, ("30,03", "6,01", "36,04")),
        ([line("2", "1.96"), line("2", "0.04", "5.5")], ("4,00", "0,78", "4,78")),
        ([line("1", "100"), line("1", "100", "10")], ("200,00", "30,00", "230,00")),
        ([line("1", "0.01")] * 3, ("0,03", "0,01", "0,04")),
        ([], ("0,00", "0,00", "0,00")),
    ],
)
def test_prices_without_vat_take_it_once_per_rate(lines, expected):
    assert figures(excluded(*lines)) == expected


def test_line_nets_add_up_to_the_net_of_the_rate():
    document = included(*[line("1", "3.33")] * 3)

    assert document.lines == (taxed("20", "2.78", "0.55"), taxed("20", "2.77", "0.56"), taxed("20", "2.77", "0.56"))
    assert document.rates == (taxed("20", "8.32", "1.67"),)


def test_line_vat_adds_up_to_the_vat_of_the_rate():
    document = excluded(*[line("1", "10.01")] * 3)

    assert [format_plain(amount.vat) for amount in document.lines] == ["2,01", "2,00", "2,00"]
    assert [format_plain(amount.ttc) for amount in document.lines] == ["12,02", "12,01", "12,01"]


def test_rates_come_highest_first_whatever_the_order_of_lines():
    document = included(line("1", "10", "5.5"), line("1", "10", "20"), line("1", "10", "2.1"), line("1", "10", "5.5"))

    assert [amount.rate for amount in document.rates] == [Decimal("20"), Decimal("5.5"), Decimal("2.1")]
    assert [amount.rate for amount in document.lines] == [Decimal(rate) for rate in ("5.5", "20", "2.1", "5.5")]


def test_a_rate_written_with_more_decimals_is_the_same_rate():
    document = excluded(line("1", "10", "20"), line("1", "10", "20.00"))

    assert len(document.rates) == 1


@pytest.mark.parametrize(
    ("quoted", "amount"),
    [
        (line("2.345", "12.34"), "28.94"),
        (line("10", "3.80"), "38.00"),
        (line("-1", "20"), "-20.00"),
        (line("3", "9.99", discount="10"), "26.97"),
        (line("1", "0.01", discount="50"), "0.01"),
        (line("1", "100", discount="33.33"), "66.67"),
        (line("1", "100", discount="100"), "0.00"),
        (line("0", "100"), "0.00"),
        (line("0.0001", "49.999999"), "0.00"),
        (line("99999999.9999", "100"), "9999999999.99"),
    ],
)
def test_a_line_is_rounded_once_after_its_discount(quoted, amount):
    assert quoted.amount == Decimal(amount)


def test_a_return_is_a_negative_quantity():
    document = included(line("1", "100"), line("-1", "20"))

    assert figures(document) == ("66,67", "13,33", "80,00")
    assert document.lines == (taxed("20", "83.34", "16.66"), taxed("20", "-16.67", "-3.33"))


def test_lines_that_cancel_each_other_leave_nothing():
    document = included(line("1", "9.99"), line("-1", "9.99"))

    assert figures(document) == ("0,00", "0,00", "0,00")
    assert [amount.ttc for amount in document.lines] == [Decimal("9.99"), Decimal("-9.99")]


# Properties


@given(DOCUMENTS)
def test_with_vat_included_the_total_is_that_of_the_lines(lines):
    document = included(*lines)

    assert document.ttc == sum(quoted.amount for quoted in lines)
    assert [amount.ttc for amount in document.lines] == [quoted.amount for quoted in lines]
    for amount in document.rates:
        assert amount.vat == cents(amount.ttc * amount.rate / (100 + amount.rate))


@given(DOCUMENTS)
def test_with_vat_excluded_the_net_is_that_of_the_lines(lines):
    document = excluded(*lines)

    assert document.ht == sum(quoted.amount for quoted in lines)
    assert [amount.ht for amount in document.lines] == [quoted.amount for quoted in lines]
    for amount in document.rates:
        assert amount.vat == cents(amount.ht * amount.rate / 100)


@given(DOCUMENTS, st.booleans())
def test_lines_add_up_to_the_rates_and_none_is_a_cent_off(lines, prices_include_vat):
    document = document_amounts(lines, prices_include_vat=prices_include_vat)

    assert by_rate(document.lines) == document.rates
    assert document.ht + document.vat == document.ttc
    assert document.ttc == sum(amount.ttc for amount in document.lines)
    for amount in document.lines:
        assert abs(amount.vat - amount.ht * amount.rate / 100) < CENT * (1 + amount.rate / 100)


@given(DOCUMENTS, st.booleans())
def test_returning_everything_gives_the_opposite_figures(lines, prices_include_vat):
    returned = [QuotedLine(-quoted.quantity, quoted.unit_price, quoted.rate, quoted.discount) for quoted in lines]

    document = document_amounts(lines, prices_include_vat=prices_include_vat)
    opposite = document_amounts(returned, prices_include_vat=prices_include_vat)

    assert opposite.lines == tuple(-amount for amount in document.lines)
    assert opposite.rates == tuple(-amount for amount in document.rates)


# Refusals


@pytest.mark.parametrize("rate", ["20", "10", "5.5", "2.1", "0", "13", "0.9", "8.5", "1.75", "1.05"])
def test_french_rates_are_known(rate):
    assert included(line("1", "100", rate)).ttc == 100


@pytest.mark.parametrize(("rate", "text"), [("19.6", "19,6"), ("7", "7"), ("-20", "\u221220"), ("0.2", "0,2")])
def test_other_rates_are_refused(rate, text):
    with pytest.raises(UnknownRate) as refusal:
        included(line("1", "100"), line("1", "100", rate))

    assert refusal.value.field == "vat_rate"
    assert refusal.value.message == f"{text}\u00a0% n’est pas un taux de TVA en vigueur."


def test_the_rates_in_force_are_the_callers():
    seven = [line("1", "107", "7")]

    assert figures(document_amounts(seven, prices_include_vat=True, rates=[Decimal(7)])) == ("100,00", "7,00", "107,00")
    with pytest.raises(UnknownRate):
        document_amounts([line("1", "100")], prices_include_vat=True, rates=[Decimal(7)])


def test_quantities_have_four_decimals_and_prices_six():
    fine = line("1.2345", "0.123456")

    assert fine.amount == Decimal("0.15")
    with pytest.raises(QuantityTooFine, match="«\u00a01,23456\u00a0» a plus de 4 décimales") as quantity:
        line("1.23456", "1")
    with pytest.raises(PriceTooFine, match="«\u00a00,1234567\u00a0» a plus de 6 décimales") as price:
        line("1", "0.1234567")
    assert (quantity.value.field, price.value.field) == ("quantity", "unit_price")


def test_a_negative_price_is_refused():
    with pytest.raises(NegativePrice) as refusal:
        line("1", "-0.01")

    assert refusal.value.field == "unit_price"
    assert refusal.value.message.startswith("Un prix ne peut pas être négatif (\u22120,01)")


@pytest.mark.parametrize("discount", ["-0.01", "100.01"])
def test_a_discount_is_between_nothing_and_all(discount):
    with pytest.raises(DiscountOutOfRange) as refusal:
        line("1", "1", discount=discount)

    assert refusal.value.field == "discount"


@pytest.mark.parametrize(("amounts", "rank", "figure"), [(["200", "-100"], 2, "100"), (["-200", "100"], 1, "200")])
def test_lines_of_both_signs_are_refused_by_their_rank(amounts, rank, figure):
    with pytest.raises(MixedSigns) as refusal:
        check_signs([taxed("20", amount, "0") for amount in amounts])

    assert refusal.value.line == rank
    assert refusal.value.message == (
        f"La ligne {rank} est négative (\u2212{figure},00) alors que d’autres sont positives."
    )


@pytest.mark.parametrize("amounts", [[], ["100"], ["-100", "-5"], ["100", "0", "5"], ["0", "-5"]])
def test_lines_of_one_sign_pass(amounts):
    check_signs([taxed("20", amount, "0") for amount in amounts])
