"""What is asked of matplotlib, which is loaded when something is first drawn."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FONT", "advance", "new_figure", "round_numbers", "settings"]

FONT = "DejaVu Sans"
"""It comes with matplotlib, so that words are as wide everywhere."""
_POINTS = 72
# matplotlib's settings are those of the whole program: one picture at a time changes them.
_LOCK = threading.RLock()


def _loaded() -> ModuleType:
    try:
        import matplotlib as mpl  # noqa: PLC0415 # of the extra charts, and it is slow to load
    except ModuleNotFoundError as error:
        words = 'charts need matplotlib: pip install "npolicing[charts]"'
        raise ModuleNotFoundError(words, name=error.name) from error
    return mpl


@contextmanager
def settings(name: str) -> Iterator[None]:
    """The Analysis Function's style, our font, and ids that follow from a name; then undone."""
    mpl = _loaded()
    from matplotlib import style  # noqa: PLC0415 # as above

    own = {
        "font.family": FONT,
        # Words stay words: to be read aloud, searched and selected.
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "text.parse_math": False,
        "path.simplify": False,
    }
    with _LOCK, style.context("afcharts.afcharts"), mpl.rc_context(own), warnings.catch_warnings():
        # Of a letter that the font lacks: in an SVG the reader's own font has it.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        yield


def new_figure(across: float, down: float) -> Figure:
    """An empty figure, so many points wide and high; none of pyplot's."""
    _loaded()
    from matplotlib.figure import Figure  # noqa: PLC0415 # as above

    return Figure(figsize=(across / _POINTS, down / _POINTS), facecolor="white")


def advance(line: str, size: float, *, bold: bool) -> float:
    """How wide a line is, in points."""
    _loaded()
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 # as above
    from matplotlib.textpath import text_to_path  # noqa: PLC0415 # as above

    font = FontProperties(family=FONT, weight="bold" if bold else "normal", size=size)
    # Without mathematics: a dollar sign is a dollar sign.
    across, _, _ = text_to_path.get_text_width_height_descent(line, font, ismath=False)
    return float(across)


def round_numbers(low: float, high: float, most: int) -> Sequence[float]:
    """Round numbers from one at or below the low end to one at or above the high one."""
    _loaded()
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 # as above

    found = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(each) for each in found]
