import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing import forces
from npolicing._records import Records
from npolicing._spelling import fold
from npolicing.entities import NPU, Force, Grade, GradeOwner, GradingScheme
from npolicing.errors import (
    CODES,
    InputFileError,
    MissingTargetError,
    MixedRowsError,
    UnknownCodeError,
    ValidationError,
)
from npolicing.forces import ForceReference
from npolicing.vocabulary import TeamKind

WMP = forces.west_midlands()
GMP = forces.greater_manchester()
SHIPPED = {code: forces.load(code) for code in forces.known()}
UNIT_SPELLINGS = [
    (book, unit, text)
    for book in SHIPPED.values()
    for unit in book.npus
    for text in (unit.code, unit.name, *unit.aliases)
]
GRADE_SPELLINGS = [
    (book, grade, text)
    for book in SHIPPED.values()
    for grade in book.grades
    for text in (grade.grade, *grade.aliases)
]
BLANKS = st.text(" \t\n\u00a0\u2009\u202f", max_size=3)


def unit(code: str, **values: object) -> NPU:
    return NPU.from_dict({"force": "XX", "code": code, "name": f"Unit {code}", **values})


def scheme(name: str, **values: object) -> GradingScheme:
    return GradingScheme.from_dict({"force": "XX", "scheme": name, "name": name, **values})


def grade(name: str, **values: object) -> Grade:
    return Grade.from_dict({"force": "XX", "scheme": "S", "grade": name, "rank": 1, **values})


def owner(name: str, kind: str, **values: object) -> GradeOwner:
    row = {"force": "XX", "scheme": "S", "grade": name, "owner": kind, **values}
    return GradeOwner.from_dict(row)


def book(
    npus: Sequence[NPU] = (),
    schemes: Sequence[GradingScheme] = (),
    grades: Sequence[Grade] = (),
    owners: Sequence[GradeOwner] = (),
) -> ForceReference:
    return ForceReference(
        force=Force(force="XX", name="Another force"),
        npus=Records(NPU, npus),
        grading_schemes=Records(GradingScheme, schemes),
        grades=Records(Grade, grades),
        grade_owners=Records(GradeOwner, owners),
    )


@st.composite
def disguised(draw: st.DrawFn, text: str) -> str:
    letters = [draw(st.sampled_from([c.lower(), c.upper()])) for c in text]
    blank = BLANKS.filter(bool)
    inner = "".join(draw(blank) if c == " " else c for c in letters)
    return draw(BLANKS) + inner + draw(BLANKS)


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        *((code, code) for code in ("BE", "BW", "CV", "DY", "SH", "SW", "WS", "WV")),
        ("COV", "CV"),
        ("DUD", "DY"),
        ("SOL", "SH"),
        ("WOV", "WV"),
        ("SANDWELL", "SW"),
        ("WALSALL", "WS"),
    ],
)
def test_each_code_that_the_board_paper_prints_is_one_of_its_eight_units(
    printed: str, code: str
) -> None:
    assert WMP.npu(printed, date(2019, 10, 15)).code == code


def test_the_units_of_the_west_midlands_have_the_local_authorities_of_the_ons_lookup() -> None:
    assert [(u.code, u.name, u.local_authority, u.local_authority_code) for u in WMP.npus] == [
        ("BE", "Birmingham East", "Birmingham", "E08000025"),
        ("BW", "Birmingham West", "Birmingham", "E08000025"),
        ("CV", "Coventry", "Coventry", "E08000026"),
        ("DY", "Dudley", "Dudley", "E08000027"),
        ("SH", "Solihull", "Solihull", "E08000029"),
        ("SW", "Sandwell", "Sandwell", "E08000028"),
        ("WS", "Walsall", "Walsall", "E08000030"),
        ("WV", "Wolverhampton", "Wolverhampton", "E08000031"),
    ]
    assert {u.kind for u in WMP.npus} == {"npu"}
    assert (WMP.force.name, WMP.force.gss_code) == ("West Midlands Police", "E23000014")


