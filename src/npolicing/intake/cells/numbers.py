"""Cells that are numbers: counts, figures, money and percentages, as people in Britain write them.

A point is for decimals, and a comma or a blank between each three digits for thousands. What could
be read in two ways is refused, with what to say in the profile.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

import attrs

from npolicing._spelling import tidy
from npolicing.intake.cells._cell import Fault, Suppressed, Value

__all__ = ["Count", "Figure", "Money", "Percentage", "Scale"]

Scale = Literal["percent", "ratio"]

_WHOLE = r"[0-9]{1,18}|[0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,3}(?: [0-9]{3}){1,5}"
_COUNT = re.compile(rf"'?(?P<sign>-?)(?P<digits>{_WHOLE})(?:\.0{{1,9}})?")
_FIGURE = re.compile(rf"'?(?P<sign>-?)(?P<digits>{_WHOLE})(?P<places>\.[0-9]{{1,17}})?")
_MONEY = re.compile(
    rf"'?(?P<open>\(?)(?P<sign>-?)£? ?(?P<sign2>-?)(?P<digits>{_WHOLE})(?P<places>\.[0-9]{{1,2}})?"
    r" ?(?P<suffix>[kKmMp]?)(?P<close>\)?)"
)
_SUPPRESSED = re.compile(r"\*|c|\[c\]|< ?(?P<below>[0-9]{1,9})")
_WITH_DIGITS = re.compile(r"\S*[0-9]\S*")
_PENNY = Decimal("0.01")
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}


def _minus(text: str) -> str:
    # A minus sign as typesetters have it, and the dashes that stand in for one.
    return re.sub("^[\u2212\u2012\u2013](?=[ £0-9(])", "-", text)


def _digits(found: re.Match[str]) -> str:
    return found["digits"].replace(",", "").replace(" ", "")


def _suppressed(text: str) -> Suppressed | None:
    found = _SUPPRESSED.fullmatch(text)
    if found is None:
        return None
    below = found["below"]
    if below is None:
        return Suppressed()
    # "<1" says that it is 0, and withholds nothing.
    return Suppressed(1, int(below) - 1) if int(below) > 1 else None


@attrs.frozen(kw_only=True)
class Count:
    """A whole number, such as ``1150``, ``1,150`` or ``45.0``; ``*`` and ``<5`` are suppressed.

    Attributes:
        prose: Whether a number may stand among words, such as ``5 more schemes``: exactly one.

    >>> Count().parse("1,150"), Count().parse("<5"), Count(prose=True).parse("Currently 126")
    (1150, Suppressed(low=1, high=4), 126)
    """

    prose: bool = False

    def parse(self, text: str) -> int | Suppressed | Fault:
        """The number, how it is suppressed, or why it is neither."""
        clean = _minus(tidy(text))
        if (withheld := _suppressed(clean)) is not None:
            return withheld
        if found := _COUNT.fullmatch(clean):
            number = int(found["sign"] + _digits(found))
            return number if abs(number) < 2**63 else _not_a("whole number")
        return self._among_words(clean)

    def _among_words(self, text: str) -> int | Fault:
        numbers = _WITH_DIGITS.findall(text)
        if not re.search("[A-Za-z]{2}", text) or not numbers:
            return _not_a("whole number, such as 1150")
        if not self.prose or len(numbers) != 1:
            words = "is one number alone; say prose = true in the profile for one among words"
            return Fault("TEXT_NUMBER", words)
        # What clings to it belongs to it: neither the 6 of P6 nor the 5 of 5k is meant.
        found = _COUNT.fullmatch(numbers[0].strip("().,;:"))
        if found is None:
            return Fault("TEXT_NUMBER", "has one whole number among its words, such as 5 schemes")
        return int(found["sign"] + _digits(found))

    def format(self, value: Value) -> str:
        """The number without thousands marks."""
        if isinstance(value, Suppressed):
            return "*" if value.high is None else f"<{value.high + 1}"
        return str(value)


@attrs.frozen
class Figure:
    """A number with or without decimals, such as ``0.5`` or ``1,150.25``.

    >>> Figure().parse("1,150.25")
    1150.25
    """

    def parse(self, text: str) -> float | Fault:
        """The number, or why it is none."""
        clean = _minus(tidy(text))
        if found := _FIGURE.fullmatch(clean):
            return float(found["sign"] + _digits(found) + (found["places"] or ""))
        return _not_a("number, such as 0.5")

    def format(self, value: Value) -> str:
        """All of its digits, without an exponent."""
        return format(Decimal(repr(value)), "f")


@attrs.frozen(kw_only=True)
class Money:
    """Pounds, such as ``£100 996``, ``100,996``, ``£1.50``, ``(6,500)`` or ``-£6,500``.

    ``100.996`` is refused: it may be a continental thousand, or a slip. So are ``1.2k`` and ``50p``
    unless it is said that they occur.

    Attributes:
        suffixes: Whether ``k`` and ``m`` for thousands and millions may follow.
        pence: Whether a ``p`` for pence may follow.

    >>> Money().parse("£100 996"), Money(suffixes=True).parse("£1.2k")
    (Decimal('100996.00'), Decimal('1200.00'))
    """

    suffixes: bool = False
    pence: bool = False

    def parse(self, text: str) -> Decimal | Suppressed | Fault:
        """The amount in pounds, or why it is none."""
        clean = _minus(tidy(text))
        found = _MONEY.fullmatch(clean)
        if found is None or bool(found["open"]) != bool(found["close"]):
            return self._fault(clean)
        signs = [sign for sign in (found["open"], found["sign"], found["sign2"]) if sign]
        suffix = found["suffix"].casefold()
        if len(signs) > 1 or (suffix == "p" and not self.pence):
            return self._fault(clean)
        if suffix in ("k", "m") and not self.suffixes:
            return self._fault(clean)
        amount = Decimal(_digits(found) + (found["places"] or ""))
        amount = amount * _PENNY if suffix == "p" else amount * _TIMES[suffix]
        if amount >= 10**16 or amount != amount.quantize(_PENNY):
            return self._fault(clean)
        return (-amount if signs else amount).quantize(_PENNY)

    def _fault(self, text: str) -> Fault:
        if "Â£" in text:
            words = "is UTF-8 that was read as Windows-1252; say encoding = 'utf-8'"
            return Fault("ENCODING", words)
        rule = "is an amount in pounds, such as £1,150.00"
        if re.search("[kmp]$", text, re.IGNORECASE):
            rule += "; say suffixes = true in the profile for k and m, pence = true for p"
        elif re.search(r"\.[0-9]{3}$", text):
            rule += "; three decimals may be thousands"
        return Fault("MONEY_FORMAT", rule)

    def format(self, value: Value) -> str:
        """Pounds and pence, with commas."""
        return f"-£{-value:,.2f}" if value < 0 else f"£{value:,.2f}"  # type: ignore[operator] # an amount


@attrs.frozen(kw_only=True)
class Percentage:
    """A share, from ``76 %``, or from a bare number whose scale the profile says.

    Attributes:
        scale: What a number without a sign is: ``percent`` (69 is 69 %) or ``ratio`` (0.69 is).
            Without one it is refused, since a bare 1 is 1 % or the whole.

    >>> Percentage().parse("76 %"), Percentage(scale="ratio").parse("0.69")
    (0.76, 0.69)
    """

    scale: Scale | None = None

    def parse(self, text: str) -> float | Fault:
        """The share as a ratio, or why it is none."""
        clean = _minus(tidy(text))
        signed = clean.endswith("%")
        found = _FIGURE.fullmatch(clean.removesuffix("%").rstrip())
        if found is None:
            return Fault("PERCENT_FORMAT", "is a percentage, such as 76 %")
        if not signed and self.scale is None:
            words = 'has a %; or say scale = "percent" or "ratio" in the profile'
            return Fault("PERCENT_SCALE", words)
        number = Decimal(found["sign"] + _digits(found) + (found["places"] or ""))
        return float(number if not signed and self.scale == "ratio" else number.scaleb(-2))

    def format(self, value: Value) -> str:
        """All of its digits, and the sign."""
        return f"{Decimal(repr(value)).scaleb(2):f} %"


def _not_a(words: str) -> Fault:
    return Fault("NUMBER_FORMAT", f"is a {words}")
