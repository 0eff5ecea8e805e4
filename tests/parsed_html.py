"""A page read back as a tree, strictly: what is opened is closed, in order."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import attrs

VOID = {"br", "link", "meta"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "]]>",
    "<!-- -->",
    "</style></title></table>",
    "&lt;b&gt;",
    "\x00\x08\x1b[31m",
    "\ud800",
    "{{ 7*7 }}",
]
"""Words that would be more than words, where somebody forgot to escape them."""


@attrs.define
class Node:
    """One element: its name, its attributes, what is in it."""

    name: str
    attributes: dict[str, str | None] = attrs.Factory(dict)
    children: list[Node | str] = attrs.Factory(list)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, *names: str, **attributes: str) -> list[Node]:
        """The elements of some names in it that have these attributes."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            each
            for each in self.walk()
            if each is not self
            and (not names or each.name in names)
            and all(each.attributes.get(key) == value for key, value in wanted.items())
        ]

    def one(self, *names: str, **attributes: str) -> Node:
        (found,) = self.all(*names, **attributes)
        return found

    @property
    def text(self) -> str:
        """The words in it, with blanks as one."""
        words = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join("".join(words).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("")]
        self.declarations: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute twice in {tag}"
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_decl(self, decl: str) -> None:
        self.declarations.append(decl)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def parsed(page: str) -> Node:
    """The tree of a page, or of a piece of one."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    (whole,) = reader.open
    return whole
