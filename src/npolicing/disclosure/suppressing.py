"""A table of counts as it can be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from npolicing.disclosure.asked import Asked
from npolicing.disclosure.columns import published_columns
from npolicing.disclosure.counted import Counted
from npolicing.disclosure.links import MEASURES, Links
from npolicing.disclosure.rules import DisclosureRule, rule_of
from npolicing.errors import UnknownCodeError
from npolicing.measures import RESULTS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["suppress"]

By = str | Sequence[str]
_DONE = "npolicing_suppressed"


def suppress(
    table: pd.DataFrame,
    *,
    rule: str | DisclosureRule,
    measure: str | None = None,
    counts: By = (),
    by: By = (),
    linked: Mapping[str, Sequence[str]] | None = None,
    free: By = (),
    across: By = (),
    parts: Mapping[str, Sequence[str]] | None = None,
    totals: Sequence[By] = (),
) -> pd.DataFrame:
    """Hide small counts, and as many others as it takes for none of them to be worked out.

    Counts below the threshold are hidden first. Then, as long as a hidden count is the only one
    that fits what is published, another count in a sum with it is hidden, the smallest first. What
    a reader is taken to know: every count and figure that the table shows, which totals are sums of
    which rows, the totals elsewhere exactly, and why each count is hidden. Every hidden count has
    two possible values at least; nothing is said of how likely each is, nor of other tables.

    Args:
        table: A row a group. Rows where `is_total` is true are totals of the others; in them null
            in a column of `by` stands for all of its values.
        rule: The name of one of `disclosure.RULES`, or a rule of your own.
        measure: The name of the measure on logs that the table is the result of, which says all
            that follows but `totals`.
        counts: Columns that count people, or things that point at people.
        by: Columns that tell rows apart.
        linked: For a column that is made of counts, which ones; those not named are taken to be
            made of all of them, and are hidden where any is.
        free: Columns that are made of no count, such as days, targets and names.
        across: Columns that hold a row against others, such as ranks and adjusted p-values. Those
            of the rows that are shown would tell of a hidden one, so they are hidden in every row
            where a single count is hidden.
        parts: For a count, those that are parts of it and have nothing in common. What is left of
            it must not become known either, where it is small.
        totals: Columns by which totals of the same counts are published elsewhere: ``["npu"]`` for
            those of each unit, ``[()]`` for that of all. They are taken to be known exactly.

    Returns:
        The table with Int64 counts, hidden ones null. After each count, and after each column that
        is made of counts, stands its ``_status``: ``shown``, ``rounded``, ``primary`` (hidden for
        itself), ``secondary`` (hidden for the sake of another), ``linked`` (made of a hidden count)
        or ``unknown`` (null before). Columns that are made of counts are left out where the rule
        rounds and has no `places`. A table that was suppressed in the same way stays as it is.

    Raises:
        MissingColumnsError: If the table lacks columns; names every one.
        UnknownCodeError: If there is no such rule or measure.
        MixedRowsError: If two rows are of the same group.
        DisclosureError: If a count can be worked out whatever is hidden, such as that of the only
            group in a total that is published elsewhere, or four of 1 to 4 with such a total.
        ValueError: If something is no count, the arguments do not fit together, or the table was
            suppressed in another way.

    Source:
        Secondary suppression: Hundepool et al., Statistical Disclosure Control, Wiley 2012. Rules:
        each with its own, in `disclosure.RULES`.

    >>> import pandas as pd
    >>> searches = pd.DataFrame({"ward": ["A", "B", "C", None], "searches": [3, 26, 9, 38]})
    >>> searches["is_total"] = searches["ward"].isna()
    >>> exact = DisclosureRule(name="ours", threshold=5)
    >>> hidden = suppress(searches, rule=exact, by="ward", counts="searches")
    >>> hidden["searches_status"].tolist()
    ['primary', 'shown', 'secondary', 'shown']
    >>> suppress(searches, rule="ofqual", by="ward", counts="searches")["searches"].tolist()
    [<NA>, 25, 10, 40]
    """
    links = Links(
        counts=_names(counts),
        linked=linked or {},
        free=_names(free),
        across=_names(across),
        parts=parts or {},
    )
    keys = _names(by)
    if measure is not None:
        links, keys = _of_measure(table, measure, links, keys)
    elsewhere = (totals,) if isinstance(totals, str) else totals
    asked = Asked(rule_of(rule), links, keys, tuple(_names(each) for each in elsewhere))
    asked.check(table)
    if asked.statuses(table):
        return _again(table, asked)
    counted = Counted.of(table, asked)
    published = published_columns(table, asked, counted.hidden())
    published.attrs |= {**table.attrs, _DONE: repr(asked)}
    return published


def _again(table: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """A table that was suppressed already, as it is: what is hidden cannot be looked at again."""
    if table.attrs.get(_DONE) != repr(asked):
        raise ValueError(
            f"the table has {', '.join(asked.statuses(table))} already, and nothing shows that it "
            "was suppressed in this way: suppress the counts themselves"
        )
    return table.copy()


def _names(names: By) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _of_measure(
    table: pd.DataFrame, measure: str, links: Links, keys: Sequence[str]
) -> tuple[Links, tuple[str, ...]]:
    """What a measure says of its columns; those before the first of its own tell rows apart."""
    if measure not in MEASURES:
        raise UnknownCodeError("measure that counts logs", measure, tuple(MEASURES))
    if keys or links != Links(counts=()):
        raise ValueError("measure= says what the columns are; give it alone, or those without it")
    known = MEASURES[measure]
    own = {field.name for field in RESULTS[measure].columns()} - {*known.keys}
    columns = [str(name) for name in table.columns]
    first = min((at for at, name in enumerate(columns) if name in own), default=0)
    return known, (*(name for name in columns[:first] if name not in known.keys), *known.keys)
