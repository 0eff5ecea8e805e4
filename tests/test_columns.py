from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Literal, Optional
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing._binding import bind
from npolicing._columns import Bound, Column, Field, Kind
from npolicing.errors import CODES, DeclarationError, Failure

DAY = date(2019, 10, 15)
NOON = datetime(2019, 10, 15, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


def field(hint: object, column: Column = Column("What it is.")) -> Field:  # noqa: B008 # frozen
    return bind("Patrol", {"x": Annotated[hint, column]}, {})[0]


def code_of(bound: Field, value: object) -> list[str]:
    return [code for code, _ in bound.faults(value)]


@pytest.mark.parametrize(
    ("hint", "kind"),
    [
        (str, "text"),
        (Literal["a", "b"], "text"),
        (int, "integer"),
        (float, "number"),
        (Decimal, "decimal"),
        (bool, "boolean"),
        (date, "date"),
        (datetime, "timestamp"),
        (tuple[str, ...], "texts"),
    ],
)
def test_each_type_is_of_one_kind_with_null_or_without(hint: type, kind: Kind) -> None:
    for nullable, declared in ((False, hint), (True, hint | None), (True, Optional[hint])):  # noqa: UP045 # both are written
        bound = field(declared)
        assert (bound.kind, bound.nullable) == (kind, nullable)
        assert bound.faults(None) == ([] if nullable else [("NULL", "not null")])


def test_a_field_knows_its_name_its_choices_its_default_and_its_column() -> None:
    column = Column("Kind of patrol.", key=True)
    hints = {"kind": Annotated[Literal["foot", "car"] | None, column], "n": Annotated[int, column]}

    kind, number = bind("Patrol", hints, {"kind": None})

    assert kind == Field(
        name="kind",
        kind="text",
        nullable=True,
        choices=("foot", "car"),
        required=False,
        default=None,
        column=column,
    )
    assert (number.name, number.required, number.default, number.choices) == ("n", True, None, ())


def refused(hint: object, default: object = attrs.NOTHING) -> str:
    defaults = {} if default is attrs.NOTHING else {"x": default}
    with pytest.raises(DeclarationError) as caught:
        bind("Patrol", {"x": hint}, defaults)
    return str(caught.value)


NO_COLUMN = (
    'Patrol.x has no Column. Write it as `x: Annotated[str, Column("What it is.")]`, '
    "so that its checks, schema and dictionary follow."
)


@pytest.mark.parametrize(
    "hint",
    [
        str,
        Annotated[str, "What it is."],
        Annotated[str, Column("One."), Column("Two.")],
    ],
)
def test_a_field_without_one_column_is_refused(hint: object) -> None:
    assert refused(hint) == NO_COLUMN


def test_other_annotations_may_stand_beside_the_column() -> None:
    bound = bind("Patrol", {"x": Annotated[str, "more", Column("What it is.")]}, {})[0]

    assert bound.column.description == "What it is."


@pytest.mark.parametrize(
    ("hint", "shown"),
    [
        (bytes, "<class 'bytes'>"),
        (list[str], "list[str]"),
        (int | str, "int | str"),
        (int | str | None, "int | str | None"),
        (Literal["a", 1], "typing.Literal['a', 1]"),
        (tuple[str, str], "tuple[str, str]"),
    ],
)
def test_a_type_that_is_no_kind_is_refused(hint: object, shown: str) -> None:
    assert refused(Annotated[hint, Column("What it is.")]) == (
        f"Patrol.x is {shown}; a field is str, int, float, Decimal, bool, date, datetime, tuple, "
        "Literal text, or | None."
    )


def test_a_description_is_a_sentence() -> None:
    assert refused(Annotated[str, Column("What it is")]) == (
        "Patrol.x: the description is a sentence, with a full stop."
    )
    assert field(bool, Column("Was it a patrol?")).column.description.endswith("?")


def test_only_text_has_a_pattern() -> None:
    assert refused(Annotated[int, Column("A count.", pattern="[0-9]+")]) == (
        "Patrol.x: only text has a pattern, and this is integer."
    )
    assert field(tuple[str, ...], Column("Codes.", pattern="[A-Z]+")).column.pattern == "[A-Z]+"


@pytest.mark.parametrize(
    ("hint", "bound", "kind"),
    [
        (str, 1, "text"),
        (bool, True, "boolean"),
        (int, 1.5, "integer"),
        (int, True, "integer"),
        (Decimal, 1.5, "decimal"),
        (float, Decimal(1), "number"),
        (date, NOON, "date"),
        (datetime, DAY, "timestamp"),
        (tuple[str, ...], 1.5, "texts"),
    ],
)
def test_a_bound_is_of_the_kind_of_its_column(hint: object, bound: Bound, kind: str) -> None:
    words = f"Patrol.x: {bound!r} is no bound for {kind}."

    assert refused(Annotated[hint, Column("What it is.", ge=bound)]) == words
    assert refused(Annotated[hint, Column("What it is.", le=bound)]) == words


@pytest.mark.parametrize(
    ("hint", "column", "words"),
    [
        (str, Column("X.", pattern="[A-Z"), "'[A-Z' is no pattern: unterminated character set"),
        (datetime, Column("X.", ge=datetime(2020, 1, 1)), "is no bound for timestamp."),  # noqa: DTZ001 # the slip
        (Decimal, Column("X.", ge=Decimal("0.001")), "is no bound for decimal."),
        (int, Column("X.", le=2**70), "is no bound for integer."),
        (float, Column("X.", ge=float("nan")), "is no bound for number."),
        (int, Column("X.", ge=2, le=1), "nothing is >= 2 and <= 1."),
        (Decimal, Column("X.", scale=18), "a scale is 0 to 17, not 18."),
        (Decimal, Column("X.", scale=-1), "a scale is 0 to 17, not -1."),
    ],
)
def test_a_declaration_that_cannot_be_held_is_refused_when_it_is_made(
    hint: object, column: Column, words: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        bind("Patrol", {"x": Annotated[hint, column]}, {})
    assert words in str(caught.value)


def test_the_ends_of_what_can_be_declared_are_allowed() -> None:
    for column in (Column("X.", scale=0), Column("X.", scale=17), Column("X.", ge=1, le=1)):
        bind("Patrol", {"x": Annotated[Decimal, column]}, {})


def test_a_default_is_checked_as_a_value_is() -> None:
    assert refused(Annotated[int, Column("A count.", ge=1)], 0) == (
        "Patrol.x: the default x: 0 breaks >= 1 [OUT_OF_RANGE]."
    )
    assert refused(Annotated[int, Column("A count.")], None) == (
        "Patrol.x: the default x: None breaks not null [NULL]."
    )


@pytest.mark.parametrize(
    ("hint", "value", "rule"),
    [
        (str, 1, "is a str"),
        (str, b"WV", "is a str"),
        (int, True, "is an int"),
        (int, 1.0, "is an int"),
        (int, "1", "is an int"),
        (float, True, "is a float"),
        (float, Decimal(1), "is a float"),
        (Decimal, 1, "is a Decimal"),
        (Decimal, 1.0, "is a Decimal"),
        (bool, 1, "is a bool"),
        (bool, "true", "is a bool"),
        (date, NOON, "is a date"),
        (date, "2019-10-15", "is a date"),
        (datetime, DAY, "is a datetime"),
        (tuple[str, ...], ["WV"], "is a tuple of str"),
        (tuple[str, ...], "WV", "is a tuple of str"),
        (tuple[str, ...], ("WV", 1), "is a tuple of str"),
        (tuple[str, ...], (None,), "is a tuple of str"),
        (datetime, NOON.replace(tzinfo=None), "is in UTC; use .astimezone(datetime.UTC)"),
        (datetime, NOON.astimezone(LONDON), "is in UTC; use .astimezone(datetime.UTC)"),
        (
            datetime,
            datetime(2019, 1, 15, tzinfo=LONDON),
            "is in UTC; use .astimezone(datetime.UTC)",
        ),
        (
            datetime,
            datetime(2019, 1, 15, tzinfo=timezone(timedelta(0), "GMT")),
            "is in UTC; use .astimezone(datetime.UTC)",
        ),
    ],
)
def test_a_value_of_another_type_is_refused(hint: object, value: object, rule: str) -> None:
    assert field(hint).faults(value) == [("WRONG_TYPE", rule)]


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (str, "Wolverhampton & Walsall"),
        (str, "Bryn-y-m\u00f4r"),
        (int, 0),
        (int, 2**63 - 1),
        (int, -(2**63)),
        (float, 1),
        (float, 2**53),
        (float, -(2**53)),
        (float, -0.0),
        (float, 1.7976931348623157e308),
        (Decimal, Decimal("9999999999999999.99")),
        (Decimal, Decimal("1E+15")),
        (Decimal, Decimal("0.10000")),
        (Decimal, Decimal("0E-40")),
        (Decimal, Decimal("0E+15")),
        (Decimal, Decimal(-1)),
        (bool, False),
        (date, date.min),
        (date, date.max),
        (datetime, NOON),
        (datetime, datetime(2019, 7, 1, tzinfo=ZoneInfo("UTC"))),
        (datetime, datetime.max.replace(tzinfo=UTC)),
        (tuple[str, ...], ()),
        (tuple[str, ...], ("b", "a")),
    ],
)
def test_a_value_of_its_type_is_taken(hint: object, value: object) -> None:
    assert field(hint).faults(value) == []


