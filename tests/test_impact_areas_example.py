"""The worked example of Impact Areas: what each of its steps counts, counted again by hand.

By hand is: by pandas and numpy, out of the files as they lie there.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pytest
import west_midlands as wm
from statsmodels.stats.proportion import proportion_confint

import npolicing as npol

BIRMINGHAM_SPLIT = {"E01033621", "E01033628", "E01033641"}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """The records as they lie in the file."""
    return pd.read_parquet(wm.DATA / "records.parquet")


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return wm.june_2018()


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(wm.DATA / f"{name}.csv")


def test_the_file_has_what_its_readme_says(rows: pd.DataFrame) -> None:
    assert len(rows) == 25_731
    assert rows["id"].nunique() == 25_094
    wards = rows.groupby("id")["ward_code"].nunique()
    assert wards.value_counts().to_dict() == {1: 24_457, 2: 637}
    assert rows["month"].unique().tolist() == ["2018-06"]
    assert rows["ward_code"].nunique() == 191
    assert (rows["location_type"] == "BTP").sum() == 201
    assert (rows["category"] == "anti-social-behaviour").sum() == 4_578
    sizes = {name: len(table(name)) for name in ("lsoas", "wards", "ward-points")}
    assert sizes == {"lsoas": 1_680, "wards": 192, "ward-points": 191}
    codes = table("lsoa11-to-lsoa21")["change_code"].value_counts().to_dict()
    assert codes == {"U": 1_638, "S": 80, "M": 2}


def test_nothing_of_a_point_or_a_street_is_shipped_with_a_record(rows: pd.DataFrame) -> None:
    assert list(rows) == ["ward_code", "id", "category", "month", "location_type"]


def test_what_is_shipped_is_small() -> None:
    assert sum(path.stat().st_size for path in wm.DATA.iterdir()) < 400_000


def test_intake_refuses_records_of_two_wards_and_sets_the_railway_aside(rows: pd.DataFrame) -> None:
    account = wm.records().account
    force = rows[rows["location_type"] != "BTP"]
    twice = force.duplicated("id", keep=False)

    assert account.balanced
    assert dict(account.codes) == {"DUPLICATE_KEY": twice.sum()} == {"DUPLICATE_KEY": 1_232}
    assert dict(account.set_aside) == {"of British Transport Police": 201}
    assert account.good == (~twice).sum() == 24_298


def test_counts_are_those_of_the_file(rows: pd.DataFrame, places: pd.DataFrame) -> None:
    force = rows[rows["location_type"] != "BTP"].drop_duplicates("id", keep=False)
    by = pd.crosstab(force["ward_code"], force["category"] == "anti-social-behaviour")
    found = places.set_index("place").dropna(subset=["crimes"])

    assert (found["crimes"].sum(), found["demand"].sum()) == (19_948, 4_350)
    assert found["crimes"].to_dict() == by[False].to_dict()
    assert found["demand"].to_dict() == by[True].to_dict()


def test_the_ward_without_a_record_is_unknown_and_not_without_crime(places: pd.DataFrame) -> None:
    (ward,) = places[places["crimes"].isna() | places["demand"].isna()].to_dict("records")

    assert (ward["place"], ward["name"], ward["population"]) == (
        "E05011178",
        "Sutton Trinity",
        8_009,
    )
    assert places["crimes"].min() == 26
    assert places["demand"].min() == 1


def test_the_wards_are_all_those_of_one_day(places: pd.DataFrame) -> None:
    """So that no two of them lie over one another, though they come out of two lookups."""
    assert set(places["place"]) == set(table("wards")["ward21_code"])
    assert places["place"].is_unique
    assert places["kind"].value_counts().to_dict() == {"ward17": 123, "ward24": 69}
    old = set(table("lsoas")["ward17_code"])
    assert places.loc[places["kind"] == "ward24", "place"].isin(old).sum() == 0


@cache
def residents_by_hand() -> pd.DataFrame:
    """Residents and deprived residents by ward; each part of a split area has an equal share."""
    areas = table("lsoas").set_index("lsoa11_code")
    parts = table("lsoa11-to-lsoa21").merge(table("lsoa21-to-ward24"), on="lsoa21_code")
    parts["share"] = 1 / parts.groupby("lsoa11_code")["lsoa21_code"].transform("size")
    found: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    for code, area in areas.iterrows():
        people = area["population_mid2017"]
        both = np.array([people, people if area["IMD_decile"] == 1 else 0], dtype=np.float64)
        to = {area["ward17_code"]: 1.0}
        if area["ltla18_name"] == "Birmingham":
            rows = parts[parts["lsoa11_code"] == code]
            to = rows.groupby("ward24_code")["share"].sum().to_dict()
        for ward, share in to.items():
            found[ward] = found.get(ward, np.zeros(2)) + share * both
    return pd.DataFrame.from_dict(found, orient="index", columns=["population", "deprived"])


def test_residents_are_those_of_the_lookups(places: pd.DataFrame) -> None:
    by_hand = residents_by_hand()
    found = places.set_index("place")[["population", "deprived"]]

    assert by_hand.sum().tolist() == [2_897_303, 807_065]
    # Halves of a person are rounded, in five wards.
    assert (found - by_hand.loc[found.index]).abs().max().max() == 0.5
    assert ((found - by_hand.loc[found.index]) != 0).any(axis=1).sum() <= 5
    assert found.sum().tolist() == [2_897_301, 807_064]


def test_small_areas_that_two_wards_share_are_refused_until_a_weight_is_assumed() -> None:
    lookup, areas = wm.lookup_to_2024(), wm.lsoas()
    inside = areas[areas["ltla18_name"] == "Birmingham"]

    assert len(lookup.unweighted) == 6
    assert set(lookup.unweighted) & set(inside["lsoa11_code"]) == BIRMINGHAM_SPLIT
    with pytest.raises(npol.MissingTargetError, match="E01033621") as refused:
        wm.residents(areas, lookup)
    assert all(area in str(refused.value) for area in BIRMINGHAM_SPLIT)
    assert wm.shared_out(lookup).unweighted == ()
    living = wm.residents(areas, wm.shared_out(lookup))
    assert living["is_estimate"].sum() == 5


def test_units_are_null_where_two_share_an_authority(places: pd.DataFrame) -> None:
    wards = places.merge(table("wards"), left_on="place", right_on="ward21_code")
    units = wards.groupby("ltla21_name")["npu"].unique().map(list).to_dict()

    assert units.pop("Birmingham") == pytest.approx([np.nan], nan_ok=True)
    assert units == {
        "Coventry": ["CV"],
        "Dudley": ["DY"],
        "Sandwell": ["SW"],
        "Solihull": ["SH"],
        "Walsall": ["WS"],
        "Wolverhampton": ["WV"],
    }


def test_the_rows_are_places(places: pd.DataFrame) -> None:
    assert len(npol.to_records(places, npol.Place)) == 192


@pytest.fixture(scope="module")
def otherwise() -> dict[str, pd.DataFrame]:
    return dict(wm.otherwise())


def test_other_assumptions_move_what_they_say_and_nothing_else(
    rows: pd.DataFrame, otherwise: dict[str, pd.DataFrame]
) -> None:
    crimes = {name: int(each["crimes"].sum()) for name, each in otherwise.items()}
    force = rows[(rows["location_type"] != "BTP") & (rows["category"] != "anti-social-behaviour")]

    assert crimes.pop("records of two wards in the first") == force["id"].nunique()
    assert crimes.pop("records of two wards in the last") == force["id"].nunique()
    assert crimes.pop("records of two wards in both") == len(force)
    assert crimes.pop("with British Transport Police") == 19_948 + 159
    assert set(crimes.values()) == {19_948}
    assert otherwise["the two most deprived tenths"]["deprived"].sum() == 1_361_520
    whole = {name: each for name, each in otherwise.items() if "whole in" in name}
    assert {name.partition(" ")[0] for name in whole} == BIRMINGHAM_SPLIT
    assert len(whole) == 6
    ward = table("wards").set_index("ward21_name")["ward21_code"]["Birchfield"]
    people = table("lsoas").set_index("lsoa11_code")["population_mid2017"]["E01033621"]
    there, elsewhere = (
        each.set_index("place")["population"][ward]
        for each in (whole["E01033621 whole in Birchfield"], whole["E01033621 whole in Aston"])
    )
    assert there - elsewhere == people
    assert len({tuple(each["population"]) for each in whole.values()}) == 6


def test_the_points_are_of_the_wards_with_records(rows: pd.DataFrame) -> None:
    points = table("ward-points").set_index("ward_code")

    assert points["records"].to_dict() == rows["ward_code"].value_counts().to_dict()
    assert points["lat"].between(52.3, 52.7).all()
    assert points["lng"].between(-2.3, -1.4).all()


def by_hand(rows: pd.DataFrame) -> pd.DataFrame:
    """Counts and residents of the wards with a record, out of the files alone."""
    force = rows[rows["location_type"] != "BTP"].drop_duplicates("id", keep=False)
    asb = force["category"] == "anti-social-behaviour"
    found = residents_by_hand().copy()
    found["crime"] = force[~asb]["ward_code"].value_counts()
    found["demand"] = force[asb]["ward_code"].value_counts()
    return found


def test_concentration_agrees_with_other_formulas(rows: pd.DataFrame, places: pd.DataFrame) -> None:
    """Gini as the mean difference of two wards, and as the area under the Lorenz curve."""
    hand = by_hand(rows).rename(columns={"deprived": "deprivation"})
    found = npol.place_concentration(
        places, mixed_vintages=True, empty_count="leave_out", measured_by=wm.MEASURED_BY
    ).set_index("criterion")

    for criterion in ("crime", "demand", "deprivation"):
        x = hand[criterion].dropna().to_numpy()
        differences = np.abs(x[:, None] - x[None, :]).mean()
        assert found.loc[criterion, "gini"] == pytest.approx(differences / x.mean() / 2, rel=1e-6)
        curve = np.concatenate([[0], np.sort(x).cumsum() / x.sum()])
        area = ((curve[1:] + curve[:-1]) / 2).mean()
        assert found.loc[criterion, "gini"] == pytest.approx(1 - 2 * area, rel=1e-6)
        fullest = -np.sort(-x)
        half = next(n for n in range(1, len(x)) if fullest[:n].sum() >= x.sum() / 2)
        assert found.loc[criterion, "places_50"] == half
        assert found.loc[criterion, "measured_by"] == wm.MEASURED_BY[criterion]
    assert found["places"].to_list() == [191, 191, 192, 0]
    assert found["unknown"].to_list() == [1, 1, 0, 192]
    assert found.loc["harm", "caveat"] == "no_data"
    # More crimes than wards, so that Gini need not be held against sparse counts.
    assert found["generalised_gini"].head(2).to_list() == found["gini"].head(2).to_list()


def test_disproportion_is_what_shares_by_hand_give(
    rows: pd.DataFrame, places: pd.DataFrame
) -> None:
    hand = by_hand(rows)
    held = npol.disproportion(places, mixed_vintages=True, empty_count="leave_out")
    each = {str(name): rows.set_index("place") for name, rows in held.groupby("criterion")}

    for criterion in ("crime", "demand"):
        known = hand.dropna(subset=[criterion])
        lq = known[criterion] / known[criterion].sum() * known["population"].sum()
        lq /= known["population"]
        elsewhere = (known[criterion].sum() - known[criterion]) / (
            known["population"].sum() - known["population"]
        )
        ratio = known[criterion] / known["population"] / elsewhere
        found = each[criterion].loc[known.index]
        # Residents are rounded in five wards, by half a person.
        assert found["location_quotient"].to_numpy() == pytest.approx(lq.to_numpy(), rel=1e-4)
        assert found["rate_ratio"].to_numpy() == pytest.approx(ratio.to_numpy(), rel=1e-4)
        share = known["population"] / known["population"].sum()
        low, high = proportion_confint(
            known[criterion], known[criterion].sum(), alpha=0.05, method="wilson"
        )
        assert found["location_quotient_low"].to_numpy() == pytest.approx(low / share, rel=1e-4)
        assert found["location_quotient_high"].to_numpy() == pytest.approx(high / share, rel=1e-4)
    lq = hand["deprived"] / hand["deprived"].sum() / (hand["population"] / 2_897_303)
    found = each["deprivation"].loc[hand.index]
    assert found["location_quotient"].to_numpy() == pytest.approx(lq.to_numpy(), rel=1e-4)
    assert set(each["harm"]["caveat"]) == {"no_data"}


def test_vintages_are_mixed_only_where_that_is_said(places: pd.DataFrame) -> None:
    with pytest.raises(npol.MixedRowsError, match="ward17, ward24"):
        npol.disproportion(places, empty_count="leave_out")


FIRM = ["Newtown", "Bordesley Green", "St Matthew's", "Bordesley & Highgate", "Ladywood"]
UNSURE = ["Shard End", "Birchfield", "King's Norton South", "Soho & Jewellery Quarter"]


@pytest.fixture(scope="module")
def proposal(places: pd.DataFrame) -> pd.DataFrame:
    return wm.proposal(places)


def ten_by_hand(rows: pd.DataFrame) -> list[str]:
    """The rule in other words: those whose three quotients are above 1, by the sum of their ranks.

    Whether chance could make a count is asked of the lower limit of Wilson's interval, in
    statsmodels' words.
    """
    hand = by_hand(rows)
    qualifies = hand["deprived"] / hand["population"] > hand["deprived"].sum() / 2_897_303
    ranks = (hand["deprived"] / hand["population"]).round(9).rank(ascending=False)
    known = hand.dropna()
    for criterion in ("crime", "demand"):
        count, share = known[criterion], known["population"] / known["population"].sum()
        low, _ = proportion_confint(count, count.sum(), alpha=0.05, method="wilson")
        qualifies &= (low > share).reindex(hand.index, fill_value=False)
        ranks += (count / share).rank(ascending=False).reindex(hand.index)
    assert qualifies.sum() == 14
    codes = ranks[qualifies].sort_values(kind="stable").index[:10]
    return list(table("wards").set_index("ward21_code").loc[codes, "ward21_name"])


def test_the_proposal_names_the_wards_that_the_rule_gives_by_hand(
    rows: pd.DataFrame, proposal: pd.DataFrame
) -> None:
    chosen = proposal[proposal["chosen"]]

    assert chosen["name"].to_list() == ten_by_hand(rows)
    assert set(chosen["name"]) == {*FIRM, "Gravelly Hill", *UNSURE}
    assert set(chosen.loc[chosen["npu"].notna(), "name"]) == {"St Matthew's"}
    assert proposal.loc[proposal["why_not"] == "unknown", "name"].to_list() == ["Sutton Trinity"]


def test_the_proposal_has_its_criteria_and_its_stability(proposal: pd.DataFrame) -> None:
    chosen = proposal[proposal["chosen"]].set_index("name")

    assert chosen["demand_measured_by"].unique().tolist() == [wm.MEASURED_BY["demand"]]
    assert proposal["harm_weight"].isna().all()
    assert set(proposal["harm_caveat"]) == {"no_data"}
    for criterion in ("crime", "demand", "deprivation"):
        assert (chosen[f"{criterion}_location_quotient"] > 1).all()
    redrawn = chosen["chosen_resampled"]
    assert (redrawn[FIRM] >= 0.95).all()
    assert 0.8 < redrawn["Gravelly Hill"] < 0.9
    assert redrawn[UNSURE].between(0.35, 0.7).all()


def chosen_of(places: pd.DataFrame) -> set[str]:
    found = wm.proposal(places, draws=0)
    return set(found.loc[found["chosen"], "name"])


def test_what_is_uncertain_in_the_data_moves_one_ward_at_most(
    places: pd.DataFrame, otherwise: dict[str, pd.DataFrame]
) -> None:
    ten = chosen_of(places)
    moved = {name: chosen_of(each) - ten for name, each in otherwise.items()}
    line = moved.pop("the two most deprived tenths")

    assert all(len(each) <= 1 for each in moved.values())
    assert set().union(*moved.values()) == {"Handsworth", "St James's"}
    assert line == {"East Park", "St Peter's", "West Bromwich Central"}
    assert all(set(FIRM) <= chosen_of(otherwise[name]) for name in moved)


def test_every_way_to_place_the_shared_areas_gives_one_of_two_tens(places: pd.DataFrame) -> None:
    """All eight ways, of which the page has the six with one area at a time."""
    crimes, areas, to_2024 = wm.records().to_pandas(), wm.lsoas(), wm.lookup_to_2024()
    wards: dict[str, list[str]] = {}
    for area, ward in wm.shared(to_2024, areas[areas["ltla18_name"] == "Birmingham"]):
        wards.setdefault(area, []).append(ward)
    found = set()
    for whole in product(*wards.values()):
        to = dict(zip(wards, whole, strict=True))
        living = wm.residents(areas, wm.shared_out(to_2024, to))
        found.add(frozenset(chosen_of(wm.places(crimes, living))))
    ten = chosen_of(places)

    assert found == {frozenset(ten), frozenset(ten - {"Birchfield"} | {"St James's"})}


def test_the_share_of_ladywood_that_is_deprived(otherwise: dict[str, pd.DataFrame]) -> None:
    """What the page says of where the line of deprivation is drawn."""
    for rows, own, all_of_them in (
        (wm.june_2018(), 0.33, 0.28),
        (otherwise["the two most deprived tenths"], 0.51, 0.47),
    ):
        ward = rows[rows["name"] == "Ladywood"].iloc[0]
        assert round(ward["deprived"] / ward["population"], 2) == own
        assert round(rows["deprived"].sum() / rows["population"].sum(), 2) == all_of_them


def test_what_the_readme_shows_is_what_happens(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (wm.DATA.parent / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)

    exec(code, {})  # noqa: S102 # our own page

    printed = capsys.readouterr().out
    assert all(name in printed for name in [*FIRM, *UNSURE])
    files = re.findall(r"^\| `([\w.-]+)` \| ([\d,]+) \|", readme, re.MULTILINE)
    found = {path.name for path in wm.DATA.iterdir()}
    assert {name for name, _ in files} == found
    for name, number in files:
        path = wm.DATA / name
        read = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
        assert f"{len(read):,}" == number