def test_the_districts_of_greater_manchester_have_the_codes_of_their_local_authorities() -> None:
    assert {u.name: u.code for u in GMP.npus} == {
        "Bolton": "E08000001",
        "Bury": "E08000002",
        "Manchester": "E08000003",
        "Oldham": "E08000004",
        "Rochdale": "E08000005",
        "Salford": "E08000006",
        "Stockport": "E08000007",
        "Tameside": "E08000008",
        "Trafford": "E08000009",
        "Wigan": "E08000010",
    }
    assert all(
        (u.kind, u.local_authority, u.local_authority_code) == ("district", u.name, u.code)
        for u in GMP.npus
    )
    assert (GMP.force.name, GMP.force.gss_code) == ("Greater Manchester Police", "E23000005")


def test_only_the_grades_that_a_source_speaks_of_have_a_label_or_a_target() -> None:
    assert [(g.grade, g.rank, g.label, g.target_seconds) for g in WMP.grades] == [
        ("P1", 1, "Immediate", 900),
        ("P2", 2, "Early", 3600),
        ("P3", 3, None, None),
        ("P4", 4, "Scheduled Investigation", None),
        ("P5", 5, None, None),
        ("P6", 6, "Neighbourhood resolution", None),
        ("P7", 7, None, None),
        ("P8", 8, None, None),
        ("P9", 9, None, None),
    ]
    assert [(g.grade, g.rank, g.label, g.target_seconds) for g in GMP.grades] == [
        ("1", 1, None, 900),
        ("2", 2, None, 3600),
        ("C", 3, None, None),
    ]


def test_only_the_date_that_a_source_gives_is_there() -> None:
    units = [unit for each in SHIPPED.values() for unit in each.npus]
    owners = [owner for each in SHIPPED.values() for owner in each.grade_owners]
    assert {(unit.valid_from, unit.valid_to) for unit in units} == {(None, None)}
    assert {(owner.valid_from, owner.valid_to) for owner in owners} == {(None, None)}
    assert [(s.valid_from, s.valid_to) for s in WMP.grading_schemes] == [(None, None)]
    assert [(s.valid_from, s.valid_to) for s in GMP.grading_schemes] == [(date(2022, 2, 1), None)]


def test_every_shipped_row_says_where_it_comes_from() -> None:
    for each in SHIPPED.values():
        tables = (each.npus, each.grading_schemes, each.grades, each.grade_owners)
        assert all(row.to_dict()["source"] for table in tables for row in table)
        assert all("OGL v3.0" in (row.source or "") for row in each.npus)


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("P1", ("response",)),
        ("P2", ("response",)),
        ("P3", ("response",)),
        ("P5", ()),
        ("P6", ("neighbourhood",)),
        ("P9", ()),
    ],
)
def test_a_grade_is_owned_as_the_board_paper_says(text: str, owners: tuple[TeamKind, ...]) -> None:
    assert WMP.owners(text, date(2019, 10, 15)) == owners


def test_what_is_planned_is_recorded_and_is_no_owner() -> None:
    assert [(o.owner, o.planned) for o in WMP.grade_owners.where(grade="P4")] == [
        ("investigation", True)
    ]
    assert WMP.owners("P4") == ()


@given(st.sampled_from(UNIT_SPELLINGS), st.data())
def test_every_spelling_of_a_unit_finds_it_whatever_its_case_and_blanks(
    spelling: tuple[ForceReference, NPU, str], data: st.DataObject
) -> None:
    reference, expected, text = spelling
    assert reference.npu(data.draw(disguised(text))) == expected


@given(st.sampled_from(GRADE_SPELLINGS), st.data())
def test_every_spelling_of_a_grade_finds_it_whatever_its_case_and_blanks(
    spelling: tuple[ForceReference, Grade, str], data: st.DataObject
) -> None:
    reference, expected, text = spelling
    found = reference.grade(data.draw(disguised(text)), on=date(2022, 2, 1))
    assert found == expected


