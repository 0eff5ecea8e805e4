"""A suppressed table for readers: a symbol in each place where something is hidden."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from npolicing.disclosure.asked import HIDDEN, STATUS
from npolicing.disclosure.rules import RULES, DisclosureRule, rule_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["hides", "texts", "with_symbols"]

_OTHER = "*"
_SYMBOLS = {_OTHER, *(rule.symbol for rule in RULES.values())}


def with_symbols(table: pd.DataFrame, *, rule: str | DisclosureRule) -> pd.DataFrame:
    """A suppressed table as text, with a symbol in each place where something is hidden.

    For sheets and pages that people read: a blank cell would look like one that nobody knows. What
    was unknown stays null. `intake` reads ``<5`` and ``*`` again as suppressed.

    Args:
        table: What `suppress` gave.
        rule: The rule by which it was suppressed; its symbol stands for the small counts, and
            ``*`` for what is hidden for their sake.

    Returns:
        The table without its ``_status`` columns; what had one is text.

    Raises:
        UnknownCodeError: If there is no such rule.

    >>> import pandas as pd
    >>> from npolicing import suppress
    >>> searches = pd.DataFrame({"ward": ["A", "B", "C"], "searches": [3, 26, 0]})
    >>> hidden = suppress(searches, rule="ofqual", by="ward", counts="searches")
    >>> with_symbols(hidden, rule="ofqual")["searches"].tolist()
    ['<5', '25', '0']
    """
    symbols = dict.fromkeys(HIDDEN, _OTHER) | {"primary": rule_of(rule).symbol}
    shown = table.copy()
    for name in table.columns:
        status = f"{name}{STATUS}"
        if status in table.columns:
            words = [
                symbols.get(why, None if null else str(value))
                for value, null, why in zip(
                    table[name], table[name].isna(), table[status], strict=True
                )
            ]
            shown[name] = texts(words, table.index)
            shown = shown.drop(columns=status)
    return shown


def hides(text: str) -> bool:
    """Whether a text stands for a count that is hidden, as it is usual here: ``*``, or ``<5``.

    >>> hides("<10"), hides("*"), hides("10")
    (True, True, False)
    """
    return text in _SYMBOLS or re.fullmatch("<[1-9][0-9]*", text) is not None


def texts(words: Sequence[str | None], index: pd.Index) -> pd.Series:
    """Words as a column of pandas' own text; what is none is null."""
    column: pd.Series = pa.array(words, pa.string()).to_pandas()
    return column.set_axis(index)
