"""Which columns of a frame are counts, which part them, and which must not be added up."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import pyarrow as pa
import pyarrow.types as pat

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
        ColumnTypeError: If one that is named as a count is no number.
        MixedRowsError: If a column that is not named may be a ratio, or if nothing is counted.
    """
    named_by = None if by is None else [name for name in _listed(by) if name != on]
    named = None if counted is None else _listed(counted)
    require([on, *(named_by or ()), *(named or ())], schema.names)
    grouped = [on, *(named_by or ())]
    if named is None:
        whole = [each.name for each in schema if pat.is_integer(each.type)]
        named = [name for name in whole if name not in grouped]
    rest = [each for each in schema if each.name not in {*grouped, *named, IS_ESTIMATE}]
    _refuse_types(schema, named, grouped)
    _refuse_ratios(rest, named)
    others = [each.name for each in rest] if named_by is None else named_by
    return Roles(on=on, by=tuple(others), counted=tuple(named))


def _listed(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(dict.fromkeys(names))


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
