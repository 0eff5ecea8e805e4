"""Cells that are days and times, as British systems write them: the day comes first.

Local times come out as the clock had them; `intake` brings whole columns of them to UTC, since only
there it is known what to do with an hour that came twice.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

import attrs

from npolicing._spelling import tidy
from npolicing.intake.cells._cell import Fault, Value

__all__ = ["DAY_FORMS", "MONTHS", "TIME_FORMS", "Day", "Moment", "SerialDay", "SerialMoment"]

DAY_FORMS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y")
"""How a day is written where the profile does not say."""
TIME_FORMS = tuple(f"{day} {time}" for day in DAY_FORMS for time in ("%H:%M", "%H:%M:%S"))
"""How a time is written where the profile does not say."""

_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th)\b", re.IGNORECASE)
_SEPT = re.compile(r"\bSept\b", re.IGNORECASE)
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_PARTS = {
    "d": "(?P<d>[0-9]{1,2})",
    "m": "(?P<m>[0-9]{1,2})",
    "Y": "(?P<Y>[0-9]{4})",
    "y": "(?P<y>[0-9]{2})",
    "b": "(?P<b>[A-Za-z]{3})",
    "B": "(?P<b>[A-Za-z]{3,9})",
    "H": "(?P<H>[0-9]{1,2})",
    "M": "(?P<M>[0-9]{2})",
    "S": "(?P<S>[0-9]{2})",
    "f": "(?P<f>[0-9]{1,6})",
    "z": "(?P<z>Z|[+-][0-9]{2}:?[0-9]{2})",
    "%": "%",
}
_MEANT = {
    "d": "day",
    "m": "month",
    "b": "month",
    "B": "month",
    "Y": "year",
    "y": "year",
    "H": "hour",
    "M": "minute",
    "S": "second",
    "f": "fraction",
    "z": "zone",
}


def compiled(form: str) -> re.Pattern[str]:
    """A form such as ``%d/%m/%Y``, of the directives that `strptime` has for numbers.

    Raises:
        ValueError: If it has another directive, one thing twice, or no year, month and day.
    """
    pieces = []
    meant = []
    for text, mark, directive in re.findall("([^%]*)(%?)(.?)", form, re.DOTALL):
        pieces.append(re.escape(text))
        if mark and directive not in _PARTS:
            known = " ".join(f"%{each}" for each in _PARTS)
            raise ValueError(f"%{directive} is no part of a day or time here; known: {known}")
        if mark:
            pieces.append(_PARTS[directive])
            meant += [_MEANT[directive]] if directive in _MEANT else []
    twice = [name for name in dict.fromkeys(meant) if meant.count(name) > 1]
    if twice:
        raise ValueError(f"has each part once; {form!r} has twice the {' and the '.join(twice)}")
    lacking = [name for name in ("day", "month", "year") if name not in meant]
    if lacking:
        raise ValueError(f"{form!r} has no {' and no '.join(lacking)}")
    return re.compile("".join(pieces), re.ASCII)


def _month(name: str) -> int:
    near = [at for at, month in enumerate(MONTHS, 1) if month.startswith(name.casefold())]
    if len(near) != 1:
        raise ValueError(name)
    return near[0]


def _moment(found: re.Match[str]) -> datetime:
    """The time of a match; naive, but where it has a zone."""
    parts = {name: text for name, text in found.groupdict().items() if text is not None}
    year = int(parts["Y"]) if "Y" in parts else _century(int(parts["y"]))
    month = _month(parts["b"]) if "b" in parts else int(parts["m"])
    hour, minute, second = (int(parts.get(name, 0)) for name in "HMS")
    micros = int(parts.get("f", "0").ljust(6, "0"))
    day = int(parts["d"])
    moment = datetime(year, month, day, hour, minute, second, micros)  # noqa: DTZ001 # a local clock
    return moment if "z" not in parts else _in_utc(moment, parts["z"])


def _century(year: int) -> int:
    # As POSIX has it; a profile says %y only where its system does.
    return year + (2000 if year < 69 else 1900)


def _in_utc(moment: datetime, zone: str) -> datetime:
    if zone == "Z":
        return moment.replace(tzinfo=UTC)
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return (moment - offset if zone[0] == "+" else moment + offset).replace(tzinfo=UTC)


def _read(
    text: str, forms: tuple[str, ...], patterns: tuple[re.Pattern[str], ...]
) -> datetime | None:
    clean = " ".join(tidy(text).split())
    if any("%b" in form.casefold() for form in forms):
        clean = _SEPT.sub("Sep", _ORDINAL.sub("", clean))
    for pattern in patterns:
        found = pattern.fullmatch(clean)
        if found is not None:
            try:
                return _moment(found)
            except (ValueError, OverflowError):
                continue
    return None


def _patterns(self: Day | Moment) -> tuple[re.Pattern[str], ...]:
    return tuple(map(compiled, self.forms))


@attrs.frozen(kw_only=True)
class Day:
    """A day, such as ``15/10/2019`` or ``15th October 2019``. Day and month are never swapped.

    Attributes:
        forms: How it may be written, with the directives of `strptime`; the first that fits counts.

    >>> Day().parse("15th October 2019"), Day().parse("10/15/2019").code
    (datetime.date(2019, 10, 15), 'DATE_FORMAT')
    """

    forms: tuple[str, ...] = DAY_FORMS
    _patterns: tuple[re.Pattern[str], ...] = attrs.field(
        init=False, repr=False, eq=False, default=attrs.Factory(_patterns, takes_self=True)
    )

    def __attrs_post_init__(self) -> None:
        """Refuse forms with a zone: the day would be that of another clock."""
        if any("%z" in form for form in self.forms):
            raise ValueError("a day has no zone (%z)")

    def parse(self, text: str) -> date | Fault:
        """The day, or why it is none."""
        moment = _read(text, self.forms, self._patterns)
        return _misread("DATE_FORMAT", "day", self.forms) if moment is None else moment.date()

    def format(self, value: Value) -> str:
        """The day in the first form."""
        return _written(value, self.forms[0])


@attrs.frozen(kw_only=True)
class Moment:
    """A time: naive, as the local clock had it, or in UTC where the form has a zone (``%z``).

    Attributes:
        forms: How it may be written, with the directives of `strptime`; the first that fits counts.

    >>> Moment().parse("15/10/2019 09:30")
    datetime.datetime(2019, 10, 15, 9, 30)
    """

    forms: tuple[str, ...] = TIME_FORMS
    _patterns: tuple[re.Pattern[str], ...] = attrs.field(
        init=False, repr=False, eq=False, default=attrs.Factory(_patterns, takes_self=True)
    )

    def parse(self, text: str) -> datetime | Fault:
        """The time, or why it is none."""
        moment = _read(text, self.forms, self._patterns)
        return _misread("TIME_FORMAT", "time", self.forms) if moment is None else moment

    def format(self, value: Value) -> str:
        """The time in the first form."""
        return _written(value, self.forms[0])


@attrs.frozen(kw_only=True)
class SerialDay:
    """A day as a spreadsheet counts them, where the profile says that a column is so.

    Attributes:
        epoch: 1900, or 1904 as old Macintosh workbooks count.

    >>> SerialDay().parse("43753"), SerialDay(epoch=1904).parse("42291")
    (datetime.date(2019, 10, 15), datetime.date(2019, 10, 15))
    """

    epoch: int = 1900

    def parse(self, text: str) -> date | Fault:
        """The day, or why it is none."""
        moment = _serial(text, self.epoch)
        if moment is None or moment.time() != time():
            return Fault("SERIAL_DATE", f"is a day as a spreadsheet of {self.epoch} counts them")
        return moment.date()

    def format(self, value: Value) -> str:
        """The number of the day."""
        return str((value - _EPOCHS[self.epoch].date()).days)  # type: ignore[operator,union-attr] # a day


@attrs.frozen(kw_only=True)
class SerialMoment:
    """A time as a spreadsheet counts days and their fractions; naive, as the local clock had it.

    A fraction of a day is no whole number of seconds: 09:29:59.999 is meant for 09:30, and what is
    below a second is none of the data's.

    Attributes:
        epoch: 1900, or 1904 as old Macintosh workbooks count.

    >>> SerialMoment().parse("43753.3958333")
    datetime.datetime(2019, 10, 15, 9, 30)
    """

    epoch: int = 1900

    def parse(self, text: str) -> datetime | Fault:
        """The time, or why it is none."""
        moment = _serial(text, self.epoch)
        if moment is None:
            words = f"is a time as a spreadsheet of {self.epoch} counts days"
            return Fault("SERIAL_DATE", words)
        return moment

    def format(self, value: Value) -> str:
        """The number of the day, with its fraction."""
        days = Decimal((value - _EPOCHS[self.epoch]) // timedelta(seconds=1)) / 86_400  # type: ignore[operator] # a time
        return f"{days:.10f}"


_EPOCHS = {1900: datetime(1899, 12, 30), 1904: datetime(1904, 1, 1)}  # noqa: DTZ001 # a local clock
_LAST = datetime(9999, 12, 31)  # noqa: DTZ001 # the same


def _serial(text: str, epoch: int) -> datetime | None:
    """The time of a serial number, to the second; null where it is none."""
    clean = tidy(text)
    # Before 61 the count of 1900 has a 29 February that never was.
    if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,20})?", clean) or Decimal(clean) < 61:
        return None
    seconds = int((Decimal(clean) * 86_400).to_integral_value(ROUND_HALF_UP))
    if timedelta(seconds=seconds) > _LAST - _EPOCHS[epoch]:
        return None
    return _EPOCHS[epoch] + timedelta(seconds=seconds)


def _misread(code: str, what: str, forms: tuple[str, ...]) -> Fault:
    shown = ", ".join(forms[:4])
    return Fault(code, f"is a {what} as {shown}; the day comes first, or say formats = [...]")


def _written(value: Value, form: str) -> str:
    # %Y of a year before 1000 has no leading zeros on every system.
    text = form.replace("%Y", f"{value.year:04}")  # type: ignore[union-attr] # a day or a time
    return value.strftime(text)  # type: ignore[union-attr] # the same
