"""Strategies for records and for tables of them, out of their declared columns."""

from __future__ import annotations

from collections.abc import Container, Mapping
from itertools import pairwise
from typing import TypeVar

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from npolicing._columns import Field
from npolicing._records import Record, Records
from npolicing._rules import InOrder, NeededWhen
from npolicing.errors import ValidationError
from npolicing.testing._cells import cells, values
from npolicing.testing._received import received, settle

__all__ = ["key_of", "records", "tables"]

R = TypeVar("R", bound=Record)


def records(entity: type[R], **fixed: object) -> SearchStrategy[R]:
    """Valid records of an entity, ours or yours.

    Dates are of 1990 to 2049 and numbers within a billion, where the entity says nothing else. The
    time at which a log was received, or a search began, settles what follows from it, in London's
    local time.

    Args:
        entity: The class to draw.
        **fixed: For a field, the strategy to draw it from, or the one value that it has.

    Raises:
        TypeError: If a name is no field of the entity.
        ValidationError: When drawn, if a fixed value is not valid.

    >>> from hypothesis import given
    >>> from npolicing.entities import Team
    >>> @given(records(Team, force="WMP"))
    ... def test_a_team_is_of_its_force(team):
    ...     assert team.force == "WMP"
    >>> test_a_team_is_of_its_force()
    """
    unknown = fixed.keys() - {field.name for field in entity.columns()}
    if unknown:
        raise TypeError(f"{entity.__name__} has no field {', '.join(sorted(unknown))}")
    return _records(entity, fixed)


def tables(
    entity: type[R], *, min_size: int = 0, max_size: int = 10, **fixed: object
) -> SearchStrategy[Records[R]]:
    """Rows of one entity, no two with the same key.

    Args:
        entity: The class to draw.
        min_size: Fewest rows.
        max_size: Most rows.
        **fixed: For a field, the strategy to draw it from, or the one value that it has.

    >>> from hypothesis import given
    >>> from npolicing.entities import Team
    >>> @given(tables(Team, min_size=1))
    ... def test_no_team_comes_twice(teams):
    ...     assert len({(t.force, t.team_id, t.valid_from) for t in teams}) == len(teams)
    >>> test_no_team_comes_twice()
    """
    rows = st.lists(
        records(entity, **fixed), min_size=min_size, max_size=max_size, unique_by=key_of
    )
    return rows.map(lambda drawn: Records(entity, drawn))


def key_of(row: Record) -> tuple[object, ...]:
    """The values that tell a row from another; all of them, where no column is a key."""
    fields = row.columns()
    keys = [field for field in fields if field.column.key] or fields
    return tuple(getattr(row, field.name) for field in keys)


@st.composite
def _records(draw: DrawFn, entity: type[R], fixed: Mapping[str, object]) -> R:
    pinned = {
        name: draw(given) if isinstance(given, SearchStrategy) else given
        for name, given in fixed.items()
    }
    row = received(draw, entity, pinned) | pinned
    for field in entity.columns():
        if field.name not in row:
            row[field.name] = draw(cells(field))
    _supply(draw, entity, row, pinned)
    _sort(entity, row, pinned)
    settle(entity, row, pinned)
    try:
        return entity(**row)
    except ValidationError as error:
        # What the caller has fixed wrongly no other draw will mend.
        if any(pinned.keys() >= set(str(f.column).split(", ")) for f in error.failures):
            raise
        reject()


def _supply(
    draw: DrawFn, entity: type[Record], row: dict[str, object], pinned: Container[str]
) -> None:
    """Draw the values that `NeededWhen` asks for, or else a case that does not ask."""
    fields = {field.name: field for field in entity.columns()}
    for rule in entity.rules:
        if not isinstance(rule, NeededWhen) or not rule.broken(row):
            continue
        if rule.needed not in pinned:
            row[rule.needed] = draw(values(fields[rule.needed]))
        elif rule.when not in pinned:
            row[rule.when] = draw(_without(fields[rule.when], rule.values))


def _without(field: Field, unwanted: tuple[str, ...]) -> SearchStrategy[object]:
    return cells(field).filter(lambda value: value not in unwanted)


def _sort(entity: type[Record], row: dict[str, object], pinned: Container[str]) -> None:
    """Sort the values of each `InOrder`; rules that overlap are settled by going round again."""
    rules = [rule for rule in entity.rules if isinstance(rule, InOrder)]
    for _ in range(sum(len(rule.columns) - 1 for rule in rules)):
        for rule in rules:
            for first, second in pairwise(rule.columns) if rule.broken(row) else ():
                _order(row, first, second, pinned)


def _order(row: dict[str, object], first: str, second: str, pinned: Container[str]) -> None:
    a, b = row[first], row[second]
    if a <= b:  # type: ignore[operator] # of one kind, or the rule could not be asked
        return
    if first not in pinned:
        row[first] = b
    if second not in pinned:
        row[second] = a
