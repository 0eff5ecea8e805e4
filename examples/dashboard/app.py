"""A dashboard of one unit and month, out of a star: `streamlit run app.py -- STAR`.

Without a star it makes one up, and says so on the page.
"""

from __future__ import annotations

import sys
import warnings
from base64 import b64encode
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from stars import FORCE, Star, by_month, made_up_star, read_star, shares

import npolicing as npol
from npolicing.charts import draw
from npolicing.exhibits import Heading, control_figure, table_from

if TYPE_CHECKING:
    import pandas as pd


@st.cache_resource(show_spinner="Reading the star")
def opened(folder: str | None) -> Star:
    """The star, read once."""
    return read_star(made_up_star() if folder is None else Path(folder))


def head(star: Star) -> None:
    """What whoever looks must know first."""
    if star.marking is not None:
        st.markdown(f"**{star.marking}**")
    st.title("Neighbourhood policing: logs by unit and month")
    if star.synthetic:
        st.warning("Synthetic: the logs are made up. Nothing here is a figure of any force.")


def chosen(star: Star) -> tuple[str | None, str]:
    """The unit and the month that are asked for."""
    left, right = st.columns(2)
    codes = [None, *sorted(star.units)]
    unit = left.selectbox(
        "Unit", codes, format_func=lambda code: star.units[code] if code else FORCE
    )
    months = sorted(star.facts["month"].unique(), reverse=True)
    return unit, right.selectbox("Month", months)


def figures(star: Star, facts: pd.DataFrame, month: str) -> None:
    """Each figure with its numerator, its denominator and its interval."""
    logs, days = int(facts["logs"].sum()), star.days[month]
    first, *others = st.columns(4)
    first.metric("Logs", f"{logs:,}")
    first.write(f"{logs / days:,.1f} a day on {days} days")
    for column, share in zip(others, shares(facts), strict=True):
        column.metric(share.label, share.value)
        column.write(share.parts)


CHARTED = {
    "Logs a day": ("logs_per_day", None, "Logs have seasons: a summer of high signals is usual."),
    "Attendance ratio": ("attendance_ratio", "ratio", "P1 to P3, by a neighbourhood team."),
}


def chart(star: Star, months: pd.DataFrame, where: str) -> None:
    """A control chart of a figure: which months are more than chance."""
    st.header("Is it more than chance?")
    label = st.selectbox("Figure to chart", list(CHARTED))
    column, unit, note = CHARTED[label]
    try:
        points = points_of(months, column)
    except npol.ValidationError:
        st.info("A month has no figure, and no chart is drawn across a gap.")
        return
    found = control_figure(
        points,
        name="control",
        notes=[f"{where}. {note}"],
        label=label,
        unit=unit,
        source="fact_log_month of the star",
        synthetic=star.synthetic,
        marking=star.marking,
    )
    # As a picture with its words: what cleans the page's HTML would take the drawing out of it.
    svg = b64encode(draw(found).svg.encode()).decode()
    picture = f'<img src="data:image/svg+xml;base64,{svg}" alt="{escape(found.alt)}"'
    st.html(
        '<div role="region" tabindex="0" aria-label="Control chart" style="overflow-x: auto">'
        f'{picture} style="width: 48rem; max-width: 100%; min-width: 30rem"></div>'
    )


def points_of(months: pd.DataFrame, column: str) -> pd.DataFrame:
    """The points of a control chart; of a star of few months, without limits."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", npol.NpolicingWarning)
        return npol.control_chart(months[["month", "days", column]], value=column)


HEADINGS = [
    Heading(column="month", label="Month"),
    Heading(column="logs", label="Logs", unit="logs"),
    Heading(column="logs_per_day", label="Logs a day", unit="logs a day", places=1),
    Heading(column="p1_to_p3_known", label="P1 to P3, known", unit="logs"),
    Heading(column="attended_by_neighbourhood", label="Of them, by the team", unit="logs"),
    Heading(column="attendance_ratio", label="Attendance ratio", unit="ratio"),
]


def table(star: Star, months: pd.DataFrame, where: str) -> None:
    """The same in figures, to read and to take along."""
    st.header("The figures by month")
    shown = table_from(
        months,
        "by-month",
        f"Logs by month: {where}",
        HEADINGS,
        synthetic=star.synthetic,
        marking=star.marking,
    )
    st.html("<style>.npolicing .wide { overflow-x: auto; }</style>")
    st.html(shown._repr_html_())


def page(star: Star) -> None:
    """The whole page."""
    head(star)
    unit, month = chosen(star)
    where = FORCE if unit is None else star.units[unit]
    facts = star.of(unit)
    st.header(f"{where}, {month}")
    figures(star, facts[facts["month"] == month], month)
    months = by_month(star, facts)
    chart(star, months, where)
    table(star, months, where)
    st.download_button(
        f"Download the figures of {where} as CSV",
        months.to_csv(index=False, lineterminator="\r\n"),
        file_name=f"logs-{unit or 'all'}.csv",
        mime="text/csv",
    )
    st.write("Small numbers are shown as they are: nothing here is fit to be published.")
    if star.marking is not None:
        st.markdown(f"**{star.marking}**")


st.set_page_config(page_title="Neighbourhood policing", layout="wide")
page(opened(sys.argv[1] if len(sys.argv) > 1 else None))
