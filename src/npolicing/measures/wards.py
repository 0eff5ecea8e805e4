"""Wards with an active scheme, out of all wards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import attrs
import narwhals.stable.v2 as nw

from npolicing._columns import Column
from npolicing._examining import Rows, arrow_table, take
from npolicing._records import Record
from npolicing.calendar import within
from npolicing.entities import Scheme, Ward
from npolicing.errors import Failure, MissingColumnsError, MixedRowsError, ValidationError
from npolicing.measures._result import (
    IS_TOTAL,
    By,
    check_days,
    columns_of,
    ratio,
    refuse_mixed,
    refuse_total,
    result,
)
from npolicing.vocabulary import SchemeKind, SchemeStatus

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Coverage", "coverage"]

_BY = ("force", "npu", "ward", "kind")


@attrs.frozen(kw_only=True)
class Coverage(Record):
    """One group's wards, and those of them in which a scheme is active."""

    wards: Annotated[int, Column("Wards.", unit="wards", ge=0)]
    covered: Annotated[
        int, Column("Wards in which at least one scheme is active.", unit="wards", ge=0)
    ]
    uncovered: Annotated[int, Column("Wards in which none is.", unit="wards", ge=0)]
    coverage: Annotated[
        float | None,
        Column("Covered over wards; null where there are no wards.", unit="ratio", ge=0, le=1),
    ] = None
    unplaced: Annotated[
        int,
        Column(
            "Active schemes that name no ward: where there are any, more wards may be covered.",
            unit="schemes",
            ge=0,
        ),
    ]
    is_total: Annotated[bool, IS_TOTAL] = False


@attrs.frozen(kw_only=True)
class _Ward:
    force: str
    ward: str
    npu: str
    valid_from: date | None
    valid_to: date | None


@attrs.frozen(kw_only=True)
class _Scheme:
    force: str
    kind: SchemeKind
    npu: str
    status: SchemeStatus
    wards: Sequence[str]
    started_on: date | None
    ended_on: date | None

    def counts(self, as_of: date | None) -> bool:
        return self.status == "active" and within(self.started_on, self.ended_on, as_of)


@attrs.frozen(kw_only=True)
class _Part:
    """What one ward, or one scheme without a ward, adds to its group."""

    force: str
    kind: str | None
    npu: str
    ward: str | None = None
    covered: bool = False


def coverage(
    schemes: Rows, wards: Rows, *, by: By = None, total: bool = False, as_of: date | None = None
) -> pd.DataFrame:
    """The share of wards in which at least one scheme is active.

    ``coverage = covered / wards``. A ward with three schemes is covered once. This is no target
    gap: schemes against a target may add up while wards go without.

    Args:
        schemes: `Scheme` rows: `force`, `kind`, `npu`, `status`, `wards`, and `started_on` and
            `ended_on` where they are given. A scheme counts where its status is active, and where
            `as_of`, if given, is not before its first day nor after its last. Its status is that
            of the rows: pass those of the day.
        wards: `Ward` rows, every ward that is to be covered: `force`, `ward`, `npu`, and
            `valid_from` and `valid_to` where they are given. A ward's unit is the one given here.
        by: Columns to group by, of `force`, `npu`, `ward` and `kind`; all rows are one group
            without it. With `kind`, each kind that the schemes have is held against all wards.
        total: Whether to add a row for all groups together.
        as_of: Day at which wards and schemes are looked at; without it, their dates are not.

    Returns:
        A row a group, sorted by `by`: the columns of `Coverage`. Active schemes that name no ward
        are counted in `unplaced`, under the scheme's unit, and under a null ward.

    Raises:
        ValidationError: If schemes name wards that are not among those given, or that are not in
            force on `as_of`; names each. Also if rows break the declarations of their entity.
        MixedRowsError: If rows are of several forces or kinds that `by` does not part; if a ward
            has several rows in force; if a total is over several kinds.
        MissingColumnsError: If a column that is needed is not there.
        TypeError: If a day is given as text or as a time.
        UnknownCodeError: If `by` has a column that the measure does not group by.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraph 45
        ("every ward").

    >>> from npolicing.entities import Scheme, Ward
    >>> wards = [Ward(force="WMP", ward=code, name=code, npu="CV") for code in ("W1", "W2", "W3")]
    >>> watch = {"force": "WMP", "kind": "street_watch", "npu": "CV"}
    >>> schemes = [
    ...     Scheme(**watch, scheme_id="S1", status="active", wards=("W1",)),
    ...     Scheme(**watch, scheme_id="S2", status="active", wards=("W1", "W2")),
    ...     Scheme(**watch, scheme_id="S3", status="closed", wards=("W3",)),
    ... ]
    >>> covered = coverage(schemes, wards, by="npu")
    >>> covered[["npu", "wards", "covered", "uncovered"]].values.tolist()
    [['CV', 3, 2, 1]]
    >>> covered["coverage"].round(3).to_list()
    [0.667]
    """
    check_days(as_of=as_of)
    names = columns_of(by, _BY)
    known, current = _wards(wards, as_of)
    listed = _schemes(schemes)
    _refuse_strangers(listed, known, current, as_of)
    refuse_mixed("coverage", listed, names, ("kind",))
    if total:
        refuse_total("coverage", (scheme.kind for scheme in listed))
    kinds = sorted({scheme.kind for scheme in listed}) if "kind" in names else [None]
    active = [scheme for scheme in listed if scheme.counts(as_of)]
    parts = [part for kind in kinds for part in _parts(active, current, kind)]
    refuse_mixed("coverage", parts, names, ("force",))
    return result(Coverage, names, parts, _figures, total=total)


