"""Packs as documents: one unit's month, a quarter, or all units of a month in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from npolicing.packs.assembling import Pack, Rule, made_of, pack_of
from npolicing.packs.periods import Period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from npolicing.exhibits import Document
    from npolicing.packs.inputs import PackInputs

__all__ = ["qpr_pack", "quarter_pack", "sim_pack", "sim_packs"]


def sim_pack(
    inputs: PackInputs,
    *,
    npu: str,
    month: str,
    as_of: date | None = None,
    suppress: Rule = None,
    marking: str | None = None,
    charts: bool = True,
) -> Document:
    """The pack of one unit's monthly service improvement meeting, as a document.

    Args:
        inputs: What `read_inputs` gave. Any of it may be missing: the pack says what, and what it
            would have shown, and nothing of it is 0.
        npu: The unit: code, name or alias.
        month: The month, such as ``2019-09``.
        as_of: Day on which counts, money, problems and actions are looked at; without it, the last
            day of the month.
        suppress: The name of a rule of `disclosure.RULES`, or one of yours, by which small numbers
            on logs and crimes are hidden.
        marking: Protective marking; without one that of the inputs, if they have one.
        charts: Whether to have charts.

    Returns:
        The document: findings first, in the order that its definitions state, then its sections,
        definitions, and what it was made from.

    Raises:
        ValueError: If the month is not written as one, or the inputs are marked in different ways.
        UnknownCodeError: If the force has no such unit, or there is no such rule.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraphs 31
        and 41: monthly service improvement meetings; measures reviewed there.

    >>> from datetime import date
    >>> from npolicing import packs
    >>> from npolicing.entities import Action
    >>> raised, due = date(2019, 8, 6), date(2019, 9, 10)
    >>> here = {"force": "WMP", "npu": "CV", "forum": "sim", "raised_on": raised, "due": due}
    >>> hosts = Action(**here, action_id="CV-7", title="Find hosts in two wards")
    >>> tables = packs.PackTables.of(actions=[hosts])
    >>> inputs = packs.read_inputs(tables=tables)
    >>> pack = packs.sim_pack(inputs, npu="Coventry", month="2019-09", charts=False)
    >>> print(pack.findings[0])
    Action CV-7, Find hosts in two wards: due 2019-09-10, 20 days overdue.
    """
    period = Period.month(month)
    made = made_of(inputs, period, suppress)
    unit = inputs.code_of(npu, made.units)
    return pack_of(made, "sim", unit, as_of, marking, charts=charts).document


def sim_packs(
    inputs: PackInputs,
    *,
    month: str,
    npus: Sequence[str] = (),
    as_of: date | None = None,
    suppress: Rule = None,
    marking: str | None = None,
    charts: bool = True,
    progress: Callable[[str], object] | None = None,
) -> Iterator[Pack]:
    """The packs of all units of a force for a month, one after the other; logs are counted once.

    Args:
        inputs: As for `sim_pack`.
        month: As for `sim_pack`.
        npus: The units, by code, name or alias; all of the force without any.
        as_of: As for `sim_pack`.
        suppress: As for `sim_pack`. Tables are suppressed with all units and their total, so that
            the packs of a month tell no more together than each by itself.
        marking: As for `sim_pack`.
        charts: As for `sim_pack`.
        progress: Called with what is done next.

    Raises:
        ValueError, UnknownCodeError: As `sim_pack`; before the first pack.
    """
    made = made_of(inputs, Period.month(month), suppress, progress)
    units = [inputs.code_of(npu, made.units) for npu in npus] or list(made.units)
    inputs.marking(marking)
    return (pack_of(made, "sim", unit, as_of, marking, charts=charts) for unit in units)


def qpr_pack(
    inputs: PackInputs,
    *,
    quarter: str,
    npu: str | None = None,
    as_of: date | None = None,
    suppress: Rule = None,
    marking: str | None = None,
    charts: bool = True,
) -> Document:
    """The pack of a quarterly performance review, of the force with its units or of one unit.

    Args:
        inputs: As for `sim_pack`.
        quarter: A quarter of a financial year: ``2019/20-Q2`` is July to September 2019. Ratios
            are those of the sums of its months.
        npu: One unit: code, name or alias; the force with all of its units without it.
        as_of: As for `sim_pack`; without it, the last day of the quarter.
        suppress: As for `sim_pack`.
        marking: As for `sim_pack`.
        charts: As for `sim_pack`.

    Raises:
        ValueError, UnknownCodeError: As `sim_pack`.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraph 31.

    >>> from datetime import date
    >>> from npolicing import packs
    >>> from npolicing.entities import Observation
    >>> day = date(2019, 9, 1)
    >>> sign_ups = Observation(force="WMP", kind="messaging_sign_ups", value=87_511, as_of=day)
    >>> inputs = packs.read_inputs(tables=packs.PackTables.of(observations=[sign_ups]))
    >>> packs.qpr_pack(inputs, quarter="2019/20-Q2", charts=False).title
    'Quarterly performance review: West Midlands Police'
    """
    return quarter_pack(
        inputs,
        quarter=quarter,
        npu=npu,
        as_of=as_of,
        suppress=suppress,
        marking=marking,
        charts=charts,
    ).document


def quarter_pack(
    inputs: PackInputs,
    *,
    quarter: str,
    npu: str | None = None,
    as_of: date | None = None,
    suppress: Rule = None,
    marking: str | None = None,
    charts: bool = True,
    progress: Callable[[str], object] | None = None,
) -> Pack:
    """`qpr_pack` with its figures in long form, to be written by `write_pack`.

    Args:
        inputs: As for `qpr_pack`.
        quarter: As for `qpr_pack`.
        npu: As for `qpr_pack`.
        as_of: As for `qpr_pack`.
        suppress: As for `qpr_pack`.
        marking: As for `qpr_pack`.
        charts: As for `qpr_pack`.
        progress: Called with what is done next.
    """
    made = made_of(inputs, Period.quarter(quarter), suppress, progress)
    unit = None if npu is None else inputs.code_of(npu, made.units)
    return pack_of(made, "qpr", unit, as_of, marking, charts=charts)
