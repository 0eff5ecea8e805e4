from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing._columns import Column, parse_text
from npolicing._records import Record, Records
from npolicing._rules import InOrder, Rule
from npolicing.entities import ENTITIES, NPU, ACFBid, BudgetPosition, ImpactArea, Log, Staff, Team
from npolicing.errors import DeclarationError, Failure, ValidationError
from npolicing.testing import records


@attrs.frozen(kw_only=True)
class Patrol(Record):
    """One foot patrol: a field of each kind."""

    patrol_id: Annotated[str, Column("Identifier.", key=True, pattern="P-[0-9]+")]
    minutes: Annotated[int, Column("How long.", unit="minutes", ge=1, le=600)]
    officer: Annotated[str | None, Column("Who, opaque.", personal=True, pattern="[A-Z]+")] = None
    driver: Annotated[str | None, Column("Who drove, opaque.", personal=True)] = None
    kind: Annotated[Literal["foot", "car"], Column("How.")] = "foot"
    share: Annotated[float | None, Column("Share of it outdoors.", ge=0, le=1)] = None
    cost: Annotated[Decimal | None, Column("What it cost.", unit="GBP", ge=0)] = None
    planned: Annotated[bool, Column("Was it planned?")] = True
    on: Annotated[date | None, Column("Day.", ge=date(2010, 1, 1))] = None
    began_at: Annotated[datetime | None, Column("When it began, in UTC.")] = None
    ended_at: Annotated[datetime | None, Column("When it ended, in UTC.")] = None
    wards: Annotated[tuple[str, ...], Column("Wards.", le=3)] = ()

    rules: ClassVar[tuple[Rule, ...]] = (
        InOrder(code="ENDS_BEFORE_START", columns=("began_at", "ended_at")),
        Rule(
            code="INCONSISTENT",
            name="nobody drives on their own patrol",
            columns=("officer", "driver"),
            holds=lambda officer, driver: officer != driver,
        ),
    )


NOON = datetime(2019, 10, 15, 12, tzinfo=UTC)
FULL = Patrol(
    patrol_id="P-1",
    minutes=45,
    officer="AB",
    driver="Jane",
    kind="car",
    share=0.5,
    cost=Decimal("10.50"),
    planned=False,
    on=date(2019, 10, 15),
    began_at=NOON,
    ended_at=NOON,
    wards=("E05001", "E05002"),
)


def patrol(number: int) -> Patrol:
    return Patrol(patrol_id=f"P-{number}", minutes=number + 1)


def test_values_are_kept_as_given_and_defaults_filled_in() -> None:
    short = Patrol(patrol_id="P-1", minutes=45)

    assert (short.patrol_id, short.minutes, short.kind, short.planned) == ("P-1", 45, "foot", True)
    assert (short.officer, short.cost, short.wards) == (None, None, ())
    assert FULL.cost == Decimal("10.50")


def test_a_record_is_frozen_and_keyword_only() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        FULL.minutes = 1  # type: ignore[misc] # that is the test
    with pytest.raises(TypeError, match="takes 1 positional argument but 3 were given"):
        Patrol("P-1", 45)  # type: ignore[call-arg] # that is the test
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'minutes'"):
        Patrol(patrol_id="P-1")  # type: ignore[call-arg] # that is the test


def test_every_failure_is_named_at_once_in_the_order_of_the_fields() -> None:
    with pytest.raises(ValidationError) as caught:
        Patrol(
            patrol_id="P-\u0661",
            minutes=601,
            officer="jane",
            kind="boat",  # type: ignore[arg-type] # that is the test
            share=float("nan"),
            cost=Decimal("0.001"),
            planned=None,  # type: ignore[arg-type] # that is the test
            on=date(2009, 12, 31),
            began_at=NOON.replace(tzinfo=None),
            ended_at=NOON,
            wards=("a", "a", "", "b"),
        )

    assert [(f.column, f.code) for f in caught.value.failures] == [
        ("patrol_id", "PATTERN"),
        ("minutes", "OUT_OF_RANGE"),
        ("officer", "PATTERN"),
        ("kind", "NOT_ALLOWED"),
        ("share", "NOT_FINITE"),
        ("cost", "OUT_OF_RANGE"),
        ("planned", "NULL"),
        ("on", "OUT_OF_RANGE"),
        ("began_at", "WRONG_TYPE"),
        ("wards", "OUT_OF_RANGE"),
        ("wards", "DUPLICATE_ITEM"),
        ("wards", "EMPTY"),
    ]
    assert caught.value.entity == "Patrol"
    assert "jane" not in str(caught.value)


