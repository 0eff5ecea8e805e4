"""Small numbers: a table of counts that can be published, so that nobody is told from it.

`suppress` hides counts below a threshold, and as many others as it takes for none of them to be
worked out from what is left. It never acts by itself: schemes and wards are no people, so whoever
publishes asks for it, table by table.

What it says: from this table, and from the totals that were named, no hidden count can be worked
out. What it does not say: that nothing can be guessed, or that another table, published elsewhere
and not named, tells no more.
"""

from __future__ import annotations

from npolicing.disclosure.links import MEASURES, Links
from npolicing.disclosure.rules import RULES, DisclosureRule
from npolicing.disclosure.suppressing import suppress
from npolicing.disclosure.symbols import with_symbols

__all__ = ["MEASURES", "RULES", "DisclosureRule", "Links", "suppress", "with_symbols"]
