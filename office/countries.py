"""Countries by their ISO code, with the names that French readers know (Unicode CLDR)."""

from functools import cache

from babel import Locale

from office.folding import sort_key

# What CLDR lists beside countries: unions, groups of islands, places for tests.
_NO_COUNTRIES = {*("AC", "CP", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")}


@cache
def country_choices() -> list[tuple[str, str]]:
    """Code and name of all countries, France first, the others by name."""
    names = Locale("fr").territories
    known = [(code, name) for code, name in names.items() if len(code) == 2 and code not in _NO_COUNTRIES]
    return sorted(known, key=lambda country: (country[0] != "FR", sort_key(country[1])))


def country_name(code: str) -> str:
    """The French name of a country; its code if there is no such country."""
    return dict(country_choices()).get(code, code)