def test_a_spelling_is_found_as_it_is_in_an_export_whatever_nobody_sees_of_it() -> None:
    # A byte-order mark, a blank that does not break, wide letters.
    assert WMP.npu("\ufeffBirmingham\u00a0East") == WMP.npu("Birmingham East")
    assert WMP.grade("\uff30\uff16") == WMP.grade("P6")


@given(st.sampled_from(sorted(SHIPPED)), st.text())
def test_text_that_is_not_in_the_book_is_refused(code: str, text: str) -> None:
    reference = SHIPPED[code]
    folded = fold(text)
    units = {fold(t) for b, _, t in UNIT_SPELLINGS if b is reference}
    grades = {fold(t) for b, _, t in GRADE_SPELLINGS if b is reference}
    if folded not in units:
        with pytest.raises(UnknownCodeError, match=f"is no unit of {code}; known: "):
            reference.npu(text)
    if folded not in grades:
        with pytest.raises(UnknownCodeError, match=f"is no grade of {code}; known: "):
            reference.grade(text)


@given(st.sampled_from(UNIT_SPELLINGS), st.data())
def test_a_slip_of_one_letter_is_never_guessed(
    spelling: tuple[ForceReference, NPU, str], data: st.DataObject
) -> None:
    reference, _, text = spelling
    at = data.draw(st.integers(0, len(text) - 1))
    slip = f"{text[:at]}?{text[at + 1 :]}"
    with pytest.raises(UnknownCodeError, match=re.escape(f"{slip!r} is no unit of")):
        reference.npu(slip)


def test_an_unknown_unit_is_refused_with_what_is_known_and_what_is_close() -> None:
    reference = book([unit("AA", aliases=["Ayton", "unit aa"]), unit("BB")])
    with pytest.raises(UnknownCodeError) as caught:
        reference.npu("Aytom")
    assert str(caught.value) == (
        "'Aytom' is no unit of XX; known: AA, Unit AA, Ayton, BB, Unit BB. Close to it: AYTON."
    )
    assert caught.value.known == ("AA", "Unit AA", "Ayton", "BB", "Unit BB")


def test_a_unit_is_found_on_its_first_and_on_its_last_day_and_not_beyond() -> None:
    reference = book(
        [
            unit("AA", valid_from="2010-04-01", valid_to="2016-03-31", successors=["BB"]),
            unit("BB", valid_from="2016-04-01"),
        ]
    )
    assert reference.npu("aa", on=date(2010, 4, 1)).code == "AA"
    assert reference.npu("aa", on=date(2016, 3, 31)).code == "AA"
    assert reference.npu("aa").code == "AA"
    with pytest.raises(UnknownCodeError) as caught:
        reference.npu("aa", on=date(2016, 4, 1))
    assert str(caught.value) == (
        "'aa' is no unit of XX on 2016-04-01, though it was from 2010-04-01 to 2016-03-31; "
        "known: BB, Unit BB."
    )
    with pytest.raises(UnknownCodeError, match="'BB' is no unit of XX on 2016-03-31, though it"):
        reference.npu("BB", on=date(2016, 3, 31))


def test_a_code_that_has_named_two_units_needs_a_day() -> None:
    reference = book([unit("AA", valid_to="2016-03-31"), unit("AA", valid_from="2016-04-01")])
    assert reference.npu("AA", on=date(2016, 3, 31)).valid_from is None
    assert reference.npu("AA", on=date(2016, 4, 1)).valid_to is None
    with pytest.raises(MixedRowsError) as caught:
        reference.npu("AA")
    assert str(caught.value) == (
        "'AA' is no single unit of XX: it was to 2016-03-31 and from 2016-04-01; "
        "say for which day, with `on`."
    )


