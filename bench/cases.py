"""What is measured: ours and its rivals, each a function that makes ready what is then timed.

Run as `python cases.py NAME FOLDER ROWS`: prints the seconds, the peak memory of the whole process
and a signature of the answer, as JSON. One process a measurement, so that nobody profits from
another's warm caches, and memory is each one's own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

BY = ["force", "npu", "month", "priority", "attended_by_neighbourhood"]
Work = Callable[[], object]
Case = Callable[[Path, int], Work]
CASES: dict[str, Case] = {}
SMALL = 1_000_000


def case(name: str) -> Callable[[Case], Case]:
    """Put a case into the list."""

    def put(make: Case) -> Case:
        CASES[name] = make
        return make

    return put


def store_of(folder: Path, rows: int) -> Path:
    """The store that has so many logs."""
    return folder / f"store-{rows}"


def every_file(folder: Path, rows: int) -> str:
    """Its files, as engines are told of them."""
    return f"{store_of(folder, rows).as_posix()}/*/*.parquet"


def warm(npol: Any) -> None:  # noqa: ANN401 # the package
    """Have everything loaded before the clock starts."""
    import pandas as pd

    npol.tally(pd.DataFrame({"force": ["WMP"], "npu": ["CV"]}), by="npu")


# -- a store: how many logs of each kind


@case("tally")
def _tally(folder: Path, rows: int) -> Work:
    import npolicing as npol

    warm(npol)
    return lambda: npol.tally(store_of(folder, rows), by=BY)["logs"].sum()


@case("reading the columns")
def _floor(folder: Path, rows: int) -> Work:
    from concurrent.futures import ThreadPoolExecutor

    import pyarrow.parquet as pq

    paths = sorted(store_of(folder, rows).glob("*/*.parquet"))

    def read(path: Path) -> int:
        texts = ["force", "npu", "month", "priority"]
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            groups = range(file.num_row_groups)
            return sum(
                file.read_row_group(at, columns=BY, use_threads=False).num_rows for at in groups
            )

    def work() -> int:
        with ThreadPoolExecutor(2) as pool:
            return sum(pool.map(read, paths))

    return work


def _duckdb(folder: Path, rows: int, month: str) -> Work:
    import duckdb

    sql = (
        f"select force, npu, {month} as month, priority, attended_by_neighbourhood, count(*) "  # noqa: S608 # our own words
        f"from '{every_file(folder, rows)}' group by all"
    )
    connection = duckdb.connect()
    return lambda: sum(row[-1] for row in connection.sql(sql).fetchall())


@case("DuckDB")
def _duckdb_stored(folder: Path, rows: int) -> Work:
    return _duckdb(folder, rows, "month")


@case("DuckDB, converting time zones")
def _duckdb_zone(folder: Path, rows: int) -> Work:
    return _duckdb(folder, rows, "date_trunc('month', received_at at time zone 'Europe/London')")


def _polars(folder: Path, rows: int, month: Any) -> Work:  # noqa: ANN401 # an expression
    import polars as pl

    query = (
        pl.scan_parquet(every_file(folder, rows))
        .group_by("force", "npu", month, "priority", "attended_by_neighbourhood")
        .agg(pl.len().alias("logs"))
    )
    return lambda: query.collect(engine="streaming")["logs"].sum()


@case("polars")
def _polars_stored(folder: Path, rows: int) -> Work:
    return _polars(folder, rows, "month")


@case("polars, converting time zones")
def _polars_zone(folder: Path, rows: int) -> Work:
    import polars as pl

    local = pl.col("received_at").dt.convert_time_zone("Europe/London")
    return _polars(folder, rows, local.dt.truncate("1mo").alias("month"))


@case("pandas, as people write it")
def _pandas(folder: Path, rows: int) -> Work:
    import pandas as pd

    columns = ["force", "npu", "received_at", "priority", "attended_by_neighbourhood"]

    def work() -> int:
        paths = sorted(store_of(folder, rows).glob("*/*.parquet"))
        frame = pd.concat([pd.read_parquet(path, columns=columns) for path in paths])
        local = frame["received_at"].dt.tz_convert("Europe/London").dt.tz_localize(None)
        frame["month"] = local.dt.to_period("M")
        return int(frame.groupby(BY, dropna=False, observed=True).size().sum())

    return work


# -- a frame in memory


def _frame(folder: Path, rows: int) -> Any:  # noqa: ANN401 # a pandas frame
    import pandas as pd
    import pyarrow.parquet as pq

    paths = sorted(store_of(folder, rows).glob("*/*.parquet"))
    columns = ["force", "npu", "month", "priority", "attended_by_neighbourhood"]
    frame = pd.concat([pq.read_table(p, columns=columns).to_pandas() for p in paths])
    flag = "attended_by_neighbourhood"
    return frame.assign(**{flag: frame[flag].astype("boolean")}).reset_index(drop=True)


@case("attendance_ratio of a frame")
def _ratio(folder: Path, rows: int) -> Work:
    import npolicing as npol

    frame = _frame(folder, rows)
    npol.attendance_ratio(frame[:10], by=["npu", "month"])
    return lambda: npol.attendance_ratio(frame, by=["npu", "month"])["attended"].sum()


@case("the same in pandas")
def _ratio_pandas(folder: Path, rows: int) -> Work:
    frame = _frame(folder, rows)

    def work() -> int:
        kept = frame[frame["priority"].isin(["P1", "P2", "P3"])]
        flag = kept["attended_by_neighbourhood"]
        parts = kept.assign(attended=flag.fillna(value=False), unknown=flag.isna(), logs=1)
        sums = parts.groupby(["npu", "month"], dropna=False)[["attended", "unknown", "logs"]].sum()
        sums["attendance_ratio"] = sums["attended"] / (sums["logs"] - sums["unknown"])
        return int(sums["attended"].sum())

    return work


# -- in somebody else's engine


@case("tally of a DuckDB relation")
def _push_duckdb(folder: Path, rows: int) -> Work:
    import duckdb

    import npolicing as npol

    relation = duckdb.connect().read_parquet(every_file(folder, rows))
    npol.tally(relation.limit(10), by=BY)
    return lambda: npol.tally(relation, by=BY)["logs"].sum()


@case("tally of a polars LazyFrame")
def _push_polars(folder: Path, rows: int) -> Work:
    import polars as pl

    import npolicing as npol

    frame = pl.scan_parquet(every_file(folder, rows))
    npol.tally(frame.head(10), by=BY)
    return lambda: npol.tally(frame, by=BY)["logs"].sum()


@case("polars, in memory engine")
def _polars_own(folder: Path, rows: int) -> Work:
    import polars as pl

    frame = pl.scan_parquet(every_file(folder, rows))
    query = frame.group_by(BY).agg(pl.len().alias("logs"))
    return lambda: query.collect()["logs"].sum()


# -- records


def _table(folder: Path, rows: int) -> Any:  # noqa: ANN401 # an Arrow table
    import npolicing as npol

    paths = sorted(store_of(folder, rows).glob("*/*.parquet"))
    return npol.open_store(paths[0].parents[1]).to_arrow().cast(npol.arrow_schema(npol.Log))


@case("to_records")
def _records(folder: Path, rows: int) -> Work:
    import npolicing as npol

    table = _table(folder, rows)
    npol.to_records(table[:10], npol.Log)
    return lambda: len(npol.to_records(table, npol.Log))


@case("stream_records")
def _stream(folder: Path, rows: int) -> Work:
    import npolicing as npol

    table = _table(folder, rows)
    npol.to_records(table[:10], npol.Log)
    return lambda: sum(map(len, npol.stream_records(table, npol.Log)))


def _types() -> Iterable[tuple[str, type, bool]]:
    from datetime import date, datetime

    import npolicing as npol

    kinds = {"text": str, "integer": int, "boolean": bool, "date": date, "timestamp": datetime}
    return [(field.name, kinds[field.kind], field.nullable) for field in npol.Log.columns()]


@case("pydantic")
def _pydantic(folder: Path, rows: int) -> Work:
    import pydantic

    fields: dict[str, Any] = {
        name: (kind | None if nullable else kind, None if nullable else ...)
        for name, kind, nullable in _types()
    }
    model: Any = pydantic.create_model("Model", **fields)
    adapter = pydantic.TypeAdapter(list[model])
    table = _table(folder, rows)
    return lambda: len(adapter.validate_python(table.to_pylist()))


@case("cattrs")
def _cattrs(folder: Path, rows: int) -> Work:
    from datetime import date, datetime

    import attrs
    import cattrs

    fields: dict[str, Any] = {}
    for name, kind, nullable in _types():
        hint: Any = kind | None if nullable else kind
        fields[name] = attrs.field(type=hint, kw_only=True)
    model = attrs.make_class("Model", fields, frozen=True, slots=True)
    converter = cattrs.Converter()
    for own in (date, datetime):
        converter.register_structure_hook(own, lambda value, _: value)
    table = _table(folder, rows)
    return lambda: len(converter.structure(table.to_pylist(), list[model]))  # type: ignore[valid-type] # made above


def _made(folder: Path, rows: int) -> Any:  # noqa: ANN401 # records
    import npolicing as npol

    return npol.to_records(_table(folder, rows), npol.Log)


@case("write_parquet of records")
def _write(folder: Path, rows: int) -> Work:
    import npolicing as npol

    records, path = _made(folder, rows), folder / "ours.parquet"
    return lambda: npol.write_parquet(records, path)


@case("asdict, from_pylist, write_table")
def _asdict(folder: Path, rows: int) -> Work:
    import attrs
    import pyarrow as pa
    import pyarrow.parquet as pq

    import npolicing as npol

    records, path = _made(folder, rows), folder / "theirs.parquet"
    schema = npol.arrow_schema(npol.Log)

    def work() -> None:
        table = pa.Table.from_pylist([attrs.asdict(each) for each in records], schema=schema)
        pq.write_table(table, path)

    return work


# -- checks


def _pandas_frame(folder: Path, rows: int) -> Any:  # noqa: ANN401 # a pandas frame
    import npolicing as npol

    return npol.to_pandas(_table(folder, rows), npol.Log)


@case("check of a frame")
def _check(folder: Path, rows: int) -> Work:
    import npolicing as npol

    frame = _pandas_frame(folder, rows)
    npol.check(frame[:10], npol.Log)
    return lambda: len(npol.check(frame, npol.Log))


@case("check of a store")
def _check_store(folder: Path, rows: int) -> Work:
    import npolicing as npol

    warm(npol)
    return lambda: len(npol.open_store(store_of(folder, rows)).check())


@case("pandera")
def _pandera(folder: Path, rows: int) -> Work:
    import pandas as pd
    import pandera.pandas as pa

    import npolicing as npol

    def matches(pattern: str) -> Any:  # noqa: ANN401 # a check
        return pa.Check.str_matches(f"^(?:{pattern})$")

    columns = {}
    for field in npol.Log.columns():
        checks = []
        if field.column.pattern:
            checks.append(matches(field.column.pattern))
        if field.choices:
            checks.append(pa.Check.isin(field.choices))
        if field.column.ge is not None:
            checks.append(pa.Check.ge(field.column.ge))
        if field.column.le is not None:
            checks.append(pa.Check.le(field.column.le))
        columns[field.name] = pa.Column(None, checks, nullable=field.nullable)
    day, second = pd.Timedelta(days=1), pd.Timedelta(seconds=1)

    def in_order(first: str, second: str) -> Any:  # noqa: ANN401 # a check
        return pa.Check(lambda f: f[first].isna() | f[second].isna() | (f[first] <= f[second]))

    def within_a_day(f: Any) -> Any:  # noqa: ANN401 # a frame
        instant = f["received_at"].dt.tz_localize(None).dt.normalize()
        return (instant - pd.to_datetime(f["received_on"])).abs() <= day

    def seconds(f: Any) -> Any:  # noqa: ANN401 # a frame
        passed = (f["first_arrived_at"] - f["received_at"]) // second
        return (
            f["response_seconds"].isna()
            | f["first_arrived_at"].isna()
            | (passed == f["response_seconds"])
        )

    rules = [
        in_order("received_at", "first_arrived_at"),
        in_order("received_at", "first_dispatched_at"),
        in_order("first_dispatched_at", "first_arrived_at"),
        in_order("received_at", "closed_at"),
        in_order("first_arrived_at", "closed_at"),
        pa.Check(lambda f: pd.to_datetime(f["received_on"]).dt.strftime("%Y-%m") == f["month"]),
        pa.Check(within_a_day),
        pa.Check(lambda f: pd.to_datetime(f["received_on"]).dt.weekday == f["hour_of_week"] // 24),
        pa.Check(seconds),
        pa.Check(lambda f: f["first_arrived_at"].isna() | f["attended"].fillna(value=True)),
        pa.Check(lambda f: f["first_attended_by"].isna() | f["attended"].fillna(value=True)),
        pa.Check(
            lambda f: (
                ~f["attended_by_neighbourhood"].fillna(value=False)
                | f["attended"].fillna(value=True)
            )
        ),
        pa.Check(
            lambda f: (
                (f["first_attended_by"] != "neighbourhood")
                | f["attended_by_neighbourhood"].fillna(value=True)
            )
        ),
    ]
    schema = pa.DataFrameSchema(
        columns, checks=rules, unique=["force", "received_on", "log_id"], strict=True
    )
    frame = _pandas_frame(folder, rows)
    return lambda: len(schema.validate(frame, lazy=True)) * 0


# -- a messy CSV: the answer is how many rows are neither loaded nor refused


def _messy(folder: Path, rows: int) -> tuple[Path, int]:
    """The file, and how many rows it has."""
    from messy import write_messy

    path, planted = write_messy(folder, rows)
    good = int((folder / f"messy-{rows}.good").read_text())
    return path, good + len(planted)


@case("load of a messy CSV")
def _load(folder: Path, rows: int) -> Work:
    import npolicing as npol

    warm(npol)
    path, whole = _messy(folder, rows)
    store, lines = folder / "messy-store", path.with_suffix(".lines").read_text().split()
    shutil.rmtree(store, ignore_errors=True)

    def work() -> int:
        done = npol.load(path, npol.Log, store, profile=folder / "messy.toml", how="replace")
        if not done.accounts[0].balanced or done.rejected != len(lines):
            raise RuntimeError(f"{done.rejected} rows were refused, and {len(lines)} planted")
        return whole - done.rows - done.rejected

    return work


def _duckdb_load(path: Path, out: Path) -> tuple[int, int]:
    """Rows that DuckDB loads, and lines that it refuses, with the same types in the end."""
    import duckdb
    from messy import ALIASES, HEADER, LAYOUTS

    names = HEADER.strip().split(",")
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    connection = duckdb.connect()
    connection.execute("create table alias(text varchar, code varchar)")
    spellings = {(text.strip().lower(), code) for code, texts in ALIASES.items() for text in texts}
    connection.executemany("insert into alias values (?, ?)", sorted(spellings))
    forms = str(list(LAYOUTS))

    def clock(name: str) -> str:
        return f'try_strptime("{name}", {forms})'

    def instant(name: str) -> str:
        return f"({clock(name)} at time zone 'Europe/London')"

    def flag(name: str) -> str:
        return f"case \"{name}\" when 'Yes' then true when 'No' then false end"

    received, arrived = instant("Date/Time Received"), instant("Date/Time Arrived")
    connection.execute(f"""
        create table logs as select 'WMP' as force, "Log Number" as log_id, code as npu, "Priority",
            {received} as received_at, {arrived} as first_arrived_at,
            {instant("Date/Time Closed")} as closed_at,
            cast({clock("Date/Time Received")} as date) as received_on,
            strftime({clock("Date/Time Received")}, '%Y-%m') as month,
            date_diff('second', {received}, {arrived}) as response_seconds,
            {flag("Attended")} as attended, {flag("NHT Attended")} as attended_by_neighbourhood,
            nullif("First Attended By", '') as first_attended_by,
            try_cast("Crimes" as bigint) as crimes
        from read_csv('{path}', header=true, all_varchar=true, auto_detect=false, delim=',',
            quote='"', escape='"', store_rejects=true, columns={{{columns}}})
        left join alias on text = lower(trim("NPU"))
    """)  # noqa: S608 # our own words
    connection.execute(f"""
        copy (select * from logs where received_at is not null and npu is not null
            and (first_arrived_at is null or first_arrived_at >= received_at)
            order by received_at)
        to '{out}' (format parquet, partition_by (force, month), compression zstd,
            overwrite_or_ignore true)
    """)  # noqa: S608 # the same
    loaded = connection.execute("select count(*) from logs").fetchall()[0][0]
    refused = connection.execute("select count(distinct line) from reject_errors").fetchall()
    return int(loaded), int(refused[0][0])


@case("DuckDB, store_rejects")
def _load_duckdb(folder: Path, rows: int) -> Work:
    path, whole = _messy(folder, rows)
    out = folder / "messy-duckdb"

    def work() -> int:
        loaded, refused = _duckdb_load(path, out)
        return whole - loaded - refused

    return work


@case("pandas.read_csv")
def _load_pandas(folder: Path, rows: int) -> Work:
    import warnings

    import pandas as pd
    from messy import ALIASES, LAYOUTS

    path, whole = _messy(folder, rows)
    codes = {text.strip().lower(): code for code, texts in ALIASES.items() for text in texts}

    def clock(texts: Any) -> Any:  # noqa: ANN401 # a pandas column
        found = [pd.to_datetime(texts, format=form, errors="coerce") for form in LAYOUTS]
        local = found[0].fillna(found[1]).fillna(found[2])
        return local.dt.tz_localize("Europe/London", ambiguous=True, nonexistent="shift_forward")

    def work() -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = pd.read_csv(
                path, dtype=str, on_bad_lines="skip", encoding_errors="replace", engine="c"
            )
        read = len(frame)
        frame["npu"] = frame["NPU"].str.strip().str.lower().map(codes)
        for name in ("Received", "Arrived", "Closed"):
            frame[name] = clock(frame[f"Date/Time {name}"])
        frame["month"] = frame["Received"].dt.strftime("%Y-%m")
        frame["received_on"] = frame["Received"].dt.date
        frame["response"] = (frame["Arrived"] - frame["Received"]).dt.total_seconds()
        for name in ("Attended", "NHT Attended"):
            frame[name] = frame[name].map({"Yes": True, "No": False})
        frame["Crimes"] = pd.to_numeric(frame["Crimes"], errors="coerce")
        good = frame["npu"].notna() & frame["Received"].notna() & ~(frame["response"] < 0)
        good &= ~(frame["Closed"] < frame["Received"]) & ~(frame["Closed"] < frame["Arrived"])
        good &= ~frame.duplicated(["received_on", "Log Number"], keep=False)
        frame[good].to_parquet(folder / "messy-pandas.parquet", compression="zstd")
        return whole - read

    return work


# -- all units of a force: their packs of a month, and the counting alone


def _pack_inputs(folder: Path, rows: int) -> Any:  # noqa: ANN401 # the inputs
    """Made-up logs of the eight units of West Midlands Police, and small tables of them."""
    import npolicing as npol

    store = folder / f"packs-{rows}"
    if not store.exists():
        batches = npol.synthetic.log_batches(rows=rows, first="2015-01", last="2019-12")
        npol.write_store(batches, store, how="replace")
    return npol.packs.read_inputs(store=store, tables=_pack_tables())


def _pack_tables() -> Any:  # noqa: ANN401 # the tables
    from datetime import date

    import npolicing as npol

    units = [f"{unit}" for unit in ["BE", "BW", "CV", "DY", "SH", "SW", "WS", "WV"]]
    days = [date(2019, 4, 1), date(2019, 9, 1)]
    here: dict[str, Any] = {"force": "WMP", "kind": "street_watch"}
    return npol.packs.PackTables.of(
        observations=[
            npol.Observation(**here, npu=unit, value=8 + 2 * at, as_of=day)
            for unit in units
            for at, day in enumerate(days)
        ],
        targets=[npol.Target(**here, npu=unit, value=20, due=date(2020, 3, 31)) for unit in units],
        actions=[
            npol.Action(
                force="WMP",
                action_id=f"{unit}-1",
                title="Find hosts",
                forum="sim",
                npu=unit,
                raised_on=days[0],
                due=days[1],
            )
            for unit in units
        ],
    )


def _packed(folder: Path, rows: int, *, charts: bool) -> Work:
    from npolicing.packs import sim_packs
    from npolicing.pages import html

    inputs = _pack_inputs(folder, rows)

    def work() -> int:
        made = sim_packs(inputs, month="2019-09", charts=charts)
        return len([html(pack.document) for pack in made])

    return work


@case("eight monthly packs")
def _packs(folder: Path, rows: int) -> Work:
    return _packed(folder, rows, charts=False)


@case("eight monthly packs with charts")
def _charted_packs(folder: Path, rows: int) -> Work:
    return _packed(folder, rows, charts=True)


@case("the counting alone")
def _pack_counts(folder: Path, rows: int) -> Work:
    from npolicing.packs.counting import count_logs
    from npolicing.packs.periods import Period

    inputs, month = _pack_inputs(folder, rows), Period.month("2019-09")
    targets = inputs.targets_of_grades()

    def work() -> int:
        counts = count_logs(inputs.store, month, force=inputs.force, targets=targets)
        return len(counts.units)

    return work


# -- many control charts

AGAIN = 20


def _many_series(rows: int) -> Any:  # noqa: ANN401 # a numpy array
    """Ten years of months for each series, in whole numbers about 200."""
    import numpy as np

    return np.random.default_rng(2019).poisson(200.0, size=(rows // 120, 120)).astype(float)


@case("control charts")
def _charts(_: Path, rows: int) -> Work:
    from npolicing.stats.control import xmr

    series = _many_series(rows // AGAIN)

    def work() -> int:
        return sum(int((xmr(series).sign != 0).sum()) for _ in range(AGAIN))

    return work


@case("plain loops")
def _looped_charts(_: Path, rows: int) -> Work:
    series = _many_series(rows // AGAIN).tolist()

    def work() -> int:
        return sum(_flagged(each) for _ in range(AGAIN) for each in series)

    return work


def _flagged(values: list[float]) -> int:
    """How many points of a series are a special cause, point by point."""
    mean = sum(values) / len(values)
    ranges = [abs(values[at] - values[at - 1]) for at in range(1, len(values))]
    spread = sum(ranges) / len(ranges)
    kept = [each for each in ranges if each < 3.267 * spread]
    spread = sum(kept) / len(kept)
    upper, lower = mean + 2.66 * spread, mean - 2.66 * spread
    high, low = mean + 2 * (2.66 / 3) * spread, mean - 2 * (2.66 / 3) * spread
    flagged = [value > upper or value < lower for value in values]
    near = [
        (value > high or value < low) and not out
        for value, out in zip(values, flagged, strict=True)
    ]
    for first in range(len(values) - 2):
        three = values[first : first + 3]
        if all(value > mean for value in three) or all(value < mean for value in three):
            close = [at for at in range(first, first + 3) if near[at]]
            if len(close) >= 2:
                for at in close:
                    flagged[at] = True
    for first in range(len(values) - 6):
        seven = values[first : first + 7]
        steps = [seven[at + 1] - seven[at] for at in range(6)]
        if (
            all(value > mean for value in seven)
            or all(value < mean for value in seven)
            or all(step > 0 for step in steps)
            or all(step < 0 for step in steps)
        ):
            flagged[first : first + 7] = [True] * 7
    return sum(flagged)


# -- many intervals: a share, a difference of two and a rate ratio for each figure


def _figures(rows: int) -> Any:  # noqa: ANN401 # numpy arrays
    """Counts, and what they are of, for the year and for the year before."""
    import numpy as np

    draw = np.random.default_rng(2019)
    of = draw.integers(50, 5000, size=(2, rows))
    return draw.binomial(of, 0.4), of


@case("closed-form intervals")
def _intervals(_: Path, rows: int) -> Work:
    import numpy as np

    from npolicing.stats.intervals import newcombe, wilson
    from npolicing.stats.rate_ratios import rate_ratio

    (now, before), (of, of_before) = _figures(rows)

    def work() -> int:
        share = wilson(now, of)
        apart = newcombe(now, of, before, of_before)
        rates = rate_ratio(now, of, before, of_before, method="score")
        return round(1000 * sum(float(np.sum(each.low)) for each in (share, apart, rates)))

    return work


@case("statsmodels, figure by figure")
def _looped_intervals(_: Path, rows: int) -> Work:
    from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
    from statsmodels.stats.rates import confint_poisson_2indep

    counts, of = _figures(rows)
    pairs = [tuple(map(float, each)) for each in zip(*counts, *of, strict=True)]

    def lows(now: float, before: float, n: float, m: float) -> float:
        share = proportion_confint(now, n, method="wilson")[0]
        apart = confint_proportions_2indep(now, n, before, m, method="newcomb")[0]
        rates = confint_poisson_2indep(now, n, before, m, compare="ratio", method="score")[0]
        return float(share + apart + rates)

    return lambda: round(1000 * sum(lows(*each) for each in pairs))


# -- the next year of several series, and how good such forecasts have been


def _seasonal(rows: int) -> Any:  # noqa: ANN401 # a numpy array
    """Ten years of months for each series: a level, a slow rise, a summer, and chance."""
    import numpy as np

    months = np.arange(120)
    mean = 1000 + 2 * months + 100 * np.sin(2 * np.pi * months / 12)
    return np.random.default_rng(2019).poisson(mean, size=(rows // 120, 120)).astype(float)


@case("forecast")
def _forecast(_: Path, rows: int) -> Work:
    from npolicing.stats.forecasting import forecast

    series = _seasonal(rows)
    forecast(series[0], step=12)
    return lambda: sum(forecast(each, step=12).origins for each in series)


@case("statsmodels in a plain loop")
def _looped_forecast(_: Path, rows: int) -> Work:
    import warnings

    import numpy as np
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    series = _seasonal(rows)

    def predicted(values: Any, season: str) -> Any:  # noqa: ANN401 # numpy arrays
        model = ExponentialSmoothing(values, trend="add", seasonal=season, seasonal_periods=12)
        return model.fit().forecast(12)

    def best(values: Any) -> int:  # noqa: ANN401 # a numpy array
        origins = range(36, len(values) - 11, 12)
        off: dict[str, float] = {}
        for season in ("add", "mul"):
            errors = [predicted(values[:at], season) - values[at : at + 12] for at in origins]
            off[season] = float(np.mean(np.abs(errors)))
        predicted(values, min(off, key=lambda season: off[season]))
        return len(origins)

    def work() -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return sum(best(each) for each in series)

    predicted(series[0], "add")
    return work


# -- what it costs to begin


def _importing(name: str) -> Case:
    def make(_: Path, __: int) -> Work:
        # Another process, for its own time and memory.
        told = f"import {name}; print(open('/proc/self/status').read())"
        command = [sys.executable, "-X", "importtime", "-c", told]

        def work() -> tuple[float, float]:
            done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 # our own words
            lines = [line for line in done.stderr.splitlines() if line.split()[-1] == name]
            return int(lines[-1].split("|")[1]) / 1e6, peak(done.stdout)

        return work

    return make


CASES["import npolicing"] = _importing("npolicing")
CASES["import pandas"] = _importing("pandas")


def peak(status: str) -> float:
    """The most memory that a process had, in MB: not what it was forked from, as rusage has."""
    return int(status.split("VmHWM:")[1].split(maxsplit=1)[0]) / 1024


def main(name: str, folder: str, rows: str) -> None:
    """Measure one case once, after a small one of its kind: nobody pays for beginning."""
    if int(rows) > SMALL:
        CASES[name](Path(folder), SMALL)()
    work = CASES[name](Path(folder), int(rows))
    before = time.perf_counter()
    answer = work()
    seconds = time.perf_counter() - before
    megabytes = peak(Path("/proc/self/status").read_text(encoding="ascii"))
    if isinstance(answer, tuple):
        seconds, megabytes = answer
        answer = None
    told = {
        "seconds": seconds,
        "megabytes": megabytes,
        "answer": None if answer is None else int(str(answer)),
    }
    print(json.dumps(told))  # noqa: T201 # that is what it is for


if __name__ == "__main__":
    main(*sys.argv[1:])