def test_a_rule_is_checked_beside_wrong_fields_that_it_does_not_name() -> None:
    with pytest.raises(ValidationError) as caught:
        Patrol(patrol_id="P-1", minutes=0, began_at=NOON, ended_at=datetime.min.replace(tzinfo=UTC))

    assert [(f.column, f.code) for f in caught.value.failures] == [
        ("minutes", "OUT_OF_RANGE"),
        ("began_at, ended_at", "ENDS_BEFORE_START"),
    ]


def test_a_rule_is_not_asked_about_a_value_that_is_wrong_in_itself() -> None:
    with pytest.raises(ValidationError) as caught:
        attrs.evolve(FULL, ended_at="2019-10-15")  # type: ignore[arg-type] # the rule could not compare the two

    assert [f.code for f in caught.value.failures] == ["WRONG_TYPE"]


def test_the_failure_of_a_rule_withholds_what_is_personal() -> None:
    with pytest.raises(ValidationError) as caught:
        attrs.evolve(FULL, driver="AB")

    assert str(caught.value) == (
        "1 failure for Patrol:\n  - officer, driver: ('(withheld)', '(withheld)') breaks "
        "nobody drives on their own patrol [INCONSISTENT]"
    )


def test_repr_leaves_out_nulls_and_withholds_what_is_personal() -> None:
    assert repr(patrol(1)) == (
        "Patrol(patrol_id='P-1', minutes=2, kind='foot', planned=True, wards=())"
    )
    assert "officer=(withheld), driver=(withheld), kind='car'" in repr(FULL)
    assert "AB" not in repr(FULL)
    assert "Jane" not in str(FULL)


def test_a_record_as_json_has_it() -> None:
    assert FULL.to_dict() == {
        "patrol_id": "P-1",
        "minutes": 45,
        "officer": "AB",
        "driver": "Jane",
        "kind": "car",
        "share": 0.5,
        "cost": "10.50",
        "planned": False,
        "on": "2019-10-15",
        "began_at": "2019-10-15T12:00:00+00:00",
        "ended_at": "2019-10-15T12:00:00+00:00",
        "wards": ["E05001", "E05002"],
    }
    assert list(FULL.to_dict()) == [field.name for field in Patrol.columns()]


@given(st.data())
@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__name__)
def test_a_record_comes_back_from_json_as_it_was(entity: type[Record], data: st.DataObject) -> None:
    record = data.draw(records(entity))

    again = entity.from_dict(json.loads(json.dumps(record.to_dict(), allow_nan=False)))

    assert again == record
    assert again.to_dict() == record.to_dict()


def test_a_field_with_a_default_may_be_left_out_of_a_dict() -> None:
    assert Patrol.from_dict({"patrol_id": "P-1", "minutes": 2}) == patrol(1)


def test_a_dict_with_another_zone_is_brought_to_utc() -> None:
    values = {"patrol_id": "P-1", "minutes": 2, "began_at": "2019-10-15T13:00:00+01:00"}

    assert Patrol.from_dict(values).began_at == NOON
    assert Patrol.from_dict(values).to_dict()["began_at"] == "2019-10-15T12:00:00+00:00"


