"""Who is accountable and responsible for which measure: gaps, doubles, and the day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import Build, refused, rows

from npolicing._records import Records
from npolicing.entities import MeasureRole
from npolicing.errors import ValidationError
from npolicing.frames import to_pandas
from npolicing.measures import accountability
from npolicing.testing import tables

DAY = date(2019, 10, 15)
EVE = DAY - timedelta(days=1)


def role(measure: str, party: str, word: str, **given: Any) -> MeasureRole:  # noqa: ANN401 # fields
    fields: dict[str, Any] = {"force": "AVS", "role": word, **given}
    return MeasureRole(measure=measure, party=party, **fields)


# Made up: one measure of each kind, and one that nobody has.
ROLES = [
    role("Burglary", "SE", "accountable"),
    role("Burglary", "NE", "accountable"),
    role("Burglary", "FCID", "responsible"),
    role("Street Watch", "CIP", "responsible"),
    role("Attendance", "RESPONSE", "accountable"),
    role("Sign-ups", "CIP", "accountable"),
    role("Sign-ups", "CIP", "responsible"),
    role("Sign-ups", "NE", "responsible"),
    role("Fund", "NE", "accountable"),
    role("Fund", "SE", "responsible"),
]
PLAN = ["Fund", "Robbery", "Burglary"]


def test_each_measure_has_its_parties_and_what_is_to_be_found() -> None:
    frame = accountability(ROLES, measures=PLAN, total=True)
    found = {row["measure"]: row for row in rows(frame)}

    told = {
        name: (
            row["accountable_parties"],
            row["responsible_parties"],
            row["accountable"],
            row["responsible"],
            row["both"],
            row["finding"],
        )
        for name, row in found.items()
    }
    assert list(told) == [*sorted(filter(None, told)), None]
    assert told == {
        "Attendance": ("RESPONSE", None, 1, 0, 0, "nobody_responsible"),
        "Burglary": ("NE, SE", "FCID", 2, 1, 0, "several_accountable"),
        "Fund": ("NE", "SE", 1, 1, 0, "ok"),
        "Robbery": (None, None, 0, 0, 0, "nobody_accountable"),
        "Sign-ups": ("CIP", "CIP, NE", 1, 2, 1, "both_roles"),
        "Street Watch": (None, "CIP", 0, 1, 0, "nobody_accountable"),
        None: (None, None, 5, 5, 1, None),
    }
    total = found[None]
    assert total["is_total"]
    assert total["measures"] == 6
    gaps = [total[f"nobody_{word}"] for word in ("accountable", "responsible")]
    assert gaps == [2, 2]
    assert (total["several_accountable"], total["both_roles"]) == (1, 1)


def test_the_first_finding_is_told_and_the_others_are_counted() -> None:
    several = [
        role("Burglary", party, word)
        for party in ("NE", "SE")
        for word in ("accountable", "responsible")
    ]
    (row,) = rows(accountability(several))

    assert (row["finding"], row["several_accountable"], row["both_roles"]) == (
        "several_accountable",
        1,
        1,
    )


def test_exactly_one_accountable_is_asked_for_and_every_other_measure_named() -> None:
    with pytest.raises(ValidationError) as caught:
        accountability(ROLES, measures=PLAN, exactly_one=True)

    assert [(each.code, each.rule, each.value) for each in caught.value.failures] == [
        ("NOT_ONE_ACCOUNTABLE", f"is the one party accountable for {name!r}", parties)
        for name, parties in (("Burglary", ("NE", "SE")), ("Robbery", ()), ("Street Watch", ()))
    ]
    kept = [each for each in ROLES if each.measure in ("Attendance", "Fund", "Sign-ups")]
    assert accountability(kept, exactly_one=True).equals(accountability(kept))


def test_roles_count_on_the_days_that_they_are_in_force() -> None:
    handed_on = [
        role("Fund", "NE", "accountable", valid_to=EVE),
        role("Fund", "SE", "accountable", valid_from=DAY),
        role("Fund", "SE", "accountable"),
        role("Cadets", "NE", "accountable", valid_to=EVE),
    ]

    (before, fund), (ended, after) = (
        rows(accountability(handed_on, as_of=day)) for day in (EVE, DAY)
    )
    assert (before["measure"], fund["accountable_parties"]) == ("Cadets", "NE, SE")
    assert (ended["measure"], ended["accountable"]) == ("Cadets", 0)
    # A party with two rows has the role once.
    assert (after["measure"], after["accountable_parties"], after["accountable"]) == (
        "Fund",
        "SE",
        1,
    )
    named = rows(accountability(handed_on, measures=["Cadets"], as_of=DAY))[0]
    assert (named["measure"], named["finding"]) == ("Cadets", "nobody_accountable")
    words = (
        "accountability takes the roles of one day, and these rows are of 3 times "
        "(valid_from, valid_to). Pass as_of= to take those in force."
    )
    with refused(words):
        accountability(handed_on)


def test_forces_have_plans_of_their_own() -> None:
    both = [*ROLES[:1], role("Fund", "CV", "accountable", force="WMP")]

    with refused(
        "accountability adds up rows of one force, and these are of 2: AVS, WMP. "
        "Put 'force' in by, or pass the rows of one."
    ):
        accountability(both)
    found = rows(accountability(both, measures=["Fund", "Cadets"], by=["force", "measure"]))
    assert [(row["force"], row["measure"], row["accountable"]) for row in found] == [
        ("AVS", "Burglary", 1),
        ("AVS", "Cadets", 0),
        ("AVS", "Fund", 0),
        ("WMP", "Cadets", 0),
        ("WMP", "Fund", 1),
    ]
    nobody = rows(accountability([], measures=["Fund"], by=["force", "measure"]))
    assert [(row["force"], row["finding"]) for row in nobody] == [(None, "nobody_accountable")]


def test_a_group_of_several_measures_counts_them() -> None:
    (row,) = rows(accountability(ROLES, measures=PLAN, by="force"))

    assert (row["force"], row["measures"], row["accountable"], row["finding"]) == (
        "AVS",
        6,
        5,
        None,
    )


def test_one_text_is_not_taken_for_its_letters() -> None:
    with pytest.raises(TypeError, match="measures= is a list of names, not the text 'Fund'"):
        accountability(ROLES, measures="Fund")


def test_a_frame_of_each_library_gives_the_same(frame: Build) -> None:
    columns = {
        name: [getattr(each, name) for each in ROLES]
        for name in ("force", "measure", "party", "role")
    }

    assert accountability(frame(columns)).equals(accountability(ROLES))


def test_a_party_is_a_code_and_no_name() -> None:
    with pytest.raises(ValidationError, match=r"party: 'Chief Inspector' breaks matches"):
        role("Fund", "Chief Inspector", "accountable")


@given(
    tables(
        MeasureRole,
        max_size=12,
        force="AVS",
        measure=st.sampled_from(["A", "B", "C"]),
        party=st.sampled_from(["NE", "SE", "CIP"]),
        valid_from=None,
        valid_to=None,
    ),
    st.sets(st.sampled_from(["A", "B", "D"])),
)
def test_the_total_adds_up_and_each_measure_is_there_once(
    roles: Records[MeasureRole], plan: set[str]
) -> None:
    found = rows(accountability(roles, measures=sorted(plan), total=True))
    total = found.pop() if found else None
    names = {each.measure for each in roles} | plan

    assert [row["measure"] for row in found] == sorted(names)
    pairs = {(each.measure, each.party, each.role) for each in roles}
    if total is not None:
        assert total["accountable"] + total["responsible"] == len(pairs)
        for name in ("measures", "accountable", "responsible", "both", "nobody_accountable"):
            assert sum(row[name] for row in found) == total[name]
    for row in found:
        own = {word: {p for m, p, w in pairs if (m, w) == (row["measure"], word)} for word in WORDS}
        assert (row["finding"] == "ok") == (
            len(own["accountable"]) == 1
            and bool(own["responsible"])
            and own["accountable"].isdisjoint(own["responsible"])
        )
    assert accountability(to_pandas(roles)).equals(accountability(roles))


WORDS = ("accountable", "responsible")


def test_a_measure_whose_roles_have_all_ended_is_a_gap_unless_the_plan_is_named() -> None:
    roles = [
        role("Ended", "NE", "accountable", valid_to=EVE),
        role("Kept", "NE", "accountable"),
        role("To come", "NE", "accountable", valid_from=DAY + timedelta(days=1)),
    ]

    found = accountability(roles, as_of=DAY)
    assert found["measure"].tolist() == ["Ended", "Kept"]
    assert found["finding"].tolist() == ["nobody_accountable", "nobody_responsible"]
    with pytest.raises(ValidationError, match="'Ended'"):
        accountability(roles, as_of=DAY, exactly_one=True)
    assert accountability(roles, as_of=DAY, measures=["Kept"])["measure"].tolist() == ["Kept"]