@pytest.mark.parametrize(
    ("hint", "value", "fault"),
    [
        (float, math.nan, ("NOT_FINITE", "finite")),
        (float, math.inf, ("NOT_FINITE", "finite")),
        (float, -math.inf, ("NOT_FINITE", "finite")),
        (Decimal, Decimal("NaN"), ("NOT_FINITE", "finite")),
        (Decimal, Decimal("sNaN"), ("NOT_FINITE", "finite")),
        (Decimal, Decimal("-Infinity"), ("NOT_FINITE", "finite")),
        (Decimal, Decimal("0.001"), ("OUT_OF_RANGE", "fits decimal(18, 2)")),
        (Decimal, Decimal("1E+16"), ("OUT_OF_RANGE", "fits decimal(18, 2)")),
        (Decimal, Decimal(-10000000000000000), ("OUT_OF_RANGE", "fits decimal(18, 2)")),
        (int, 2**63, ("OUT_OF_RANGE", "fits 64 bits")),
        (int, -(2**63) - 1, ("OUT_OF_RANGE", "fits 64 bits")),
        (float, 2**53 + 1, ("OUT_OF_RANGE", "fits a float")),
        (float, -(2**53) - 1, ("OUT_OF_RANGE", "fits a float")),
        (Decimal, Decimal("0E+16"), ("OUT_OF_RANGE", "fits decimal(18, 2)")),
        (str, "", ("EMPTY", "not empty")),
        (tuple[str, ...], ("WV", ""), ("EMPTY", "not empty")),
        (tuple[str, ...], ("WV", "CV", "WV"), ("DUPLICATE_ITEM", "items differ")),
        (Literal["foot", "car"], "Foot", ("NOT_ALLOWED", "one of foot, car")),
    ],
)
def test_a_value_that_its_kind_does_not_hold_is_refused(
    hint: object, value: object, fault: tuple[str, str]
) -> None:
    assert field(hint).faults(value) == [fault]


