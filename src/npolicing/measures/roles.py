"""Who answers for which measure: gaps, doubles, and one accountable where that is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import attrs

from npolicing._columns import Column
from npolicing._examining import Rows, take
from npolicing._records import Record
from npolicing.calendar import within
from npolicing.entities import MeasureRole
from npolicing.errors import Failure, MixedRowsError, ValidationError
from npolicing.measures._result import IS_TOTAL, By, check_days, columns_of, refuse_mixed, result
from npolicing.vocabulary import AccountabilityFinding, AccountabilityRole

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Accountability", "accountability"]

_BY = ("force", "measure")


@attrs.frozen(kw_only=True)
class Accountability(Record):
    """One group's measures, and the parties that are accountable and responsible for them."""

    measures: Annotated[
        int, Column("Measures: 1, unless it is a group of several.", unit="measures", ge=0)
    ]
    accountable: Annotated[
        int, Column("Parties accountable, added up over the measures.", unit="parties", ge=0)
    ]
    responsible: Annotated[
        int, Column("Parties responsible, added up over the measures.", unit="parties", ge=0)
    ]
    both: Annotated[
        int,
        Column("Parties that are both, added up over the measures.", unit="parties", ge=0),
    ]
    accountable_parties: Annotated[
        str | None,
        Column("Codes of those accountable; null without any, and for several measures."),
    ] = None
    responsible_parties: Annotated[
        str | None,
        Column("Codes of those responsible; null without any, and for several measures."),
    ] = None
    finding: Annotated[
        AccountabilityFinding | None,
        Column("The first of nobody, several and both that is so; null for several measures."),
    ] = None
    nobody_accountable: Annotated[
        int, Column("Measures for which nobody is accountable.", unit="measures", ge=0)
    ]
    nobody_responsible: Annotated[
        int, Column("Measures for which nobody is responsible.", unit="measures", ge=0)
    ]
    several_accountable: Annotated[
        int, Column("Measures for which several are accountable.", unit="measures", ge=0)
    ]
    both_roles: Annotated[int, Column("Measures for which a party is both.", unit="measures", ge=0)]
    is_total: Annotated[bool, IS_TOTAL] = False


@attrs.frozen(kw_only=True)
class _Role:
    force: str
    measure: str
    party: str
    role: AccountabilityRole
    valid_from: date | None
    valid_to: date | None


@attrs.frozen(kw_only=True)
class _Measure:
    """One measure of a force, and its parties; force is null where no row says which."""

    force: str | None
    measure: str
    accountable: tuple[str, ...]
    responsible: tuple[str, ...]

    @property
    def both(self) -> tuple[str, ...]:
        return tuple(party for party in self.accountable if party in self.responsible)

    @property
    def finding(self) -> AccountabilityFinding:
        if not self.accountable:
            return "nobody_accountable"
        if not self.responsible:
            return "nobody_responsible"
        if len(self.accountable) > 1:
            return "several_accountable"
        return "both_roles" if self.both else "ok"


