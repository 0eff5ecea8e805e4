"""Words at points, placed where they fit and keep out of one another's way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

import attrs

from npolicing.charts._layout import WIDTH, Box
from npolicing.charts._palette import INK, PAPER, contrast, palette
from npolicing.charts._text import SMALL, width
from npolicing.exhibits.marks import Cells, Label, Place, Points

__all__ = ["Word", "names", "placed"]

Side: TypeAlias = Literal["left", "center", "right"]
_LINE = 12.5
_GAP = 5.0
# Where words go instead, if something is in their place.
_ELSEWHERE: dict[Place, tuple[Place, ...]] = {
    "right": ("right", "left", "above", "below"),
    "left": ("left", "right", "above", "below"),
    "above": ("above", "below", "right", "left"),
    "below": ("below", "above", "right", "left"),
    "centre": ("centre",),
    "margin": ("margin",),
}


@attrs.frozen(kw_only=True)
class Word:
    """A line of words: its place in points from the top left, where `y` is its middle."""

    x: float
    y: float
    words: str
    side: Side
    colour: str
    size: float = SMALL

    @property
    def left(self) -> float:
        return self.x - {"left": 0.0, "center": 0.5, "right": 1.0}[self.side] * self.across

    @property
    def across(self) -> float:
        return width(self.words, self.size)

    @property
    def baseline(self) -> float:
        """What letters stand on, with their middle at `y`."""
        return self.y + 0.36 * self.size

    def meets(self, other: Word) -> bool:
        """Whether it and another are in one place."""
        apart = (self.size + other.size) / 2
        return (
            abs(self.y - other.y) < apart
            and self.left < other.left + other.across + 2
            and other.left < self.left + self.across + 2
        )


def names(box: Box) -> Iterator[Word]:
    """The names along the axes of a panel, where it has them."""
    for at, words in box.x.ticks if box.names_x else ():
        across, _ = box.point(at, box.y.low)
        over = box.top - 9 - words.count("\n") * _LINE
        first = over if box.heads else box.top + box.down + 12
        yield from _lines(words, across, first, "center", top=True)
    for at, words in box.y.ticks if box.names_y else ():
        _, down = box.point(box.x.low, at)
        yield from _lines(words, box.left - 4, down, "right")


def _lines(words: str, x: float, y: float, side: Side, *, top: bool = False) -> Iterator[Word]:
    """Lines of words: the first of them at `y`, or all of them round it."""
    lines = words.split("\n")
    first = y if top else y - (len(lines) - 1) / 2 * _LINE
    for at, line in enumerate(lines):
        yield Word(x=x, y=first + at * _LINE, words=line, side=side, colour=INK)


def placed(box: Box) -> list[Word]:
    """The words of a panel; those that find no place are left out."""
    labels = [mark for mark in box.panel.marks if isinstance(mark, Label) and mark.text]
    found = _margin(box, [each for each in labels if each.place == "margin"])
    points = list(_points(box))
    for label in labels:
        if label.place != "margin":
            found += _free(box, label, found, points)
    for mark in box.panel.marks:
        if isinstance(mark, Cells):
            found += _in_cells(box, mark)
    return found


def _points(box: Box) -> Iterator[Word]:
    """What points take up, as if they were words."""
    for mark in box.panel.marks:
        if isinstance(mark, Points):
            for x, y in zip(mark.x, mark.y, strict=True):
                if x is not None and y is not None:
                    left, top = box.point(x, y)
                    yield Word(x=left, y=top, words=".", side="center", colour=INK, size=4.0)


def _free(box: Box, label: Label, taken: Sequence[Word], points: Sequence[Word]) -> list[Word]:
    """The words where they were asked for, or beside; away from other words above all."""
    tried = [_beside(box, label, place) for place in _ELSEWHERE[label.place]]
    apart = [word for word in tried if not any(map(word.meets, taken))]
    clear = [word for word in apart if not any(map(word.meets, points))]
    return (clear or apart)[:1]


def _beside(box: Box, label: Label, place: Place) -> Word:
    x, y = box.point(label.x, label.y)
    colour = palette().words(label.role)
    if place in ("right", "left"):
        side: Side = "left" if place == "right" else "right"
        word = Word(
            x=x + (_GAP if place == "right" else -_GAP),
            y=y,
            words=label.text,
            side=side,
            colour=colour,
        )
    else:
        lift = {"above": -1.0, "below": 1.0}.get(place, 0.0) * (_LINE - 1)
        word = Word(x=x, y=y + lift, words=label.text, side="center", colour=colour)
    return _inside(box, word)


def _inside(box: Box, word: Word) -> Word:
    """Words moved as far as they must be to stand within their panel, or the picture."""
    last = min(box.left + box.across + 8, WIDTH - 2)
    over = max(word.left + word.across - last, 0.0)
    under = max(box.left + 1 - (word.left - over), 0.0)
    return attrs.evolve(word, x=word.x - over + under)


def _margin(box: Box, labels: Sequence[Label]) -> list[Word]:
    """Words at the right of the panel, a line apart at least."""
    found: list[Word] = []
    heights = [box.point(box.x.high, label.y)[1] for label in labels]
    for y, label in sorted(zip(heights, labels, strict=True), key=lambda each: each[0]):
        least = found[-1].y + _LINE if found else y
        found.append(
            Word(
                x=box.left + box.across + 4,
                y=max(y, least),
                words=label.text,
                side="left",
                colour=palette().words(label.role),
            )
        )
    # Those that were pushed below the panel push the ones above them back up.
    bottom = box.top + box.down + _LINE / 2
    for at in reversed(range(len(found))):
        found[at] = attrs.evolve(found[at], y=min(found[at].y, bottom))
        bottom = found[at].y - _LINE
    return found


def _in_cells(box: Box, cells: Cells) -> Iterator[Word]:
    steps = palette().steps
    for x, y, step, words in zip(cells.x, cells.y, cells.steps, cells.words, strict=False):
        if x is None or y is None or not words:
            continue
        ground = PAPER if step is None else steps[step]
        ink = INK if contrast(INK, ground) > contrast(PAPER, ground) else PAPER
        across, down = box.point(x, y)
        yield Word(x=across, y=down, words=words, side="center", colour=ink)
