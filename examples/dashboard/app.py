"""A dashboard of one unit and month, out of a star: `streamlit run app.py -- STAR`.

Without a star it makes one up, and says so on the page.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pandas as pd
import streamlit as st
from stars import FORCE, Star, by_month, made_up_star, read_star, shares

import npolicing as npol
from npolicing.charts import draw
from npolicing.errors import NpolicingWarning
from npolicing.exhibits import control_figure

FIGURE = "–"  # noqa: RUF001 # the dash for no figure


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


def chart(star: Star, months: pd.DataFrame, where: str) -> None:
    """A control chart of logs a day: which months are more than chance."""
    st.header("Is it more than chance?")
    with warnings.catch_warnings():
        # A star of few months has no limits: the chart shows its points.
        warnings.simplefilter("ignore", NpolicingWarning)
        points = npol.control_chart(months[["month", "days", "logs_per_day"]])
    found = control_figure(
        points,
        name="logs-per-day",
        notes=[f"{where}. Triangles, squares and diamonds are special causes."],
        source="fact_log_month of the star",
        synthetic=star.synthetic,
        marking=star.marking,
    )
    st.html(draw(found).svg)


def table(months: pd.DataFrame) -> None:
    """The same in figures, to read and to take along."""
    st.header("The figures by month")
    shown = pd.DataFrame(
        {
            "Month": months["month"],
            "Logs": [f"{each:,}" for each in months["logs"]],
            "Logs a day": [f"{each:,.1f}" for each in months["logs_per_day"]],
            "P1 to P3, known": [f"{each:,}" for each in months["p1_to_p3_known"]],
            "Of them attended by a neighbourhood team": [
                f"{each:,}" for each in months["attended_by_neighbourhood"]
            ],
            "Attendance ratio": [
                FIGURE if pd.isna(each) else f"{100 * each:.1f} %"
                for each in months["attendance_ratio"]
            ],
        }
    )
    st.table(shown.set_index("Month"))


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
    table(months)
    st.download_button(
        "Download the figures as CSV",
        months.to_csv(index=False, lineterminator="\r\n"),
        file_name=f"logs-{unit or 'all'}.csv",
        mime="text/csv",
    )
    st.write("Small numbers are shown as they are: nothing here is fit to be published.")
    if star.marking is not None:
        st.markdown(f"**{star.marking}**")


st.set_page_config(page_title="Neighbourhood policing", layout="wide")
page(opened(sys.argv[1] if len(sys.argv) > 1 else None))
