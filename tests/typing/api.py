"""What a type checker sees of the public names. mypy reads this file; nothing calls it."""

from __future__ import annotations

from typing import assert_type

import pandas as pd
import polars as pl
import pyarrow as pa

import npolicing as npol


def rows_know_their_entity(frame: pl.DataFrame) -> None:
    teams = npol.to_records(frame, npol.Team)

    assert_type(teams, npol.Records[npol.Team])
    assert_type(teams[0], npol.Team)
    assert_type(teams[:2], npol.Records[npol.Team])
    assert_type(teams.where(npu="CV"), npol.Records[npol.Team])
    assert_type(teams[0].npu, str)


def every_kind_of_frame_goes_in(a: pd.DataFrame, b: pl.DataFrame, c: pa.Table) -> None:
    assert_type(npol.to_arrow(a, npol.Team), pa.Table)
    assert_type(npol.to_pandas(b, npol.Team), pd.DataFrame)
    assert_type(npol.check(c, npol.Team), npol.Failures)


def frames_come_back_as_they_went_in(
    a: pd.DataFrame, b: pl.DataFrame, c: pa.Table, crosswalk: npol.Crosswalk
) -> None:
    assert_type(npol.join_areas(a, c, on="ward").matched, pd.DataFrame)
    assert_type(npol.retally(b, crosswalk, on="npu").frame, pl.DataFrame)
    assert_type(npol.retally(c, crosswalk, on="npu").frame, pa.Table)
    assert_type(npol.check_areas(a, crosswalk, on="npu", day="received_on"), npol.Failures)


def rooms_are_seen_from_the_root() -> None:
    assert_type(npol.calendar.financial_year_days("2019/20")[0].year, int)


def mistakes_are_reported() -> None:
    npol.NPU(force="WMP", code="CV")  # type: ignore[call-arg] # the name is missing
    npol.NPU("WMP", "CV", "Coventry")  # type: ignore[call-arg] # by place, where order would be a guess
    npol.Team(force="WMP", team_id="T1", npu="CV", kind="hubs")  # type: ignore[arg-type] # no such kind
    npol.Log.no_such_field  # type: ignore[attr-defined] # noqa: B018 # a slip of the pen
    npol.no_such_name  # type: ignore[attr-defined] # noqa: B018 # the same