def test_a_grade_is_one_of_the_scheme_of_the_day() -> None:
    reference = book(
        schemes=[scheme("OLD", valid_to="2022-01-31"), scheme("NEW", valid_from="2022-02-01")],
        grades=[
            grade("1", scheme="OLD", target_seconds=600),
            grade("1", scheme="NEW", target_seconds=900),
            grade("3", scheme="OLD", rank=3),
        ],
    )
    assert reference.grade("1", on=date(2022, 1, 31)).scheme == "OLD"
    assert reference.target_seconds("1", on=date(2022, 1, 31)) == 600
    assert reference.target_seconds("1", on=date(2022, 2, 1)) == 900
    with pytest.raises(
        UnknownCodeError, match=r"^'3' is no grade of XX on 2022-02-01; known: 1\.$"
    ):
        reference.grade("3", on=date(2022, 2, 1))
    with pytest.raises(MixedRowsError) as caught:
        reference.grade("3")
    assert str(caught.value) == (
        "'3' is no single grade of XX, which has several schemes: OLD (to 2022-01-31), "
        "NEW (from 2022-02-01); say for which day, with an `on` that only one of them covers."
    )


def test_a_grade_before_the_first_scheme_is_refused() -> None:
    assert GMP.grade("c", on=date(2022, 2, 1)).grade == "C"
    with pytest.raises(UnknownCodeError) as caught:
        GMP.grade("C", on=date(2022, 1, 31))
    assert str(caught.value) == (
        "'C' is no grade of GMP on 2022-01-31, whose grading scheme stood from 2022-02-01; "
        "known: none."
    )


def test_a_force_without_a_scheme_has_no_grades() -> None:
    with pytest.raises(UnknownCodeError, match=r"^'P1' is no grade of XX; known: none\.$"):
        book().grade("P1")


@pytest.mark.parametrize("text", ["P3", "P4", "P5", "P6", "P7", "P8", "P9"])
def test_a_target_that_no_source_gives_is_never_guessed(text: str) -> None:
    with pytest.raises(MissingTargetError) as caught:
        WMP.target_seconds(text)
    assert str(caught.value) == (
        f"No source gives a target for {text} of WMP (scheme P1-P9); "
        "if you have one, load your own file of the force with its target_seconds."
    )


def test_owners_that_have_changed_need_a_day() -> None:
    reference = book(
        schemes=[scheme("S")],
        grades=[grade("P4"), grade("P5", rank=2)],
        owners=[
            owner("P4", "neighbourhood", valid_to="2019-12-31"),
            owner("P4", "response", valid_to="2019-12-31"),
            owner("P4", "investigation", valid_from="2020-01-01"),
            owner("P4", "hub", valid_from="2020-06-01"),
            owner("P5", "contact", valid_from="2020-01-01"),
        ],
    )
    assert reference.owners("P4", on=date(2019, 12, 31)) == ("neighbourhood", "response")
    assert reference.owners("P4", on=date(2020, 1, 1)) == ("investigation",)
    assert reference.owners("P4", on=date(2020, 6, 1)) == ("investigation", "hub")
    assert reference.owners("P5") == ("contact",)
    assert reference.owners("P5", on=date(2019, 12, 31)) == ()
    with pytest.raises(MixedRowsError) as caught:
        reference.owners("P4")
    assert str(caught.value) == (
        "P4 of XX has changed owners: neighbourhood (to 2019-12-31), response (to 2019-12-31), "
        "investigation (from 2020-01-01), hub (from 2020-06-01); say for which day, with `on`."
    )


def test_spellings_that_two_units_claim_at_once_are_all_named() -> None:
    with pytest.raises(ValidationError) as caught:
        book(
            [
                unit("AA", aliases=["North", "East"], valid_to="2016-03-31"),
                unit("BB", aliases=["NORTH", "East"], valid_from="2016-03-31"),
                unit("CC", name="east", valid_from="2017-01-01"),
            ]
        )
    assert str(caught.value) == (
        "3 failures for ForceReference of XX:\n"
        "  2 x npus: names one at a time, and row 0 (AA) has it too\n"
        "  1 x npus: names one at a time, and row 1 (BB) has it too\n"
        "  ...\n"
        "  - row 1, npus: 'NORTH' breaks names one at a time, and row 0 (AA) has it too "
        "[DUPLICATE_KEY]\n"
        "  - row 1, npus: 'East' breaks names one at a time, and row 0 (AA) has it too "
        "[DUPLICATE_KEY]\n"
        "  - row 2, npus: 'east' breaks names one at a time, and row 1 (BB) has it too "
        "[DUPLICATE_KEY]"
    )


