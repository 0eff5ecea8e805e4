"""The tables of the star by name, and the version that they are of."""

from __future__ import annotations

from npolicing._records import Record
from npolicing.star_schema.dimensions import DimArea, DimDate, DimGrade
from npolicing.star_schema.facts import FactLogMonth
from npolicing.star_schema.small_tables import SMALL

__all__ = ["LOGS", "STAR", "STAR_VERSION", "VERSION_FOLDER"]

STAR_VERSION = 1
"""Raised by one when a column of a table is renamed, retyped or dropped."""
VERSION_FOLDER = f"v{STAR_VERSION}"
"""The folder, in the one that is asked for, in which the tables are."""
LOGS = "fact_log_month"
"""The table that is a folder of files, one for each month of a force."""
STAR: dict[str, type[Record]] = {
    "dim_area": DimArea,
    "dim_date": DimDate,
    "dim_grade": DimGrade,
    LOGS: FactLogMonth,
    **{name: made.fact for name, made in SMALL.items()},
}
"""What a row of each table is."""
