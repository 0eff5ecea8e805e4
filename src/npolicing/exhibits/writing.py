"""Tables as plain text for a terminal, and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from npolicing.exhibits.table import Table

__all__ = ["markdown", "text"]


def text(table: Table) -> str:
    """A table for a terminal: its title, aligned columns, a rule over the total, notes, source."""
    heads = [heading.label for heading in table.headings]
    rows = table.cells
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    numeric = [heading.numeric for heading in table.headings]

    def line(cells: list[str]) -> str:
        padded = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, numeric, strict=True)
        )
        return "  ".join(padded).rstrip()

    rule = "  ".join("-" * width for width in widths)
    lines = [table.title, "", line(heads), rule]
    for cells in rows:
        if cells[0] == "Total":
            lines.append(rule)
        lines.append(line(cells))
    return "\n".join([*lines, *_under(table)])


def _under(table: Table) -> list[str]:
    source = [f"Source: {table.source}."] if table.source else []
    words = [f"  {each}" for each in (*table.notes, *source)]
    return ["", *words] if words else []


def markdown(table: Table) -> str:
    """A table as Markdown, with its title as a heading and its source under it."""
    heads = [heading.label for heading in table.headings]
    rules = ["---:" if heading.numeric else "---" for heading in table.headings]
    rows = [heads, rules, *([_bold(row) if row[0] == "Total" else row for row in table.cells])]
    body = "\n".join("| " + " | ".join(map(_escape, row)) + " |" for row in rows)
    parts = [f"## {table.title}", body, *table.notes]
    return "\n\n".join([*parts, f"Source: {table.source}"] if table.source else parts)


def _bold(row: list[str]) -> list[str]:
    return [f"**{cell}**" if cell else "" for cell in row]


def _escape(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")
