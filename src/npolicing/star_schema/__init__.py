"""The star schema: a log store and small tables as dimensions and facts for dashboards.

A fact has what adds up, and no ratio: a dashboard divides the sums of what is in view, and so has
the figure that the measure of that name has.
"""

from npolicing.star_schema.dimensions import DimArea, DimDate, DimGrade
from npolicing.star_schema.facts import (
    FactBid,
    FactFund,
    FactLogMonth,
    FactObservation,
    FactScheme,
    FactTarget,
)
from npolicing.star_schema.outcome import StarRefresh, Unlisted
from npolicing.star_schema.refreshing import star
from npolicing.star_schema.tables import STAR, STAR_VERSION

__all__ = [
    "STAR",
    "STAR_VERSION",
    "DimArea",
    "DimDate",
    "DimGrade",
    "FactBid",
    "FactFund",
    "FactLogMonth",
    "FactObservation",
    "FactScheme",
    "FactTarget",
    "StarRefresh",
    "Unlisted",
    "star",
]
