"""Exhibits on a page: tables, and charts with their figures beneath."""

from __future__ import annotations

from typing import Protocol

import attrs

from npolicing._markup import Markup, element
from npolicing.charts import Drawing, draw
from npolicing.exhibits import Chart, Exhibit, Table, html_table
from npolicing.exhibits.markup import made_up, under

__all__ = ["Draw", "Picture", "exhibit", "plainly"]


class Picture(Protocol):
    """A chart as it was drawn."""

    @property
    def svg(self) -> str:
        """One `svg` element that stands by itself, with a title and a description."""
        ...


class Draw(Protocol):
    """What draws charts, such as `npolicing.charts.draw`."""

    def __call__(self, chart: Chart, /) -> Picture:
        """Draw one chart."""
        ...


def plainly(chart: Chart, /) -> Drawing:
    """A chart drawn without the words that a page has beside it."""
    return draw(chart, captions=False)


def exhibit(shown: Exhibit, by: Draw) -> Markup:
    """A table, or a chart with its table."""
    return Markup(html_table(shown)) if isinstance(shown, Table) else _chart(shown, by)


def _chart(chart: Chart, by: Draw) -> Markup:
    # The picture has its marking in it.
    said = attrs.evolve(chart, marking=None)
    # Open, so that it is printed; whoever reads on a screen may close it.
    figures = element(
        "details",
        element("summary", "The figures of this chart"),
        Markup(html_table(_beneath(chart))),
        open_="",
    )
    return element(
        "figure",
        element("figcaption", element("h3", chart.title)),
        made_up(chart),
        element("div", Markup(by(chart).svg), class_="picture"),
        under(said),
        figures,
    )


def _beneath(chart: Chart) -> Table:
    """A chart's table, without what the chart has said above it."""
    table = chart.table
    return attrs.evolve(
        table,
        notes=tuple(note for note in table.notes if note not in chart.notes),
        source="" if table.source == chart.source else table.source,
        synthetic=table.synthetic and not chart.synthetic,
    )
