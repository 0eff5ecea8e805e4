"""West Midlands, June 2018: from published files to the rows that Impact Areas are looked for in.

The page "Find Impact Areas" of the documentation goes through these steps, and says what each of
them leaves out. Here they are functions, so that they can be gone through on other assumptions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import attrs
import pandas as pd

import npolicing as npol
from npolicing.intake import Intake
from npolicing.vocabulary import Criterion

DATA = Path(__file__).parent / "data"
COUNTED = ["population", "deprived"]
MEASURED_BY: dict[Criterion, str] = {
    "crime": "recorded crimes",
    "demand": "anti-social behaviour incidents, a proxy for calls for service",
    "deprivation": "residents of small areas in the most deprived tenth of England (IMD 2019)",
}
SOURCE = "data.police.uk, June 2018; ONS, mid-2017; MHCLG, IMD 2019"


@cache
def records() -> Intake[npol.Crime]:
    """The records, by the profile for data.police.uk's wards; here they lie as Parquet."""
    profile = npol.read_profile("police-uk-ward")
    as_parquet = attrs.evolve(profile, file=attrs.evolve(profile.file, format="parquet"))
    return npol.read(DATA / "records.parquet", npol.Crime, profile=as_parquet)


def lsoas(tenths: int = 1) -> pd.DataFrame:
    """Small areas of 2011: residents, and those of them in the most deprived tenths of England."""
    found = pd.read_csv(DATA / "lsoas.csv").rename(columns={"population_mid2017": "population"})
    return found.assign(deprived=found["population"].where(found["IMD_decile"] <= tenths, 0))


def lookup(table: pd.DataFrame, kind: str, to_kind: str) -> npol.Crosswalk:
    """A lookup of the Office for National Statistics, whose columns are called as the kinds are."""
    return npol.Crosswalk.from_lookup(
        table,
        force="WMP",
        kind=kind,
        to_kind=to_kind,
        from_area=f"{kind}_code",
        to_area=f"{to_kind}_code",
        basis="best fit",
    )


@cache
def lookup_to_2024() -> npol.Crosswalk:
    """From small areas of 2011 by those of 2021 to wards of 2024."""
    first = lookup(pd.read_csv(DATA / "lsoa11-to-lsoa21.csv"), "lsoa11", "lsoa21")
    return first.then(lookup(pd.read_csv(DATA / "lsoa21-to-ward24.csv"), "lsoa21", "ward24"))


def shared_out(crosswalk: npol.Crosswalk, whole: Mapping[str, str] | None = None) -> npol.Crosswalk:
    """The lookup with weights where none is known: equal parts, which is an assumption.

    Args:
        crosswalk: The lookup.
        whole: Areas that go whole to one of their wards, and to which.
    """
    unknown, whole = set(crosswalk.unweighted), whole or {}
    parts = Counter(link.from_area for link in crosswalk.links)

    def weighted(link: npol.AreaLink) -> npol.AreaLink:
        if link.from_area not in unknown:
            return link
        one = whole.get(link.from_area)
        weight = 1 / parts[link.from_area] if one is None else float(one == link.to_area)
        return attrs.evolve(link, weight=weight, basis="assumed")

    return npol.Crosswalk.from_rows([weighted(link) for link in crosswalk.links])


def residents(areas: pd.DataFrame, to_2024: npol.Crosswalk) -> pd.DataFrame:
    """Residents and deprived residents of each ward of June 2018: a row a ward."""
    inside = areas["ltla18_name"] == "Birmingham"
    to_2017 = lookup(areas[~inside], "lsoa11", "ward17")
    ways = {"ward17": (areas[~inside], to_2017), "ward24": (areas[inside], to_2024)}
    wards = [
        npol.retally(rows[["lsoa11_code", *COUNTED]], way, on="lsoa11_code").frame.assign(kind=kind)
        for kind, (rows, way) in ways.items()
    ]
    # Half a person there may be of an area that is shared out.
    whole = pd.concat(wards, ignore_index=True).round(dict.fromkeys(COUNTED, 0))
    return whole.astype(dict.fromkeys(COUNTED, "int64")).rename(columns={"lsoa11_code": "place"})


