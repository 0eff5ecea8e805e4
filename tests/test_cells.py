"""Cells of text: what each kind of parser reads, what it refuses, and that it is total."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing.errors import CODES
from npolicing.intake.cells import (
    Choice,
    Count,
    Day,
    Fault,
    Figure,
    Identifier,
    Moment,
    Money,
    Parser,
    Percentage,
    SerialDay,
    SerialMoment,
    Suppressed,
    Text,
    YesNo,
)
from npolicing.intake.cells.moments import compiled
from npolicing.intake.converting import convert
from npolicing.intake.fixed_times import fixed_times

UNITS = Choice.of({"CV": "CV", "Coventry": "CV"}, code="UNKNOWN_NPU", what="a unit of WMP")
ISO = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S.%f")
PARSERS: list[Parser] = [
    Count(),
    Count(prose=True),
    Figure(),
    Money(),
    Money(suffixes=True, pence=True),
    Percentage(),
    Percentage(scale="percent"),
    Percentage(scale="ratio"),
    Day(),
    Moment(),
    SerialDay(),
    SerialDay(epoch=1904),
    Text(),
    Identifier(),
    YesNo(),
    UNITS,
]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("£100 996", "100996.00"),
        ("£100\u00a0996", "100996.00"),
        ("£100\u202f996", "100996.00"),
        ("£100\u2009996", "100996.00"),
        ("100,996", "100996.00"),
        ("(6,500)", "-6500.00"),
        ("-£6,500", "-6500.00"),
        ("£-6,500", "-6500.00"),
        ("\u2212£6,500", "-6500.00"),
        ("£1.5", "1.50"),
        ("0", "0.00"),
    ],
)
def test_an_amount_is_read_as_britain_writes_it(text: str, amount: str) -> None:
    assert str(Money().parse(text)) == amount


@pytest.mark.parametrize(
    "text",
    [
        "100.996",
        "£1.2k",
        "50p",
        "1,15",
        "£100 99",
        "(5",
        "-(5)",
        "1e5",
        "",
        "£",
        "99999999999999999",
    ],
)
def test_an_amount_that_could_be_two_is_refused(text: str) -> None:
    found = Money().parse(text)

    assert isinstance(found, Fault)
    assert found.code == "MONEY_FORMAT"


def test_suffixes_and_pence_are_read_where_they_are_expected() -> None:
    money = Money(suffixes=True, pence=True)

    assert [money.parse(text) for text in ("£1.2k", "3m", "50p")] == [
        Decimal("1200.00"),
        Decimal("3000000.00"),
        Decimal("0.50"),
    ]
    assert isinstance(money.parse("5.5p"), Fault)


def test_a_pound_sign_read_in_the_wrong_encoding_is_told_as_that() -> None:
    found = [Money().parse("Â£5"), Text().parse("St Johnâ€™s")]

    assert [each.code for each in found if isinstance(each, Fault)] == ["ENCODING"] * 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,150", 1150),
        ("45.0", 45),
        ("'45", 45),
        ("*", Suppressed()),
        ("c", Suppressed()),
        ("[c]", Suppressed()),
        ("<5", Suppressed(1, 4)),
        ("< 10", Suppressed(1, 9)),
    ],
)
def test_a_count_is_a_number_or_suppressed(text: str, found: object) -> None:
    assert Count().parse(text) == found


@pytest.mark.parametrize("text", ["45.5", "-", "<1", "1.23E+12", "9" * 19, "1 15", "x"])
def test_what_is_neither_is_refused(text: str) -> None:
    assert isinstance(Count().parse(text), Fault)


@pytest.mark.parametrize(
    ("text", "found"),
    [("5 more schemes", 5), ("Currently 126", 126), ("84 new schemes", 84), ("1,150 people", 1150)],
)
def test_one_number_among_words_is_read_where_that_is_said(text: str, found: int) -> None:
    assert Count(prose=True).parse(text) == found
    assert Count().parse(text) == Fault(
        "TEXT_NUMBER", "is one number alone; say prose = true in the profile for one among words"
    )


def test_two_numbers_among_words_are_refused() -> None:
    found = Count(prose=True).parse("Target of 210 schemes by April 2020")

    assert isinstance(found, Fault)
    assert found.code == "TEXT_NUMBER"


def test_a_bare_percentage_needs_a_scale() -> None:
    bare = [Percentage().parse(text) for text in ("0.69", "69", "1")]

    assert [each.code for each in bare if isinstance(each, Fault)] == ["PERCENT_SCALE"] * 3
    assert Percentage().parse("76 %") == 0.76
    assert Percentage(scale="percent").parse("1") == 0.01
    assert Percentage(scale="ratio").parse("1") == 1.0
    # The sign says what it is, whatever the scale of the bare ones.
    assert Percentage(scale="ratio").parse("69%") == 0.69


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("15/10/2019", date(2019, 10, 15)),
        ("1/2/2019", date(2019, 2, 1)),
        ("15th October 2019", date(2019, 10, 15)),
        ("1st Sept 2019", date(2019, 9, 1)),
        ("2nd  Aug  2019", date(2019, 8, 2)),
        ("29/02/2020", date(2020, 2, 29)),
    ],
)
def test_the_day_comes_first(text: str, day: date) -> None:
    assert Day().parse(text) == day


@pytest.mark.parametrize(
    "text",
    ["10/15/2019", "31/02/2019", "2019-10-15", "15/10/19", "1 Ma 2019", "0/1/2019", "٣/١/2019"],
)
def test_no_other_order_is_tried(text: str) -> None:
    found = Day().parse(text)

    assert isinstance(found, Fault)
    assert found.code == "DATE_FORMAT"


def test_a_time_with_a_zone_is_an_instant() -> None:
    found = Moment(forms=ISO).parse("2018-04-01T00:00:00+01:00")

    assert str(found) == "2018-03-31 23:00:00+00:00"


def test_a_form_must_have_a_day_a_month_and_a_year() -> None:
    with pytest.raises(ValueError, match=r"'%d/%m' has no year"):
        compiled("%d/%m")
    with pytest.raises(ValueError, match=r"%p is no part"):
        compiled("%d/%m/%Y %p")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("now", "'now' has no day and no month and no year"),
        ("%d %b", "'%d %b' has no year"),
        ("%y %m", "'%y %m' has no day"),
        ("%d %Y", "'%d %Y' has no month"),
        ("%d/%m/%Y %p", "%p is no part of a day or time here; known: %d %m %Y %y %b %B %H %M %S"),
    ],
)
def test_what_a_form_lacks_is_named(form: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}"):
        compiled(form)


@pytest.mark.parametrize(
    ("form", "text", "moment"),
    [
        ("%d/%m/%Y", "15/10/2019", "2019-10-15 00:00:00"),
        ("%d/%m/%Y %H", "15/10/2019 09", "2019-10-15 09:00:00"),
        ("%d/%m/%Y %H:%M", "15/10/2019 09:30", "2019-10-15 09:30:00"),
        ("%d/%m/%Y %H:%M:%S.%f", "15/10/2019 09:30:59.5", "2019-10-15 09:30:59.500000"),
        ("%d/%m/%y", "15/10/68", "2068-10-15 00:00:00"),
        ("%d/%m/%y", "15/10/69", "1969-10-15 00:00:00"),
    ],
)
def test_what_a_time_does_not_say_is_nothing(form: str, text: str, moment: str) -> None:
    assert str(Moment(forms=(form,)).parse(text)) == moment


@pytest.mark.parametrize(
    ("zone", "hour", "minute"),
    [("Z", 9, 30), ("+00:00", 9, 30), ("+01:00", 8, 30), ("-0145", 11, 15), ("+0530", 4, 0)],
)
def test_a_time_with_its_zone_is_an_instant(zone: str, hour: int, minute: int) -> None:
    found = Moment(forms=("%d/%m/%Y %H:%M%z",)).parse(f"15/10/2019 09:30{zone}")

    assert found == datetime(2019, 10, 15, hour, minute, tzinfo=UTC)
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC


def test_serial_days_are_told_apart_by_their_epoch() -> None:
    assert SerialDay().parse("43753") == date(2019, 10, 15)
    assert SerialDay(epoch=1904).parse("42291") == date(2019, 10, 15)
    # The 1900 system has a 29 February 1900 that never was.
    assert isinstance(SerialDay().parse("60"), Fault)
    assert SerialDay().parse("61") == date(1900, 3, 1)


@pytest.mark.parametrize(
    ("epoch", "text"), [(1900, "43753.3958333333"), (1904, "42291.3958333333")]
)
def test_a_serial_time_is_written_as_it_is_read(epoch: int, text: str) -> None:
    parser = SerialMoment(epoch=epoch)
    found = parser.parse(text)

    assert str(found) == "2019-10-15 09:30:00"
    assert not isinstance(found, Fault)
    assert parser.format(found) == text


@pytest.mark.parametrize(
    ("parser", "rule"),
    [
        (Day(), "is a day as %d/%m/%Y, %d-%m-%Y, %d.%m.%Y, %d %b %Y; the day comes first, or say"),
        (Moment(forms=("%d %b %Y",)), "is a time as %d %b %Y; the day comes first, or say formats"),
        (SerialDay(), "is a day as a spreadsheet of 1900 counts them"),
        (SerialMoment(epoch=1904), "is a time as a spreadsheet of 1904 counts days"),
        (Count(), "is a whole number, such as 1150"),
    ],
)
def test_a_fault_says_what_the_cell_should_be(parser: Parser, rule: str) -> None:
    found = parser.parse(str(2**63))

    assert isinstance(found, Fault)
    assert found.rule.startswith(rule)


@pytest.mark.parametrize("text", ["about 5", "ABOUT 5", "About 5"])
def test_a_count_stands_among_words_of_any_case(text: str) -> None:
    assert Count(prose=True).parse(text) == 5


@given(st.text(), st.sampled_from(PARSERS))
def test_no_text_makes_a_parser_fail(text: str, parser: Parser) -> None:
    found = parser.parse(text)

    assert not isinstance(found, Fault) or found.code in CODES


@given(st.text(alphabet="0123456789 ,.-£%()kmp/:<*'EÂ", max_size=20))
def test_nor_does_a_text_that_is_nearly_right(text: str) -> None:
    for parser in PARSERS:
        found = parser.parse(text)
        assert not isinstance(found, Fault) or found.code in CODES


AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)
CLOCKS = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30))  # noqa: DTZ001 # a local clock


@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_a_count_is_read_as_it_is_written(value: int) -> None:
    text = Count().format(value)

    assert Count().parse(text) == value or len(text.lstrip("-")) > 18


@given(AMOUNTS)
def test_an_amount_is_read_as_it_is_written(value: Decimal) -> None:
    assert Money().parse(Money().format(value)) == value


@given(st.floats(0, 1))
def test_a_percentage_is_read_as_it_is_written(value: float) -> None:
    text = Percentage().format(value)

    assert Percentage().parse(text) == value or len(text) > 18


@given(CLOCKS)
def test_a_day_is_read_as_it_is_written(value: datetime) -> None:
    for forms in (("%d/%m/%Y",), ("%Y-%m-%d",), ("%d %B %Y",), ("%d-%b-%Y",)):
        parser = Day(forms=forms)
        assert parser.parse(parser.format(value.date())) == value.date()


@given(CLOCKS)
def test_a_time_is_read_as_it_is_written(value: datetime) -> None:
    parser = Moment(forms=("%d/%m/%Y %H:%M:%S.%f",))

    assert parser.parse(parser.format(value)) == value


@given(st.dates(min_value=date(1900, 3, 1)))
def test_a_serial_day_is_read_as_it_is_written(value: date) -> None:
    assert SerialDay().parse(SerialDay().format(value)) == value


# -- whole columns are read as single cells are

FORMS = ("%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%d-%b-%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f")
NEARLY = st.one_of(
    CLOCKS.flatmap(lambda clock: st.sampled_from(FORMS).map(clock.strftime)),
    st.from_regex(r"[0-9]{2}/[0-9]{2}/[0-9]{4} [0-9]{2}:[0-9]{2}", fullmatch=True),
    st.text(alphabet="0123456789/-: TJanfeb.", max_size=24),
)


@given(st.lists(NEARLY))
def test_times_of_fixed_width_are_read_as_one_by_one(texts: list[str]) -> None:
    times, read = fixed_times(pa.array(texts, pa.string()), FORMS)
    for text, time, known in zip(texts, times.tolist(), read.tolist(), strict=True):
        if known:
            found = datetime(1970, 1, 1) + timedelta(microseconds=time)  # noqa: DTZ001 # a local clock
            assert Moment(forms=FORMS).parse(text) == found


KINDS: list[tuple[Parser, pa.DataType, st.SearchStrategy[str]]] = [
    (Moment(forms=FORMS), pa.timestamp("us"), NEARLY),
    (Day(), pa.date32(), st.one_of(st.dates().map(lambda d: d.strftime("%d/%m/%Y")), st.text())),
    (Count(), pa.int64(), st.one_of(st.integers(0, 10**6).map(str), st.text("0123456789,.*<c-"))),
    (Money(), pa.decimal128(18, 2), st.one_of(AMOUNTS.map(str), st.text("0123456789,.£p k()"))),
    (Figure(), pa.float64(), st.one_of(AMOUNTS.map(str), st.text("0123456789,.-"))),
    (Identifier(), pa.string(), st.one_of(st.text(), st.text("0123456789.Ee+'n/a "))),
    (Text(), pa.string(), st.one_of(st.text(), st.text("abc nN/a\u00a0"))),
    (YesNo(), pa.bool_(), st.sampled_from(["Y", "no", "true", "", "maybe", "n/a"])),
    (UNITS, pa.string(), st.sampled_from(["CV", "coventry", " CV ", "XX", ""])),
]


@given(st.sampled_from(KINDS), st.data())
def test_a_column_is_read_as_its_cells_are(
    kind: tuple[Parser, pa.DataType, st.SearchStrategy[str]], data: st.DataObject
) -> None:
    parser, arrow, texts_of = kind
    nulls = frozenset({"n/a", "0"})
    texts = data.draw(st.lists(texts_of))
    column: pa.Array[pa.StringScalar] = pa.array(texts, pa.string())
    found = convert(column, parser, arrow, nulls)
    # One at a time there is no quick way for a whole column to differ on.
    alone = [convert(pa.array([text]).dictionary_encode(), parser, arrow, nulls) for text in texts]

    assert found.array.to_pylist() == [each.array[0].as_py() for each in alone]
    assert found.misread.rows.tolist() == [n for n, e in enumerate(alone) if len(e.misread.rows)]
    for row, code in zip(found.misread.rows, found.misread.codes, strict=True):
        fault, text = found.misread.faults[code]
        assert text == texts[row]
        assert isinstance(fault, Fault)


def test_a_part_of_a_column_is_read_as_the_whole() -> None:
    texts: pa.Array[pa.StringScalar] = pa.array(["x", "01/02/2019 10:11", "1/2/2019 9:05", "n/a"])
    whole = convert(texts, Moment(), pa.timestamp("us"), frozenset({"n/a"}))
    part = convert(texts[1:], Moment(), pa.timestamp("us"), frozenset({"n/a"}))

    assert part.array.to_pylist() == whole.array[1:].to_pylist()
    assert whole.misread.rows.tolist() == [0]
    assert np.array_equal(part.misread.rows, [])