def test_everything_wrong_with_a_dict_is_named_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        Patrol.from_dict({"colour": "blue", "patrol_id": "x", "cost": 1.5, "wards": [1]})

    assert caught.value.failures == (
        Failure(
            code="UNKNOWN_FIELD", rule="is a field of Patrol", column="colour", value="(withheld)"
        ),
        Failure(code="MISSING", rule="is given", column="minutes"),
        Failure(code="PATTERN", rule="matches P-[0-9]+", column="patrol_id", value="x"),
        Failure(code="WRONG_TYPE", rule="is a Decimal", column="cost", value=1.5),
        Failure(code="WRONG_TYPE", rule="is a tuple of str", column="wards", value=(1,)),
    )


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("on", "15/10/2019", "WRONG_TYPE"),
        ("began_at", "noon", "WRONG_TYPE"),
        ("began_at", "2019-10-15T12:00:00", "WRONG_TYPE"),
        ("began_at", "0001-01-01T00:00:00+01:00", "WRONG_TYPE"),
        ("cost", "ten", "WRONG_TYPE"),
        ("cost", "1_0", "WRONG_TYPE"),
        ("cost", " 10", "WRONG_TYPE"),
        ("cost", "\u0661", "WRONG_TYPE"),
        ("cost", "NaN", "NOT_FINITE"),
        ("minutes", "45", "WRONG_TYPE"),
        ("planned", "true", "WRONG_TYPE"),
        ("wards", "E05001", "WRONG_TYPE"),
    ],
)
def test_json_that_stands_for_no_value_is_refused(name: str, value: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Patrol.from_dict(FULL.to_dict() | {name: value})

    assert [(f.column, f.code) for f in caught.value.failures] == [(name, code)]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("minutes", "-45", -45),
        ("minutes", "45", 45),
        ("minutes", "4.5", "4.5"),
        ("minutes", "1_0", "1_0"),
        ("minutes", "\u0664", "\u0664"),
        ("minutes", "--1", "--1"),
        ("minutes", "", ""),
        ("share", "0.5", 0.5),
        ("share", "1e-3", 0.001),
        ("share", "1_0", "1_0"),
        ("share", " 1", " 1"),
        ("share", "\u0661", "\u0661"),
        ("share", "half", "half"),
        ("cost", "10.50", Decimal("10.50")),
        ("cost", "10,50", "10,50"),
        ("planned", "true", True),
        ("planned", "false", False),
        ("planned", "True", "True"),
        ("on", "2019-10-15", date(2019, 10, 15)),
        ("on", "2019-02-29", "2019-02-29"),
        ("began_at", "2019-10-15T12:00:00Z", NOON),
        ("began_at", "2019-10-15T13:00:00+01:00", NOON),
        ("began_at", "2019-10-15T12:00:00", NOON.replace(tzinfo=None)),
        ("began_at", "9999-12-31T23:00:00-01:30", "9999-12-31T23:00:00-01:30"),
        ("kind", "car", "car"),
    ],
)
def test_canonical_text_is_read_and_other_text_left(name: str, text: str, value: object) -> None:
    field = {field.name: field for field in Patrol.columns()}[name]

    got = parse_text(field, text)

    assert (got, type(got)) == (value, type(value))


@given(st.data())
@pytest.mark.parametrize("entity", [Log, ACFBid, ImpactArea], ids=lambda entity: entity.__name__)
def test_records_survive_pickling_and_copying(entity: type[Record], data: st.DataObject) -> None:
    record = data.draw(records(entity))
    rows = Records(entity, [record])

    for thing in (record, rows):
        pickled = pickle.loads(pickle.dumps(thing))  # noqa: S301 # our own bytes
        assert pickled == copy.copy(thing) == copy.deepcopy(thing) == thing
        assert hash(pickled) == hash(thing)
        assert type(pickled) is type(thing)
    assert attrs.evolve(record) == record


def test_a_refusal_survives_pickling() -> None:
    with pytest.raises(ValidationError) as caught:
        Patrol(patrol_id="P-1", minutes=0)

    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 # our own bytes

    assert again.failures == caught.value.failures
    assert str(again) == str(caught.value)


def test_to_change_a_record_is_to_check_it_again() -> None:
    with pytest.raises(ValidationError, match=r"minutes: 0 breaks >= 1 \[OUT_OF_RANGE\]$"):
        attrs.evolve(FULL, minutes=0)


