"""Cut the example's data out of the published files. `python cut.py FOLDER` writes them anew.

FOLDER has the files that `ORIGINALS` names, in it or below it. Columns are left out and none is
changed, but that whole numbers are written as such; `ward-points.csv` alone is computed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

DATA = Path(__file__).parent / "data"
ORIGINALS = {
    "records": "wmp_2018-06_by_ward.csv",
    "lsoas": "wm_lsoa11_reference.csv",
    "lsoa11-to-lsoa21": "wm_lookup_lsoa11_lsoa21.csv",
    "lsoa21-to-ward24": "wm_lookup_lsoa21_ward24.csv",
    "wards": "wm_wards_2021.csv",
}
KEPT = {
    "records": ["ward_code", "id", "category", "month", "location_type"],
    "lsoas": [
        "lsoa11_code",
        "ltla18_name",
        "ward17_code",
        "population_mid2017",
        "IMD_decile",
        "IMD_rank",
        "Crime_decile",
    ],
    "lsoa11-to-lsoa21": ["lsoa11_code", "change_code", "lsoa21_code"],
    "lsoa21-to-ward24": ["lsoa21_code", "ward24_code"],
    "wards": ["ward21_code", "ward21_name", "ltla21_name", "ltla21_code"],
}


def cut(folder: Path) -> dict[str, pd.DataFrame]:
    """Each table of the example, out of the published files."""
    found = {
        name: pd.read_csv(next(folder.rglob(original)), dtype=str)
        for name, original in ORIGINALS.items()
    }
    tables = {name: found[name][KEPT[name]] for name in ORIGINALS}
    tables["lsoas"] = tables["lsoas"].replace(r"\.0$", "", regex=True)
    return {**tables, "ward-points": _points(found["records"])}


def _points(records: pd.DataFrame) -> pd.DataFrame:
    """The mean of the points of each ward's records, which the source had moved to streets."""
    places = records[["lat", "lng"]].astype("float64").groupby(records["ward_code"])
    points = places.mean().round(4).assign(records=places.size())
    return points.reset_index().astype(str)


def shipped() -> dict[str, pd.DataFrame]:
    """Each table of the example, as it lies beside this file."""
    tables = {path.stem: pd.read_csv(path, dtype=str) for path in sorted(DATA.glob("*.csv"))}
    return {**tables, "records": pq.read_table(DATA / "records.parquet").to_pandas()}


def _write(tables: dict[str, pd.DataFrame]) -> None:
    found = tables.pop("records")
    records = {name: pa.array(found[name], pa.string()) for name in KEPT["records"]}
    pq.write_table(
        pa.table(records),
        DATA / "records.parquet",
        compression="zstd",
        compression_level=19,
        # Each identifier is another: it is smaller as what it differs by from the one before.
        use_dictionary=[name for name in records if name != "id"],  # type: ignore[arg-type] # the stubs know a flag alone
        column_encoding={"id": "DELTA_BYTE_ARRAY"},
    )
    for name, table in tables.items():
        table.to_csv(DATA / f"{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    DATA.mkdir(exist_ok=True)
    _write(cut(Path(sys.argv[1])))
