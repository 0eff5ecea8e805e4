"""A chart out of what was worked out for it: the words that all builders take and give alike."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from npolicing.exhibits._reading import ALL, Result
from npolicing.exhibits.chart import Chart
from npolicing.exhibits.marks import Axis, Panel
from npolicing.exhibits.table import Heading, table_from

__all__ = ["Caption", "lead", "listing", "spread"]

_MADE_UP = "The figures are synthetic: made up, and of no real place."
_HEADS = {"npu": "NPU", "month": "Month", "kind": "Kind", "name": "Name"}


@attrs.frozen(kw_only=True)
class Caption:
    """What whoever asks for a chart says about it."""

    name: str
    title: str | None = None
    notes: Sequence[str] = ()
    source: str = ""
    synthetic: bool = False
    marking: str | None = None

    def chart(
        self,
        found: Result,
        *,
        says: str,
        alt: str,
        caption: str,
        headings: Sequence[Heading],
        panels: Sequence[Panel],
        x: Axis,
        y: Axis,
        key: str = "",
        columns: int = 1,
        own_y: bool = False,
        notes: Sequence[str] = (),
    ) -> Chart:
        """The chart, with the figures beneath it.

        Args:
            found: The result that it is of.
            says: Its message, where no title was given.
            alt: The same for who cannot see it.
            caption: What the table beneath has.
            headings: The columns of that table after those of the groups.
            panels: What is drawn; nothing where there are no figures.
            x: What is along.
            y: What is upwards.
            key: How it is read.
            columns: How many panels beside one another.
            own_y: Whether each panel goes as far upwards as its own figures do.
            notes: What must be said of the figures, after what was given.
        """
        said = tuple(dict.fromkeys((*self.notes, *notes)))
        table = table_from(
            found.frame,
            self.name,
            caption,
            [*_groups(found), *headings],
            result=found.declared,
            notes=said,
            source=self.source,
            synthetic=self.synthetic,
            marking=self.marking,
        )
        return Chart(
            name=self.name,
            title=self.title or says,
            alt=f"{alt} {_MADE_UP}" if self.synthetic else alt,
            table=table,
            notes=said,
            source=self.source,
            synthetic=self.synthetic,
            marking=self.marking,
            panels=tuple(panels),
            x=x,
            y=y,
            key=key,
            columns=columns,
            own_y=own_y,
        )


def _groups(found: Result) -> list[Heading]:
    names = list(found.groups)
    if "name" in found.frame.columns and "npu" in names:
        names.insert(names.index("npu") + 1, "name")
    return [
        Heading(column=name, label=_HEADS.get(name, name.replace("_", " ").capitalize()))
        for name in names
    ]


def spread(panels: int) -> int:
    """How many panels stand beside one another: two where there are several."""
    return 1 if panels < 2 else 2


def lead(label: str) -> str:
    """What stands before the figures of a group; nothing before those of all together."""
    return "" if label == ALL else f"{label}: "


def listing(words: Sequence[str], most: int = 12) -> str:
    """Figures of an alternative text, as many as one can listen to."""
    rest = len(words) - most
    shown = "; ".join(words[:most])
    shown = shown[:1].upper() + shown[1:]
    return f"{shown}; and {rest} more, in the table" if rest > 0 else shown