def test_records_are_equal_by_their_values_and_class() -> None:
    assert patrol(1) == patrol(1) != patrol(2)
    assert len({patrol(1), patrol(1), patrol(2)}) == 2
    team: Record = Team(force="WMP", team_id="T1", npu="CV", kind="hub")
    assert team != patrol(1)


def test_a_class_without_the_decorator_says_so() -> None:
    class Bare(Record):
        minutes: Annotated[int, Column("How long.")]

    with pytest.raises(DeclarationError) as caught:
        Bare()

    assert str(caught.value) == "Bare needs @attrs.frozen(kw_only=True) above it."


def test_a_field_may_not_take_a_name_of_the_base() -> None:
    with pytest.raises(DeclarationError) as caught:

        @attrs.frozen(kw_only=True)
        class Rota(Record):
            columns: Annotated[int, Column("How many.")]  # type: ignore[assignment] # the test

    assert str(caught.value) == "Rota.columns: that name belongs to Record."


def test_a_field_without_a_column_fails_when_its_class_is_made() -> None:
    with pytest.raises(DeclarationError, match=r"^Rota\.turns has no Column\. Write it as `turns:"):

        @attrs.frozen(kw_only=True)
        class Rota(Record):
            turns: int


def test_a_factory_is_no_default() -> None:
    with pytest.raises(DeclarationError, match=r"^Rota\.days: the default days: Factory"):

        @attrs.frozen(kw_only=True)
        class Rota(Record):
            days: Annotated[tuple[str, ...], Column("Days.")] = attrs.field(factory=tuple)


def test_a_type_that_is_not_there_at_run_time_is_told() -> None:
    with pytest.raises(DeclarationError) as caught:

        @attrs.frozen(kw_only=True)
        class Rota(Record):
            turns: Annotated[Turns, Column("Turns.")]  # type: ignore[name-defined] # noqa: F821

    assert str(caught.value) == (
        "Rota: name 'Turns' is not defined; a field's type is needed at run time. Import it "
        "outside `if TYPE_CHECKING`, and outside the function that the class is in."
    )


@pytest.mark.parametrize(
    ("field", "told"),
    [
        (
            attrs.field(validator=attrs.validators.ge(0)),
            "say it in the Column or as a Rule; frames know those.",
        ),
        (
            attrs.field(converter=int),
            "say it in the Column or as a Rule; frames know those.",
        ),
        (attrs.field(init=False, default=1), "a field is an argument of its own name."),
        (attrs.field(alias="number"), "a field is an argument of its own name."),
    ],
)
def test_what_a_frame_would_not_know_is_refused(field: object, told: str) -> None:
    names = {"__annotations__": {"turns": Annotated[int, Column("How many.")]}, "turns": field}
    with pytest.raises(DeclarationError) as caught:
        attrs.frozen(kw_only=True)(type("Rota", (Record,), names))
    assert str(caught.value) == f"Rota.turns: {told}"


def test_a_check_of_its_own_is_a_rule() -> None:
    with pytest.raises(
        DeclarationError, match=r"^Rota: the checks are there; say yours as a Rule\.$"
    ):

        @attrs.frozen(kw_only=True)
        class Rota(Record):
            def __attrs_post_init__(self) -> None:
                """Skip what Record checks."""


def test_a_subclass_needs_its_own_decorator() -> None:
    class Special(Team):
        extra: Annotated[int, Column("Something more.")] = 1

    with pytest.raises(
        DeclarationError, match=r"^Special needs @attrs\.frozen\(kw_only=True\) above"
    ):
        Special(force="WMP", team_id="T1", npu="CV", kind="hub")


def test_rules_that_a_frame_could_not_ask_are_refused() -> None:
    def declared(rule: Rule) -> None:
        @attrs.frozen(kw_only=True)
        class Rota(Record):
            day: Annotated[date, Column("Day.")]
            turns: Annotated[int, Column("How many.")]
            rules: ClassVar[tuple[Rule, ...]] = (rule,)

    with pytest.raises(DeclarationError, match=r"^Rota: rule 'r' has columns that are no tuple\.$"):
        declared(Rule(code="X", name="r", columns="day", holds=bool))  # type: ignore[arg-type] # the slip
    with pytest.raises(DeclarationError, match=r"orders fields of several kinds\.$"):
        declared(InOrder(code="X", columns=("day", "turns")))


