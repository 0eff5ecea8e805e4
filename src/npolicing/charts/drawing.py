"""A chart drawn: as SVG that stands in a page, as PNG, as a file."""

from __future__ import annotations

from pathlib import Path

import attrs

from npolicing._files import FilePath, replacing
from npolicing.charts._figure import png, svg
from npolicing.charts._inline import inline
from npolicing.exhibits.chart import Chart

__all__ = ["Drawing", "draw"]

_DPI = 200


@attrs.frozen(kw_only=True)
class Drawing:
    """A chart as a picture; the same chart gives the same bytes. In Jupyter it shows itself.

    Attributes:
        chart: What it shows.
        svg: One `<svg>` element to be put in a page as it is. It has the chart's title and
            alternative text, and no size but its proportions; its ids begin with the chart's name.
        captions: Whether title, notes and source are in the picture.
    """

    chart: Chart
    svg: str = attrs.field(repr=False)
    captions: bool = True

    def png(self, *, dpi: int = _DPI) -> bytes:
        """The same as pixels, 5 inches wide."""
        return png(self.chart, captions=self.captions, dpi=dpi)

    def write(self, path: FilePath) -> Path:
        """Write it to a file, whole or not at all.

        Args:
            path: Where to; `.svg` or `.png` says what.

        Raises:
            ValueError: If the path ends otherwise.
            FileNotFoundError: If there is no such folder.
        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind not in (".svg", ".png"):
            raise ValueError(f"a chart is written as .svg or .png, and not as {path.name!r}")
        with replacing(path) as temporary:
            temporary.write_bytes(self.svg.encode() if kind == ".svg" else self.png())
        return path

    def _repr_html_(self) -> str:
        return self.svg


def draw(chart: Chart, *, captions: bool = True) -> Drawing:
    """Draw a chart, whatever builder made it.

    Args:
        chart: The chart; one without panels says that there are no figures to draw.
        captions: Whether its title, notes and source are in the picture; False for a page that
            writes them itself. The marking and that it is synthetic always are.

    Raises:
        ModuleNotFoundError: If matplotlib or afcharts is not there:
            ``pip install "npolicing[charts]"``.

    >>> import npolicing as npol
    >>> from npolicing.exhibits import spend_chart
    >>> chart = spend_chart(npol.spend_rate(npol.paper.wmp_2019().budgets), name="fund")
    >>> draw(chart).svg[:4], draw(chart).png()[1:4]
    ('<svg', b'PNG')
    """
    return Drawing(chart=chart, svg=inline(svg(chart, captions=captions), chart), captions=captions)
