"""How a figure reads: thousands with commas, pounds, per cent, and a dash for what is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

__all__ = [
    "MONTH_NAMES",
    "UNKNOWN",
    "day_words",
    "figure",
    "joined",
    "listed",
    "month_words",
    "percent",
    "pounds",
]

UNKNOWN = "–"  # noqa: RUF001 # the dash that tables use for "no figure"


# Written out, for those of the standard library follow the machine's language.
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def month_words(month: str) -> str:
    """A month in words.

    >>> month_words("2018-07")
    'July 2018'
    """
    return f"{MONTH_NAMES[int(month[5:7]) - 1]} {month[:4]}"


def day_words(day: date) -> str:
    """A day in words.

    >>> day_words(date(2019, 9, 1))
    '1 September 2019'
    """
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def _half_up(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def percent(ratio: Decimal | float, places: int = 1) -> str:
    """A ratio as per cent, rounded half up.

    >>> percent(Decimal("0.408952"))
    '40.9 %'
    """
    return f"{_half_up(Decimal(str(ratio)) * 100, places):,} %"


def pounds(amount: Decimal) -> str:
    """An amount of money; pence only where there are any.

    >>> pounds(Decimal("100996.00")), pounds(Decimal("-73838.56"))
    ('£100,996', '-£73,838.56')
    """
    sign = "-" if amount < 0 else ""
    places = 0 if amount == amount.to_integral_value() else 2
    return f"{sign}£{_half_up(abs(amount), places):,}"


def figure(value: Decimal | float | date | str | None, unit: str | None, places: int = 0) -> str:
    """A value in its unit; a dash where there is none.

    >>> figure(Decimal(87511), "sign-ups"), figure(Decimal("0.5"), "ratio")
    ('87,511', '50.0 %')
    """
    if value is None:
        return UNKNOWN
    if isinstance(value, (date, str)):
        return str(value)
    exact = Decimal(str(value))
    if unit == "ratio":
        return percent(exact)
    if unit == "GBP":
        return pounds(exact)
    return f"{_half_up(exact, places):,}"


def joined(words: list[str]) -> str:
    """Words as a sentence lists them.

    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(([", ".join(words[:-1])] if words[1:] else []) + words[-1:])


def listed(words: str | Iterable[str]) -> list[str]:
    """Several texts, or one: a text is none of its letters.

    >>> listed("npu"), listed(("npu", "ward"))
    (['npu'], ['npu', 'ward'])
    """
    return [words] if isinstance(words, str) else list(words)