@pytest.mark.parametrize("values", [None, [], "text", 5])
def test_json_that_is_no_object_is_told(values: object) -> None:
    with pytest.raises(ValidationError) as caught:
        Team.from_dict(values)  # type: ignore[arg-type] # the slip
    assert [each.rule for each in caught.value.failures] == ["is a mapping of fields"]


def test_a_key_that_is_no_name_is_told() -> None:
    with pytest.raises(ValidationError, match=r"5: '\(withheld\)' breaks is a field of Team"):
        Team.from_dict({5: 5})  # type: ignore[dict-item] # the slip


def test_whole_pounds_in_json_are_money() -> None:
    values = {
        "force": "WMP",
        "financial_year": "2019/20",
        "as_of": "2019-10-15",
        "budget": 100,
        "spent": "1.50",
    }
    assert BudgetPosition.from_dict(values).budget == Decimal(100)
    with pytest.raises(ValidationError, match="True breaks is a Decimal"):
        BudgetPosition.from_dict(values | {"budget": True})


def test_a_class_without_slots_is_refused() -> None:
    with pytest.raises(DeclarationError) as caught:

        @attrs.frozen(kw_only=True, slots=False)
        class Rota(Record):
            turns: Annotated[int, Column("How many.")]

    assert str(caught.value) == "Rota: keep attrs' slots; frames fill records by them."


def test_a_rule_names_fields_that_there_are() -> None:
    with pytest.raises(DeclarationError) as caught:

        @attrs.frozen(kw_only=True)
        class Rota(Record):
            turns: Annotated[int, Column("How many.")]

            rules: ClassVar[tuple[Rule, ...]] = (
                InOrder(code="INCONSISTENT", columns=("turns", "most")),
            )

    assert str(caught.value) == "Rota: rule 'turns <= most' names no field 'most'."


def test_a_subclass_has_the_fields_of_its_base_before_its_own() -> None:
    @attrs.frozen(kw_only=True)
    class NightPatrol(Patrol):
        lit: Annotated[bool, Column("Was the place lit?")]

    names = [field.name for field in NightPatrol.columns()]

    assert names == [*(field.name for field in Patrol.columns()), "lit"]
    with pytest.raises(ValidationError, match=r"1 failure for NightPatrol:\n  - minutes: 0"):
        NightPatrol(patrol_id="P-1", minutes=0, lit=True)


def test_rows_are_a_sequence_that_knows_its_entity() -> None:
    one, two, three = (patrol(number) for number in (1, 2, 3))
    rows = Records(Patrol, iter([one, two, three]))

    assert isinstance(rows, Sequence)
    assert rows.entity is Patrol
    assert len(rows) == 3
    assert list(rows) == [one, two, three]
    assert rows[0] is one
    assert rows[-1] is three
    assert rows[1:] == Records(Patrol, [two, three])
    assert rows[::-1] == Records(Patrol, [three, two, one])
    assert two in rows
    assert patrol(4) not in rows
    assert rows.index(three) == 2
    with pytest.raises(IndexError, match="tuple index out of range"):
        rows[3]


def test_rows_are_equal_by_entity_and_order() -> None:
    rows = Records(Patrol, [patrol(1), patrol(2)])

    assert rows == Records(Patrol, [patrol(1), patrol(2)])
    assert hash(rows) == hash(Records(Patrol, [patrol(1), patrol(2)]))
    assert rows != Records(Patrol, [patrol(2), patrol(1)])
    assert rows != [patrol(1), patrol(2)]
    assert Records(Patrol) != Records(Team)
    assert not Records(Patrol)


def test_rows_of_another_entity_are_refused() -> None:
    staff = Staff(force="WMP", staff_ref="S1")

    with pytest.raises(TypeError, match="^row 1 is a Staff, not a Patrol$"):
        Records(Patrol, [patrol(1), staff])


