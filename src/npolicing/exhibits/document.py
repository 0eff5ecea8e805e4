"""A document as a value: findings first, then sections of exhibits, then where it is all from."""

from __future__ import annotations

from typing import TypeAlias

import attrs

from npolicing.exhibits.chart import Chart
from npolicing.exhibits.table import Table

__all__ = ["Document", "Exhibit", "Section"]

Exhibit: TypeAlias = Table | Chart


@attrs.frozen(kw_only=True)
class Section:
    """A part of a document.

    Attributes:
        heading: What it is about.
        words: Paragraphs before the exhibits.
        exhibits: Tables and charts, in order; a chart's own table follows it.
        missing: Inputs that the section would need and that were not there, each as a sentence.
    """

    heading: str
    words: tuple[str, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    missing: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Document:
    """What is put before a board or a meeting, whatever it is written as.

    Attributes:
        name: Short name, also of the files that it is written to.
        title: Its title.
        subtitle: Whom and which time it is about.
        summary: A few sentences before the findings; none where it is empty.
        findings: What whoever reads one page should know, each a sentence or two.
        sections: Its parts.
        definitions: Terms with their meanings.
        provenance: What it was made from and with: labels with values.
        marking: The protective marking, such as OFFICIAL-SENSITIVE; null without one.
        synthetic: Whether any figure is of rows that are made up.
    """

    name: str
    title: str
    subtitle: str = ""
    summary: str = ""
    findings: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()
    marking: str | None = None
    synthetic: bool = False

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """The exhibits of all sections, in order."""
        return tuple(each for section in self.sections for each in section.exhibits)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, those beneath charts included, in order."""
        return tuple(each.table if isinstance(each, Chart) else each for each in self.exhibits)