def test_the_scale_says_how_many_places_a_decimal_has() -> None:
    six = field(Decimal, Column("A share.", scale=6))

    assert six.faults(Decimal("0.000001")) == []
    assert six.faults(Decimal("0.0000001")) == [("OUT_OF_RANGE", "fits decimal(18, 6)")]
    assert six.faults(Decimal("999999999999.999999")) == []
    assert six.faults(Decimal(1000000000000)) == [("OUT_OF_RANGE", "fits decimal(18, 6)")]


@pytest.mark.parametrize(
    "text", [" ", " WV", "WV ", "WV\n", "W\tV", "W\x00V", "W\u00a0V", "W\u200bV", "WV\ud800"]
)
def test_text_that_does_not_print_or_has_a_blank_end_is_refused(text: str) -> None:
    words = "printable, no blank at either end"

    for pattern in (None, "(?s).*", "WV$"):
        assert field(str, Column("A code.", pattern=pattern)).faults(text) == [("TEXT", words)]


@pytest.mark.parametrize("text", ["P\u0661", "P1x", "xP1", "p1", "P", "\uff301"])
def test_the_whole_text_matches_the_pattern(text: str) -> None:
    grade = Column("A grade.", pattern="P[0-9]")

    assert field(str, grade).faults("P1") == []
    assert field(str, grade).faults(text) == [("PATTERN", "matches P[0-9]")]
    assert field(tuple[str, ...], grade).faults(("P1", text)) == [("PATTERN", "matches P[0-9]")]


