"""Files that are folders of streams, as those of old Office: each lies in sectors all over."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

__all__ = ["SIGNATURE", "stream_of"]

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How such a file begins."""

_LAST = 0xFFFFFFFA
"""From here on, a number is of no sector."""
_SMALL, _SHORT = 64, 4096


@attrs.frozen(eq=False)
class _Sectors:
    """Pieces of one size, of each of which it is known which is next."""

    content: bytes
    size: int
    first: int
    following: Sequence[int]

    def piece(self, number: int) -> bytes:
        at = self.first + number * self.size
        return self.content[at : at + self.size]

    def chain(self, number: int) -> bytes:
        pieces: list[bytes] = []
        while number < _LAST:
            if len(pieces) > len(self.following):
                raise ValueError("its sectors go round in a circle")
            pieces.append(self.piece(number))
            number = self.following[number]
        return b"".join(pieces)


def stream_of(content: bytes, names: Sequence[str]) -> bytes:
    """The first stream of some names; nothing where there is none."""
    sectors = _sectors(content)
    entries = sectors.chain(_u32(content[48:]))
    root, *others = (entries[at : at + 128] for at in range(0, len(entries), 128))
    named = {_name(entry): entry for entry in reversed(others)}
    found = next((named[name] for name in names if name in named), None)
    if found is None:
        return b""
    start, size = _u32(found[116:]), _u32(found[120:])
    if size < _SHORT:
        # Short streams lie together in one, in sectors of their own.
        together = sectors.chain(_u32(root[116:]))
        following = _numbers(sectors.chain(_u32(content[60:])))
        sectors = _Sectors(together, _SMALL, 0, following)
    return sectors.chain(start)[:size]


def _sectors(content: bytes) -> _Sectors:
    """The sectors of a file; which is next is itself in sectors, and where those are as well."""
    size = {9: 512, 12: 4096}[int.from_bytes(content[30:32], "little")]
    plain = _Sectors(content, size, size, ())
    lists, more = _numbers(content[76:512]), _u32(content[68:])
    for _ in range(len(content) // size):
        if more >= _LAST:
            break
        *listed, more = _numbers(plain.piece(more))
        lists += listed
    lists = [number for number in lists if number < _LAST]
    if len(set(lists)) < len(lists):
        raise ValueError("its sectors are listed twice")
    following = [each for number in lists for each in _numbers(plain.piece(number))]
    return _Sectors(content, size, size, following)


def _name(entry: bytes) -> str:
    return entry[:64].decode("utf-16-le", errors="replace").partition("\0")[0]


def _numbers(data: bytes) -> list[int]:
    found: list[int] = np.frombuffer(data[: len(data) // 4 * 4], "<u4").tolist()
    return found


def _u32(data: bytes) -> int:
    return int.from_bytes(data[:4], "little")
