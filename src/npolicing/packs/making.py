"""Packs as documents: one unit's month, a quarter, or all units of a month in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from npolicing._records import Records
from npolicing.disclosure.rules import DisclosureRule, rule_of
from npolicing.exhibits import Document, Section
from npolicing.packs.actions import actions
from npolicing.packs.asking import Ask, Finding, Forum, Part
from npolicing.packs.calls import calls
from npolicing.packs.charting import with_charts
from npolicing.packs.closing import definitions, provenance
from npolicing.packs.counting import count_logs
from npolicing.packs.engaging import engagement, messaging
from npolicing.packs.fund import fund
from npolicing.packs.glance import at_a_glance
from npolicing.packs.hiding import Hiding
from npolicing.packs.inputs import PackInputs
from npolicing.packs.log_lines import LogFacts
from npolicing.packs.long_form import PackFigure, figures_of
from npolicing.packs.periods import Period
from npolicing.packs.problems import problems, tiers
from npolicing.packs.schemes import schemes
from npolicing.packs.trends import Trends, trends

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

__all__ = ["Pack", "qpr_pack", "quarter_pack", "sim_pack", "sim_packs"]

_TITLES: dict[Forum, str] = {
    "sim": "Service improvement meeting",
    "qpr": "Quarterly performance review",
}
Rule = str | DisclosureRule | None


@attrs.frozen(kw_only=True)
class Pack:
    """A pack: the document that people read, and its figures in long form.

    Attributes:
        document: The document; `npolicing.pages` writes it as HTML.
        figures: Its figures, a `PackFigure` a row.
    """

    document: Document
    figures: Records[PackFigure] = attrs.field(repr=False)

    @property
    def name(self) -> str:
        """Short name, also of its files."""
        return self.document.name


@attrs.frozen(kw_only=True, eq=False)
class _Made:
    """What packs of one period share: counts and trends, made once."""

    inputs: PackInputs
    period: Period
    hiding: Hiding
    logs: LogFacts | None
    trends: Trends
    units: tuple[str, ...]


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
    made = _made(inputs, period, suppress)
    unit = inputs.code_of(npu, made.units)
    return _pack(made, "sim", unit, as_of, marking, charts=charts).document


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
    made = _made(inputs, Period.month(month), suppress, progress)
    units = [inputs.code_of(npu, made.units) for npu in npus] or list(made.units)
    inputs.marking(marking)
    return (_pack(made, "sim", unit, as_of, marking, charts=charts) for unit in units)


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
    made = _made(inputs, Period.quarter(quarter), suppress, progress)
    unit = None if npu is None else inputs.code_of(npu, made.units)
    return _pack(made, "qpr", unit, as_of, marking, charts=charts)


def _made(
    inputs: PackInputs,
    period: Period,
    rule: Rule,
    progress: Callable[[str], object] | None = None,
) -> _Made:
    """Count, and make what all packs of a period share."""
    hiding = Hiding(rule=None if rule is None else rule_of(rule))
    logs = None
    units = inputs.units
    if inputs.store is not None and inputs.force in inputs.store.forces:
        zone = "Europe/London" if inputs.reference is None else inputs.reference.force.time_zone
        counts = count_logs(
            inputs.store,
            period,
            force=inputs.force,
            targets=inputs.targets_of_grades(),
            time_zone=zone,
            progress=progress,
        )
        if inputs.reference is None:
            units = tuple(sorted({*units, *counts.units}))
        logs = LogFacts(inputs=inputs, counts=counts, period=period, hiding=hiding, units=units)
    found = Trends(inputs, period, hiding)
    return _Made(inputs=inputs, period=period, hiding=hiding, logs=logs, trends=found, units=units)


def _pack(
    made: _Made,
    forum: Forum,
    npu: str | None,
    as_of: date | None,
    marking: str | None,
    *,
    charts: bool,
) -> Pack:
    ask = Ask(
        forum=forum,
        inputs=made.inputs,
        period=made.period,
        npu=npu,
        as_of=as_of or made.period.until,
        logs=made.logs,
        hiding=made.hiding,
        marking=made.inputs.marking(marking),
        charts=charts,
    )
    parts = [part for part in _parts(ask, made) if part is not None]
    synthetic = made.inputs.synthetic_logs or made.inputs.synthetic(*made.inputs.tables.files)
    document = Document(
        name=ask.name,
        title=f"{_TITLES[forum]}: {ask.whom}",
        subtitle=f"{made.period.label[:1].upper()}{made.period.label[1:]}",
        findings=_findings([one for part in parts for one in part.findings]),
        sections=tuple(part.section for part in parts),
        definitions=definitions(ask),
        provenance=provenance(ask),
        marking=ask.marking,
        synthetic=synthetic,
    )
    figures = figures_of(one for part in parts for one in part.figures)
    return Pack(document=document, figures=figures)


def _parts(ask: Ask, made: _Made) -> Iterator[Part | None]:
    """The sections, in the order in which a meeting reads them."""
    yield at_a_glance(ask)
    yield with_charts(ask, calls(ask))
    yield trends(ask, made.trends)
    yield schemes(ask)
    yield fund(ask)
    yield messaging(ask)
    yield engagement(ask)
    yield problems(ask)
    yield tiers(ask)
    yield actions(ask)
    yield _strangers(ask)


def _strangers(ask: Ask) -> Part | None:
    """Files that may be misspelt tables."""
    others = ask.inputs.tables.others
    if not others:
        return None
    words = tuple(f"The file {name} is no table of a pack; it may be misspelt." for name in others)
    return Part(section=Section(heading="Files that were not read", missing=words))


def _findings(found: Sequence[Finding]) -> tuple[str, ...]:
    """The findings in their order; that there is none is said, too."""
    ordered = sorted(found, key=lambda each: (each.order, -each.weight, each.words))
    words = tuple(dict.fromkeys(each.words for each in ordered))
    return words or (
        (
            "No signal: nothing that was given is off its target or pace, overdue, or changed by "
            "more than chance. See what is missing in each section."
        ),
    )
