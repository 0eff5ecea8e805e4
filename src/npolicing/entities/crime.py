"""Recorded crime, without a point on the map."""

from typing import Annotated

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing.calendar import MONTH
from npolicing.entities._forms import CODE, FORCE, GSS, IDENTIFIER


@attrs.frozen(kw_only=True)
class Crime(Record):
    """One recorded crime, or one anti-social behaviour incident of data.police.uk."""

    force: Annotated[str, FORCE]
    crime_id: Annotated[str, Column("Identifier of the record.", key=True, pattern=IDENTIFIER)]
    month: Annotated[str, Column("Month in which it was recorded, such as 2018-07.", pattern=MONTH)]
    category: Annotated[str, Column("Category, such as burglary.")]
    npu: Annotated[
        str | None, Column("Unit; null where it is not known.", pattern=CODE, refers="NPU.code")
    ] = None
    ward: Annotated[str | None, Column("Code of the ward.", pattern=CODE, refers="Ward.ward")] = (
        None
    )
    lsoa: Annotated[
        str | None, Column("Code of the lower layer super output area.", pattern=GSS)
    ] = None
    outcome: Annotated[str | None, Column("Last outcome; null where there is none.")] = None


@attrs.frozen(kw_only=True)
class CrimeCount(Record):
    """How many crimes of a category a unit had recorded in a month: a sum, where no row may go.

    A category without a row in a month that the force has any of had none there.
    """

    force: Annotated[str, FORCE]
    month: Annotated[str, Column("Month, such as 2018-07.", key=True, pattern=MONTH)]
    category: Annotated[str, Column("Category, such as burglary.", key=True)]
    crimes: Annotated[int, Column("Crimes recorded.", unit="crimes", ge=0)]
    npu: Annotated[
        str | None,
        Column("Unit; null where it is not known.", key=True, pattern=CODE, refers="NPU.code"),
    ] = None
