"""A suppressed table for readers: a symbol in each place where something is hidden."""

from __future__ import annotations

import pandas as pd

from npolicing.disclosure.asked import STATUS
from npolicing.disclosure.rules import DisclosureRule, rule_of

__all__ = ["with_symbols"]

_OTHER = "*"


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

    >>> from npolicing import suppress
    >>> searches = pd.DataFrame({"ward": ["A", "B", "C"], "searches": [3, 26, 0]})
    >>> hidden = suppress(searches, rule="ofqual", by="ward", counts="searches")
    >>> with_symbols(hidden, rule="ofqual")["searches"].tolist()
    ['<5', '25', '0']
    """
    symbols = {"primary": rule_of(rule).symbol, "secondary": _OTHER, "linked": _OTHER}
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
            shown[name] = pd.Series(words, table.index, dtype="str")
            shown = shown.drop(columns=status)
    return shown
