"""The colours: those of the Analysis Function, by what a mark stands for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import attrs

from npolicing.exhibits.marks import Role

__all__ = ["FAINT", "INK", "PAPER", "Palette", "contrast", "palette"]

PAPER = "#FFFFFF"
INK = "#0B0C0C"
FAINT = "#D9D9D9"
"""Of grid lines, which nobody need see."""
# The grey of the palette for focus has a contrast of 1.8 to 1. This is the lightest that has 3.
_CONTEXT = "#8C8C8C"


@attrs.frozen
class Palette:
    """Colours by role, and the steps of a scale, least first."""

    roles: Mapping[Role, str]
    steps: tuple[str, ...]
    fill: str

    def words(self, role: Role) -> str:
        """The colour of words: the role's, where it is dark enough to be read on white."""
        colour = self.roles[role]
        return colour if contrast(colour, PAPER) >= 4.5 else INK


@cache
def palette() -> Palette:
    """The palettes of afcharts.

    Raises:
        ModuleNotFoundError: If it is not there, with how to get it.
    """
    try:
        from afcharts.af_colours import get_af_colours  # noqa: PLC0415 # of the extra charts
    except ModuleNotFoundError as error:
        words = 'charts need afcharts: pip install "npolicing[charts]"'
        raise ModuleNotFoundError(words, name=error.name) from error
    blue, orange = get_af_colours("duo")
    _, _, pink, _, grey, _ = get_af_colours("categorical", number_of_colours=6)
    steps = tuple(reversed(get_af_colours("sequential", number_of_colours=5)))
    roles: dict[Role, str] = {
        "main": blue,
        "second": orange,
        "context": _CONTEXT,
        "plain": grey,
        "concern": orange,
        "improvement": blue,
        "neutral": pink,
    }
    return Palette(roles, steps, steps[0])


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2.2, from 1 to 21.

    >>> contrast("#000000", "#FFFFFF")
    21.0
    """
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
