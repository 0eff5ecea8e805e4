"""Which columns of a frame are counts, which part them, and which must not be added up."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import pyarrow as pa
import pyarrow.types as pat

from npolicing._wording import listed
from npolicing.crosswalks._tables import require
from npolicing.errors import ColumnTypeError, Failure, MixedRowsError

__all__ = ["IS_ESTIMATE", "Names", "Roles", "roles_of"]

IS_ESTIMATE = "is_estimate"
Names = str | Sequence[str] | None


@attrs.frozen(kw_only=True)
class Roles:
    """What the columns of a table of counts are.

    Attributes:
        on: The codes of areas.
        by: What else parts the counts.
        counted: The counts.
    """

    on: str
    by: tuple[str, ...]
    counted: tuple[str, ...]

    @property
    def keys(self) -> list[str]:
        """What parts the counts."""
        return [self.on, *self.by]


def roles_of(schema: pa.Schema, on: str, by: Names, counted: Names) -> Roles:
    """What each column is, as it is said or else by its type.

    Raises:
        MissingColumnsError: If a column that is named is not there.
        ColumnTypeError: If one that is named as a count is no number, one to group by holds lists,
            or `is_estimate` is something else than it is here.
        MixedRowsError: If a column that is not named may be a ratio, or if nothing is counted.
    """
    named_by = None if by is None else [name for name in _once(by) if name != on]
    named = None if counted is None else _once(counted)
    require([on, *(named_by or ()), *(named or ())], schema.names)
    grouped = [on, *(named_by or ())]
    if named is None:
        whole = [each.name for each in schema if pat.is_integer(each.type)]
        named = [name for name in whole if name not in {*grouped, IS_ESTIMATE}]
    rest = [each for each in schema if each.name not in {*grouped, *named, IS_ESTIMATE}]
    _refuse_estimates(schema, [*grouped, *named])
    _refuse_types(schema, named, grouped)
    _refuse_ratios(rest, named)
    others = [each.name for each in rest] if named_by is None else named_by
    _refuse_nested(schema, others)
    return Roles(on=on, by=tuple(others), counted=tuple(named))


def _once(names: str | Sequence[str]) -> list[str]:
    return list(dict.fromkeys(listed(names)))


def _refuse_estimates(schema: pa.Schema, named: Sequence[str]) -> None:
    """The flag of estimates is made anew out of the old one; nothing else goes by its name."""
    if IS_ESTIMATE in named:
        rule = "a column to name; counts with and without weights are added up, and it says so"
        found = "whether a weight was in a count"
    elif IS_ESTIMATE in schema.names and not _is_flag(schema.field(IS_ESTIMATE).type):
        rule = "true or false: whether a weight was in a count; rename it, if it is something else"
        found = str(schema.field(IS_ESTIMATE).type)
    else:
        return
    failure = Failure(code="WRONG_TYPE", rule=rule, column=IS_ESTIMATE, value=found)
    raise ColumnTypeError("retally", [failure])


def _is_flag(kind: pa.DataType) -> bool:
    return pat.is_boolean(kind) or pat.is_null(kind)


def _refuse_nested(schema: pa.Schema, others: Sequence[str]) -> None:
    rule = "a column to group by: text, a number or a day; leave it out"
    wrong = [
        Failure(code="WRONG_TYPE", rule=rule, column=name, value=str(schema.field(name).type))
        for name in others
        if pat.is_nested(schema.field(name).type)
    ]
    if wrong:
        raise ColumnTypeError("retally", wrong)


def _refuse_types(schema: pa.Schema, named: Sequence[str], grouped: Sequence[str]) -> None:
    wrong = []
    for name in named:
        kind = schema.field(name).type
        if name in grouped:
            found = "a column to group by"
        elif pat.is_integer(kind) or pat.is_floating(kind):
            continue
        else:
            found = str(kind)
        wrong.append(Failure(code="WRONG_TYPE", rule="a count", column=name, value=found))
    if wrong:
        raise ColumnTypeError("retally", wrong)


def _refuse_ratios(rest: Sequence[pa.Field[pa.DataType]], named: Sequence[str]) -> None:
    ratios = [f.name for f in rest if pat.is_floating(f.type) or pat.is_decimal(f.type)]
    if ratios:
        raise MixedRowsError(
            f"retally adds up counts, and these columns may be ratios or rates: "
            f"{', '.join(ratios)}. Leave them out, and divide afterwards; or name them in "
            "counted=, if they are counts, such as estimates."
        )
    if not named:
        raise MixedRowsError(
            "retally adds up counts, and the frame has no column of whole numbers that is not one "
            "to group by. Name the counts in counted=."
        )