def _wards(wards: Rows, as_of: date | None) -> tuple[set[tuple[str, str]], list[_Ward]]:
    """Every ward that the rows know, and the rows of those in force."""
    columns = ("force", "ward", "npu", "valid_from", "valid_to")
    rows = [_Ward(**row) for row in take(wards, Ward, columns).to_pylist()]
    current = [row for row in rows if within(row.valid_from, row.valid_to, as_of)]
    number = Counter((row.force, row.ward) for row in current)
    twice = sorted(f"{ward} ({force})" for (force, ward), rows in number.items() if rows > 1)
    if twice:
        when = "Pass as_of= to take those in force" if as_of is None else f"Mend those of {as_of}"
        raise MixedRowsError(
            f"coverage counts a ward once, and these have several rows: {', '.join(twice)}. "
            f"{when}, so that each has one."
        )
    return {(row.force, row.ward) for row in rows}, current


def _schemes(schemes: Rows) -> list[_Scheme]:
    needed = ("force", "kind", "npu", "status", "wards")
    rows = schemes
    if not isinstance(schemes, Sequence):
        # A scheme may name no ward, so that `take` would fill in a column that is not there.
        frame = nw.to_native(schemes, pass_through=True)
        rows = frame if nw.dependencies.is_pandas_dataframe(frame) else arrow_table(frame)
        present = nw.from_native(rows, eager_only=True).columns
        missing = [name for name in needed if name not in present]
        if missing:
            raise MissingColumnsError(missing, present)
    taken = take(rows, Scheme, (*needed, "started_on", "ended_on"))
    return [_Scheme(**row) for row in taken.to_pylist()]


def _refuse_strangers(
    schemes: Sequence[_Scheme],
    known: Container[tuple[str, str]],
    current: Sequence[_Ward],
    as_of: date | None,
) -> None:
    """Refuse wards that the ward rows do not have, or that are not in force when they count."""
    in_force = {(ward.force, ward.ward) for ward in current}
    failures = []
    for row, scheme in enumerate(schemes):
        for ward in scheme.wards:
            if (scheme.force, ward) not in known:
                code, rule = "REFERENTIAL", "is one of the wards given"
            elif scheme.counts(as_of) and (scheme.force, ward) not in in_force:
                code, rule = "AREA_NOT_CURRENT", f"is in force on {as_of}"
            else:
                continue
            failures.append(Failure(code=code, rule=rule, column="wards", row=row, value=ward))
    if failures:
        raise ValidationError("Scheme", failures)


def _parts(
    active: Sequence[_Scheme], wards: Sequence[_Ward], kind: SchemeKind | None
) -> Iterator[_Part]:
    """Each ward, and each scheme without one, for a kind; for every scheme where it is null."""
    schemes = [scheme for scheme in active if kind in (None, scheme.kind)]
    covered = {(scheme.force, ward) for scheme in schemes for ward in scheme.wards}
    for each in wards:
        yield _Part(
            force=each.force,
            kind=kind,
            npu=each.npu,
            ward=each.ward,
            covered=(each.force, each.ward) in covered,
        )
    for scheme in schemes:
        if not scheme.wards:
            yield _Part(force=scheme.force, kind=kind, npu=scheme.npu)


def _figures(rows: Sequence[_Part], *, is_total: bool) -> Coverage:
    wards = sum(row.ward is not None for row in rows)
    covered = sum(row.covered for row in rows)
    return Coverage(
        wards=wards,
        covered=covered,
        uncovered=wards - covered,
        coverage=ratio(covered, wards),
        unplaced=len(rows) - wards,
        is_total=is_total,
    )