def test_one_spelling_may_name_units_that_follow_one_another() -> None:
    reference = book(
        [
            unit("AA", aliases=["North"], valid_to="2016-03-31"),
            unit("BB", aliases=["North"], valid_from="2016-04-01"),
        ]
    )
    assert reference.npu("north", on=date(2016, 4, 1)).code == "BB"


def test_every_contradiction_of_a_reference_is_named() -> None:
    with pytest.raises(ValidationError) as caught:
        book(
            [unit("AA", successors=["ZZ"]), attrs.evolve(unit("BB"), force="YY")],
            [scheme("S"), scheme("S")],
            [grade("P1"), grade("P2", aliases=["p1"]), grade("P1", scheme="T")],
            [owner("P1", "response"), owner("P1", "response"), owner("P9", "hub")],
        )
    assert {(f.code, f.column, f.row, f.value) for f in caught.value.failures} == {
        ("REFERENTIAL", "npus.force", 1, "YY"),
        ("UNKNOWN_NPU", "npus.successors", 0, "ZZ"),
        (
            "DUPLICATE_KEY",
            "grading_schemes.force, grading_schemes.scheme, grading_schemes.valid_from",
            1,
            ("XX", "S", None),
        ),
        ("DUPLICATE_KEY", "grades", 1, "p1"),
        ("REFERENTIAL", "grades.scheme", 2, "T"),
        (
            "DUPLICATE_KEY",
            ", ".join(
                f"grade_owners.{name}"
                for name in ("force", "scheme", "grade", "owner", "valid_from")
            ),
            1,
            ("XX", "S", "P1", "response", None),
        ),
        ("UNKNOWN_GRADE", "grade_owners.grade", 2, "P9"),
    }
    assert {f.code for f in caught.value.failures} <= set(CODES)


def test_a_reference_says_briefly_what_it_has() -> None:
    assert repr(GMP) == "ForceReference(GMP: 10 units, 1 grading scheme, 3 grades)"
    assert repr(book([unit("AA")])) == "ForceReference(XX: 1 unit, 0 grading schemes, 0 grades)"


def test_a_shipped_force_is_read_once_and_by_its_code_in_any_case() -> None:
    assert forces.known() == ("GMP", "WMP")
    assert forces.load(" wmp ") is forces.load("WMP") is forces.west_midlands()
    assert forces.load("Gmp") is forces.greater_manchester()
    assert all(each.force.force == code for code, each in SHIPPED.items())


def test_a_code_that_is_not_shipped_is_refused() -> None:
    with pytest.raises(UnknownCodeError) as caught:
        forces.load("WNP")
    assert str(caught.value) == (
        "'WNP' is no force whose data are shipped (a path ends in .toml); known: GMP, WMP. "
        "Close to it: WMP."
    )