def test_where_keeps_the_rows_whose_fields_are_equal() -> None:
    rows = Records(Patrol, [patrol(1), FULL, patrol(2)])

    assert rows.where(kind="foot") == Records(Patrol, [patrol(1), patrol(2)])
    assert rows.where(kind="foot", minutes=3) == Records(Patrol, [patrol(2)])
    assert rows.where(cost=None, planned=False) == Records(Patrol)
    assert rows.where() == rows


def test_where_refuses_fields_that_there_are_not() -> None:
    with pytest.raises(AttributeError, match="^Patrol has no field color, colour$"):
        Records(Patrol).where(colour="blue", kind="foot", color="blue")


def test_rows_show_the_first_five() -> None:
    shown = repr(patrol(0))

    assert repr(Records(Patrol)) == "Records(Patrol, 0 rows)"
    assert repr(Records(Patrol, [patrol(0)])) == f"Records(Patrol, 1 row):\n  {shown}"
    lines = repr(Records(Patrol, [patrol(number) for number in range(7)])).splitlines()
    assert lines[0] == "Records(Patrol, 7 rows):"
    assert lines[1:6] == [f"  {patrol(number)!r}" for number in range(5)]
    assert lines[6:] == ["  ... and 2 more"]
    assert "more" not in repr(Records(Patrol, [patrol(number) for number in range(5)]))


def test_html_has_a_column_for_each_field_in_use_that_is_not_personal() -> None:
    html = Records(
        Patrol, [patrol(1), attrs.evolve(FULL, began_at=None, ended_at=None)]
    )._repr_html_()

    plain = html.replace(' style="text-align: left"', "")
    assert plain != html
    assert plain == (
        "<table><caption>Patrol</caption>\n<thead><tr>"
        '<th scope="col">patrol_id</th><th scope="col">minutes</th><th scope="col">kind</th>'
        '<th scope="col">share</th><th scope="col">cost</th><th scope="col">planned</th>'
        '<th scope="col">on</th><th scope="col">wards</th></tr>\n</thead>\n<tbody>'
        "<tr><td>P-1</td><td>2</td><td>foot</td><td></td><td></td><td>True</td><td></td>"
        "<td></td></tr>\n"
        "<tr><td>P-1</td><td>45</td><td>car</td><td>0.5</td><td>10.50</td><td>False</td>"
        "<td>2019-10-15</td><td>E05001, E05002</td></tr>\n</tbody>\n</table>\n"
    )


def test_html_of_one_record_has_what_its_repr_has() -> None:
    html = attrs.evolve(FULL, began_at=None, ended_at=None)._repr_html_()
    html = html.replace(' style="text-align: left"', "")

    assert html.startswith(
        '<table><caption>Patrol</caption>\n<thead><tr><th scope="col">field</th>'
    )
    assert '<tr><th scope="row">cost</th><td>10.50</td></tr>' in html
    assert '<tr><th scope="row">wards</th><td>E05001, E05002</td></tr>' in html
    assert "began_at" not in html, "null is left out"
    personal = [field.name for field in Patrol.columns() if field.column.personal]
    assert personal
    for name in personal:
        assert f'<th scope="row">{name}</th><td>(withheld)</td>' in html
        assert str(getattr(FULL, name)) not in html


def test_html_is_escaped() -> None:
    unit = NPU(force="WMP", code="CV", name="<script>", aliases=("A & B", '"C"'))

    html = Records(NPU, [unit])._repr_html_()

    assert ">&lt;script&gt;</td>" in html
    assert ">A &amp; B, &quot;C&quot;</td>" in html


def test_html_has_the_first_twenty_rows() -> None:
    many = Records(Patrol, [patrol(number) for number in range(21)])

    assert many._repr_html_().count("<tr>") == 1 + 20
    assert "<caption>Patrol, the first 20 of 21</caption>" in many._repr_html_()
    assert "<caption>Patrol</caption>" in many[:20]._repr_html_()


def test_a_budget_is_exact() -> None:
    budget = BudgetPosition(
        force="WMP",
        financial_year="2019/20",
        as_of=date(2019, 10, 15),
        budget=Decimal("0.10"),
        spent=Decimal("0.30"),
    )

    assert budget.spent - budget.budget == Decimal("0.20")
