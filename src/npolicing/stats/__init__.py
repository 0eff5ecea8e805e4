"""Pure statistics: numbers in, numbers out, each named for its method.

Numbers and arrays broadcast; numbers in give floats, arrays in give arrays. What is undefined is
NaN, and so is what comes of a NaN; what is impossible is a ValueError that names it. So is a count
that nobody counts: above 9.2e18, or between 0 and 1e-12.
"""

from __future__ import annotations

from npolicing.stats import concentration as concentration
from npolicing.stats import displacement as displacement
from npolicing.stats import funnel as funnel
from npolicing.stats import intervals as intervals
from npolicing.stats import many as many
from npolicing.stats import multicriteria as multicriteria
from npolicing.stats import percentiles as percentiles
from npolicing.stats import power as power
from npolicing.stats import rate_ratios as rate_ratios
from npolicing.stats import rates as rates
from npolicing.stats import rounding as rounding
from npolicing.stats import stability as stability
from npolicing.stats import two_counts as two_counts