@pytest.mark.parametrize(
    ("hint", "ge", "le", "below", "above"),
    [
        (int, 0, 167, -1, 168),
        (float, 0, 1, -5e-324, 1.0000000000000002),
        (float, 0.5, 1.5, 0, 2),
        (Decimal, 0, 5, Decimal("-0.01"), Decimal("5.01")),
        (Decimal, Decimal("0.5"), Decimal(5), Decimal("0.49"), Decimal("5.01")),
        (date, DAY, DAY, date(2019, 10, 14), date(2019, 10, 16)),
        (
            datetime,
            NOON,
            NOON,
            NOON - timedelta(microseconds=1),
            NOON + timedelta(microseconds=1),
        ),
    ],
)
def test_a_bound_is_allowed_and_the_step_beyond_it_is_not(
    hint: type, ge: Bound, le: Bound, below: object, above: object
) -> None:
    bound = field(hint, Column("What it is.", ge=ge, le=le))

    assert bound.faults(Decimal(str(ge)) if hint is Decimal else ge) == []
    assert bound.faults(Decimal(str(le)) if hint is Decimal else le) == []
    assert bound.faults(below) == [("OUT_OF_RANGE", f">= {ge}")]
    assert bound.faults(above) == [("OUT_OF_RANGE", f"<= {le}")]


def test_bounds_of_a_list_are_of_its_length() -> None:
    teams = field(tuple[str, ...], Column("Teams.", ge=2, le=3))

    assert teams.faults(("a", "b")) == teams.faults(("a", "b", "c")) == []
    assert teams.faults(()) == [("EMPTY", "items: >= 2")]
    assert teams.faults(("a",)) == [("OUT_OF_RANGE", "items: >= 2")]
    assert teams.faults(("a", "b", "c", "d")) == [("OUT_OF_RANGE", "items: <= 3")]


def test_everything_that_is_wrong_with_a_list_is_said_once() -> None:
    teams = field(tuple[str, ...], Column("Teams.", ge=7, pattern="[a-z]"))

    assert code_of(teams, ("A", "A", "", "", " ", "b")) == [
        "OUT_OF_RANGE",
        "DUPLICATE_ITEM",
        "PATTERN",
        "EMPTY",
        "TEXT",
    ]


def test_a_failure_has_the_name_the_row_and_the_value() -> None:
    bound = field(int, Column("A count.", ge=1))

    assert list(bound.failures(0, 4)) == [
        Failure(code="OUT_OF_RANGE", rule=">= 1", column="x", row=4, value=0)
    ]
    assert [failure.row for failure in bound.failures(0)] == [None]
    assert list(bound.failures(1)) == []


def test_a_failure_withholds_a_personal_value() -> None:
    staff = field(str, Column("Who.", personal=True, pattern="[A-Z][0-9]+"))

    failure = next(staff.failures("jane doe", 1))

    assert failure.value == "(withheld)"
    assert "jane" not in str(failure)


@given(st.decimals(allow_nan=False, allow_infinity=False), st.integers(0, 17))
def test_a_decimal_fits_where_a_whole_number_of_its_last_place_has_18_digits(
    value: Decimal, scale: int
) -> None:
    numerator, denominator = value.as_integer_ratio()
    units, rest = divmod(abs(numerator) * 10**scale, denominator)
    # A zero that is written with more digits than the column has does not fit either.
    fits = rest == 0 and units < 10**18 and (value != 0 or value.adjusted() < 18 - scale)

    assert (field(Decimal, Column("A.", scale=scale)).faults(value) == []) is fits


@given(st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.dates(), st.booleans()))
def test_every_code_that_a_field_gives_is_in_the_vocabulary(value: object) -> None:
    column = Column("What it is.")
    for hint in (str, int, float, Decimal, bool, date, datetime, tuple[str, ...]):
        assert set(code_of(field(hint, column), value)) <= CODES.keys()