def toml(tables: Mapping[str, Sequence[Mapping[str, object]]]) -> str:
    lines = []
    for table, rows in tables.items():
        for row in rows:
            lines.append(f"[[{table}]]" if table != "force" else "[force]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in row.items()]
    return "\n".join(lines)


XX = {"force": "XX", "name": "Another force"}


@pytest.mark.parametrize("as_text", [True, False])
def test_a_force_of_your_own_needs_a_file_and_nothing_else(
    tmp_path: Path, *, as_text: bool
) -> None:
    path = tmp_path / "mine.TOML"
    path.write_text(
        "\ufeff"
        + toml(
            {
                "force": [XX],
                "npus": [{"code": "AA", "name": "Ayton", "kind": "bcu", "aliases": ["A-ton"]}],
                "grading_schemes": [{"scheme": "S", "name": "S", "valid_from": "2020-10-20"}],
                "grades": [{"scheme": "S", "grade": "Priority High", "rank": 2}],
                "grade_owners": [{"scheme": "S", "grade": "Priority High", "owner": "hub"}],
            }
        ),
        encoding="utf-8",
    )
    reference = forces.load(str(path) if as_text else path)
    assert reference.npu("a-ton").kind == "bcu"
    assert reference.grade("PRIORITY  HIGH", on=date(2020, 10, 20)).rank == 2
    assert reference.owners("priority high") == ("hub",)


def test_a_file_that_is_not_there_is_refused_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    with pytest.raises(InputFileError) as caught:
        forces.load(path)
    assert str(caught.value) == f"{path}: cannot be read: No such file or directory"


@pytest.mark.parametrize("content", [b"[force", "force = '\u00e9'".encode("latin-1")])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(InputFileError, match=r"bad\.toml: is no TOML in UTF-8: "):
        forces.load(path)


def refusal(tmp_path: Path, content: str) -> InputFileError:
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputFileError, match=r"mine\.toml: [0-9]+ failures?; ") as caught:
        forces.load(path)
    return caught.value


def test_every_bad_row_of_a_file_is_named_with_its_table(tmp_path: Path) -> None:
    error = refusal(
        tmp_path,
        toml(
            {
                "force": [{"force": "XX", "name": "Another force", "gss_code": "E9"}],
                "npus": [
                    {"code": "AA", "name": "Ayton"},
                    {"code": "b b", "name": "Beeton", "nmae": "B"},
                    {"force": "YY", "code": "CC", "name": "Seaton"},
                ],
                "grades": [{"scheme": "S", "rank": 0.5, "grade": "P1"}],
                "unit": [{"code": "AA"}],
            }
        ),
    )
    assert {(f.code, f.column, f.row, f.value) for f in error.failures} == {
        ("UNKNOWN_FIELD", "unit", None, "unit"),
        ("PATTERN", "force.gss_code", None, "E9"),
        ("UNKNOWN_FIELD", "npus.nmae", 1, "(withheld)"),
        ("PATTERN", "npus.code", 1, "b b"),
        ("UNKNOWN_FIELD", "npus.force", 2, "YY"),
        ("WRONG_TYPE", "grades.rank", 0, 0.5),
    }
    assert error.reason.startswith("6 failures; unit: 'unit' breaks is one of force, npus, ")
    assert (
        "row 1, npus.nmae: '(withheld)' breaks is a field of NPU [UNKNOWN_FIELD]; " in error.reason
    )
    assert "\n" not in str(error)


def test_a_file_without_a_force_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, toml({"npus": [{"code": "AA", "name": "Ayton"}]}))
    assert error.reason == "1 failure; force: is missing [MISSING]"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("force = 'XX'", "1 failure; force: 'XX' breaks is a table [force] [WRONG_TYPE]"),
        (
            "npus = 'AA'\n" + toml({"force": [XX]}),
            "1 failure; npus: 'AA' breaks is rows, each under [[npus]] [WRONG_TYPE]",
        ),
        (
            "grades = ['P1']\n" + toml({"force": [XX]}),
            "1 failure; grades: ['P1'] breaks is rows, each under [[grades]] [WRONG_TYPE]",
        ),
    ],
)
def test_a_table_of_the_wrong_shape_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    assert refusal(tmp_path, content).reason == reason


def test_rows_that_contradict_one_another_are_refused_with_the_file(tmp_path: Path) -> None:
    rows = [{"code": f"A{n}", "name": "Ayton"} for n in range(8)]
    error = refusal(tmp_path, toml({"force": [XX], "npus": rows}))
    assert len(error.failures) == 28
    assert error.reason.startswith("28 failures; row 1, npus: 'Ayton' breaks names one at a time")
    assert error.reason.endswith("; and 8 more, all in .failures")