def accountability(
    roles: Rows,
    *,
    measures: Iterable[str] = (),
    as_of: date | None = None,
    by: By = "measure",
    total: bool = False,
    exactly_one: bool = False,
) -> pd.DataFrame:
    """Which parties are accountable and responsible for each measure, and where nobody is.

    A plan may have several parties accountable for a measure, each for its own area, so that is a
    finding and no fault. That there be exactly one is a rule of responsibility matrices (RACI),
    and is asked for with `exactly_one`.

    Args:
        roles: `MeasureRole` rows: `force`, `measure`, `party`, `role`, and `valid_from` and
            `valid_to` where they are given. A party that has a role in two rows has it once.
        measures: The measures of the plan: one that no role of the day is of is listed too, with
            nobody. Of several forces it is that for each. One that is not named is listed where
            it has a role on the day; and, where none is named, also where all its roles have ended,
            for nobody says that it is no measure any more.
        as_of: Day at which roles are looked at; needed where rows are of several times.
        by: Columns to group by, of `force` and `measure`: a row a measure, unless it is left out.
        total: Whether to add a row for all measures together.
        exactly_one: Whether to refuse measures for which nobody is accountable, or several are.

    Returns:
        A row a group, sorted by `by`: the columns of `Accountability`. `finding` is the first that
        is so of nobody_accountable, nobody_responsible, several_accountable and both_roles, or ok;
        the counts beside it have the others.

    Raises:
        ValidationError: If rows break the declarations of their entity; with `exactly_one` also
            for every measure without exactly one accountable party, in NOT_ONE_ACCOUNTABLE.
        MixedRowsError: If rows are of several forces that `by` does not part; if they are of
            several times, and `as_of` is not given.
        MissingColumnsError: If a column that is needed is not there.
        TypeError: If a day is given as text or as a time, or the measures as one text.
        UnknownCodeError: If `by` has a column that the measure does not group by.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraph 35.

    >>> from npolicing.entities import MeasureRole
    >>> watch = {"force": "AVS", "measure": "Street Watch schemes"}
    >>> roles = [
    ...     MeasureRole(**watch, party="NE", role="accountable"),
    ...     MeasureRole(**watch, party="CIP", role="responsible"),
    ... ]
    >>> found = accountability(roles, measures=["Street Watch schemes", "Fund spent"])
    >>> found[["measure", "accountable", "responsible", "finding"]].values.tolist()
    [['Fund spent', 0, 0, 'nobody_accountable'], ['Street Watch schemes', 1, 1, 'ok']]
    """
    check_days(as_of=as_of)
    if isinstance(measures, str):
        raise TypeError(f"measures= is a list of names, not the text {measures!r}")
    names = columns_of(by, _BY)
    rows = _roles(roles, as_of)
    refuse_mixed("accountability", rows, names, ("force",))
    listed = _measures(rows, measures, as_of)
    if exactly_one:
        _refuse(listed)
    return result(Accountability, names, listed, _figures, total=total)


def _roles(roles: Rows, as_of: date | None) -> list[_Role]:
    columns = ("force", "measure", "party", "role", "valid_from", "valid_to")
    rows = [_Role(**row) for row in take(roles, MeasureRole, columns).to_pylist()]
    times = {(row.valid_from, row.valid_to) for row in rows}
    if as_of is None and len(times) > 1:
        raise MixedRowsError(
            f"accountability takes the roles of one day, and these rows are of {len(times)} times "
            "(valid_from, valid_to). Pass as_of= to take those in force."
        )
    return rows


def _measures(rows: Sequence[_Role], measures: Iterable[str], as_of: date | None) -> list[_Measure]:
    """Each measure that is to be listed, and the parties that have a role on the day."""
    parties: dict[tuple[str | None, str], dict[str, set[str]]] = {}
    forces: list[str | None] = [*sorted({row.force for row in rows})] or [None]
    plan = list(measures)
    for name in plan:
        for force in forces:
            parties.setdefault((force, name), {})
    for row in rows:
        if not plan and within(row.valid_from, None, as_of):
            parties.setdefault((row.force, row.measure), {})
        if within(row.valid_from, row.valid_to, as_of):
            held = parties.setdefault((row.force, row.measure), {})
            held.setdefault(row.role, set()).add(row.party)
    return [
        _Measure(
            force=force,
            measure=name,
            accountable=tuple(sorted(held.get("accountable", ()))),
            responsible=tuple(sorted(held.get("responsible", ()))),
        )
        for (force, name), held in parties.items()
    ]


def _refuse(listed: Sequence[_Measure]) -> None:
    """Refuse every measure that has not exactly one accountable party."""
    failures = [
        Failure(
            code="NOT_ONE_ACCOUNTABLE",
            rule=f"is the one party accountable for {each.measure!r}",
            column="party",
            value=each.accountable,
        )
        for each in sorted(listed, key=lambda each: (each.force or "", each.measure))
        if len(each.accountable) != 1
    ]
    if failures:
        raise ValidationError("MeasureRole", failures)


def _figures(rows: Sequence[_Measure], *, is_total: bool) -> Accountability:
    alone = rows[0] if len(rows) == 1 and not is_total else None
    return Accountability(
        measures=len(rows),
        accountable=sum(len(row.accountable) for row in rows),
        responsible=sum(len(row.responsible) for row in rows),
        both=sum(len(row.both) for row in rows),
        accountable_parties=_listed(alone.accountable) if alone else None,
        responsible_parties=_listed(alone.responsible) if alone else None,
        finding=alone.finding if alone else None,
        nobody_accountable=sum(not row.accountable for row in rows),
        nobody_responsible=sum(not row.responsible for row in rows),
        several_accountable=sum(len(row.accountable) > 1 for row in rows),
        both_roles=sum(bool(row.both) for row in rows),
        is_total=is_total,
    )


def _listed(parties: Sequence[str]) -> str | None:
    return ", ".join(parties) or None