def counts(crimes: pd.DataFrame) -> pd.DataFrame:
    """Crimes, and cases of anti-social behaviour, by ward: a row for each ward with a record."""
    demand = crimes["category"] == "anti-social-behaviour"
    wards = pd.DataFrame({"crimes": ~demand, "demand": demand}).groupby(crimes["ward"])
    return wards.sum().astype("Int64").rename_axis("place").reset_index()


def names() -> pd.DataFrame:
    """Name and unit of each ward; Birmingham is two units, and no public source parts its wards."""
    wards = pd.read_csv(DATA / "wards.csv")
    units = npol.forces.west_midlands().npus
    number = Counter(unit.local_authority_code for unit in units)
    one = {u.local_authority_code: u.code for u in units if number[u.local_authority_code] == 1}
    npu = wards["ltla21_code"].map(one)
    return pd.DataFrame({"place": wards["ward21_code"], "name": wards["ward21_name"], "npu": npu})


def places(crimes: pd.DataFrame, living: pd.DataFrame) -> pd.DataFrame:
    """A `Place` row for each ward; where the source has no record at all the counts are null."""
    found = living.merge(counts(crimes), on="place", how="left").merge(names(), on="place")
    found = found.assign(
        force="WMP", since=date(2018, 6, 1), until=date(2018, 6, 30), source=SOURCE
    )
    wanted = ["force", "kind", "place", "name", "npu", "population", "crimes", "demand", "deprived"]
    return found[[*wanted, "since", "until", "source"]]


def june_2018() -> pd.DataFrame:
    """The places, on the assumptions of the page."""
    return places(records().to_pandas(), residents(lsoas(), shared_out(lookup_to_2024())))


def proposal(rows: pd.DataFrame, *, areas: int = 10, draws: int = 2000) -> pd.DataFrame:
    """The places that the rule proposes, as the page asks for them."""
    return npol.propose_impact_areas(
        rows,
        areas=areas,
        measured_by=MEASURED_BY,
        mixed_vintages=True,
        empty_count="leave_out",
        resamples=draws,
        weightings=draws,
    )


def otherwise() -> Iterator[tuple[str, pd.DataFrame]]:
    """What else could have been assumed, and the places that follow."""
    good, to_2024, areas = records().to_pandas(), lookup_to_2024(), lsoas()
    living = residents(areas, shared_out(to_2024))
    rows = pd.read_parquet(DATA / "records.parquet").rename(columns={"ward_code": "ward"})
    theirs = rows["location_type"] == "BTP"
    force, railway = rows[~theirs], rows[theirs].drop_duplicates("id", keep=False)
    yield "records of two wards in the first", places(force.drop_duplicates("id"), living)
    yield (
        "records of two wards in the last",
        places(force.drop_duplicates("id", keep="last"), living),
    )
    yield "records of two wards in both", places(force, living)
    yield "with British Transport Police", places(pd.concat([good, railway]), living)
    wards = names().set_index("place")["name"]
    for area, ward in shared(to_2024, areas[areas["ltla18_name"] == "Birmingham"]):
        whole = residents(areas, shared_out(to_2024, {area: ward}))
        yield f"{area} whole in {wards[ward]}", places(good, whole)
    yield "the two most deprived tenths", places(good, residents(lsoas(2), shared_out(to_2024)))


def shared(crosswalk: npol.Crosswalk, areas: pd.DataFrame) -> list[tuple[str, str]]:
    """The small areas that several wards share, in unknown parts, each with each of its wards."""
    split = set(crosswalk.unweighted) & set(areas["lsoa11_code"])
    return sorted(
        (link.from_area, link.to_area) for link in crosswalk.links if link.from_area in split
    )
