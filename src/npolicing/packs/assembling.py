"""A pack put together: its sections, its findings in their order, and its figures."""

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

__all__ = ["Made", "Pack", "Rule", "made_of", "pack_of"]

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
class Made:
    """What packs of one period share: counts and trends, made once."""

    inputs: PackInputs
    period: Period
    hiding: Hiding
    logs: LogFacts | None
    trends: Trends
    units: tuple[str, ...]


def made_of(
    inputs: PackInputs,
    period: Period,
    rule: Rule,
    progress: Callable[[str], object] | None = None,
) -> Made:
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
    return Made(inputs=inputs, period=period, hiding=hiding, logs=logs, trends=found, units=units)


def pack_of(
    made: Made,
    forum: Forum,
    npu: str | None,
    as_of: date | None,
    marking: str | None,
    *,
    charts: bool,
) -> Pack:
    """The pack of a unit, or of the force."""
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


def _parts(ask: Ask, made: Made) -> Iterator[Part | None]:
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
