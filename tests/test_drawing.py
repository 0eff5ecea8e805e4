"""Charts drawn: what the picture has, that it is the same each time, and golden pictures.

`python tests/drawn_charts.py` writes the golden pictures anew. Look at each before you commit it.
"""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree as ET

import attrs
import matplotlib as mpl
import pandas as pd
import pytest
from drawn_charts import GOLDEN, gallery

from npolicing.charts import Drawing, draw
from npolicing.charts._layout import WIDTH
from npolicing.charts._palette import INK, PAPER, contrast, palette
from npolicing.charts._text import width
from npolicing.exhibits import (
    Axis,
    Band,
    Bars,
    Cells,
    Chart,
    Guide,
    Label,
    Line,
    Mark,
    Panel,
    Points,
    Spans,
    Table,
)

SVG = "{http://www.w3.org/2000/svg}"
CHARTS = sorted(path.stem for path in GOLDEN.glob("*.svg"))
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
TOLERANCE = 0.75
"""Points: other versions of matplotlib and of its fonts move words by less."""


def plain(*marks: Mark, **changes: object) -> Chart:
    table = Table(name="t", title="T", headings=(), data=pd.DataFrame())
    chart = Chart(name="t", title="T", alt="A", table=table, panels=(Panel(marks=marks),))
    return attrs.evolve(chart, **changes)  # type: ignore[arg-type] # a test's own


@attrs.frozen
class Item:
    """One thing that is seen: what it is, how it is painted, and where it is."""

    kind: str
    look: str
    place: tuple[float, ...]


def items(svg: str) -> list[Item]:
    """All that is seen in a picture, in the order of drawing."""
    root = ET.fromstring(svg)  # noqa: S314 # it is our own
    named = {each.attrib["id"]: each for each in root.iter() if "id" in each.attrib}
    found = []
    for each in root.iter():
        tag = each.tag.removeprefix(SVG)
        if tag == "text":
            found.append(Item("text", f"{each.text} {look(each)}", place_of(each)))
        elif tag == "path" and "id" not in each.attrib:
            found.append(Item("path", look(each), numbers(each.attrib["d"])))
        elif tag == "use":
            shape = named[each.attrib["href"][1:]]
            place = (float(each.attrib["x"]), float(each.attrib["y"]))
            found.append(Item("use", look(each), (*place, *numbers(shape.attrib["d"]))))
    return found


def place_of(words: ET.Element) -> tuple[float, float]:
    """Where words are; some lines of several are moved there."""
    if "x" in words.attrib:
        return float(words.attrib["x"]), float(words.attrib["y"])
    x, y = numbers(words.attrib["transform"])[:2]
    return x, y


def look(element: ET.Element) -> str:
    """Colours, dashes and where words are held; nothing that differs between versions."""
    style = dict(
        part.strip().split(": ", 1)
        for part in element.attrib.get("style", "").split(";")
        if ": " in part
    )
    shown = ("fill", "stroke", "stroke-dasharray", "text-anchor")
    return " ".join(f"{name}={style[name]}" for name in shown if name in style)


def numbers(words: str) -> tuple[float, ...]:
    return tuple(float(each) for each in NUMBER.findall(words))


def differences(golden: str, drawn: str) -> list[str]:
    """What differs between two pictures, by more than anybody sees."""
    before, after = items(golden), items(drawn)
    if len(before) != len(after):
        return [f"{len(before)} things before, {len(after)} now"]
    return [
        f"{one} is now {other}"
        for one, other in zip(before, after, strict=True)
        if (one.kind, one.look, len(one.place)) != (other.kind, other.look, len(other.place))
        or any(abs(a - b) > TOLERANCE for a, b in zip(one.place, other.place, strict=True))
    ]


def test_each_chart_has_a_golden_picture() -> None:
    assert sorted(gallery()) == CHARTS


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_looks_as_it_did(name: str) -> None:
    golden = (GOLDEN / f"{name}.svg").read_text(encoding="utf-8")

    assert differences(golden, draw(gallery()[name]).svg) == []


def kinds(chart: Chart) -> dict[str, tuple[int, Mark]]:
    """A mark of each kind, role and shape in the first panel, with its place there."""
    found: dict[str, tuple[int, Mark]] = {}
    for at, mark in enumerate(chart.panels[0].marks):
        shown = (getattr(mark, name, "") for name in ("role", "shape", "dashed", "place"))
        found.setdefault(" ".join([type(mark).__name__, *map(str, shown)]), (at, mark))
    return found


def with_mark(chart: Chart, at: int, *marks: Mark) -> Chart:
    """The chart with other marks in the place of one."""
    first, *rest = chart.panels
    others = (*first.marks[:at], *marks, *first.marks[at + 1 :])
    return attrs.evolve(chart, panels=(attrs.evolve(first, marks=others), *rest))


def moved(mark: Mark, chart: Chart) -> Mark:
    """The mark with one of its figures changed by a twentieth of what the axis has."""
    if isinstance(mark, Bars):
        return attrs.evolve(mark, to=_changed(mark.to))
    if isinstance(mark, Line | Points):
        if chart.y.named:
            return attrs.evolve(mark, x=_changed(mark.x))
        return attrs.evolve(mark, y=_changed(mark.y))
    if isinstance(mark, Band | Spans):
        return attrs.evolve(mark, high=_changed(mark.high))
    if isinstance(mark, Cells):
        return attrs.evolve(mark, steps=(4 if mark.steps[0] != 4 else 0, *mark.steps[1:]))
    return mark


def _changed(values: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """The figure that is farthest from 0 a tenth nearer."""
    far = max(range(len(values)), key=lambda at: abs(values[at] or 0.0))
    return tuple(value * 0.9 if value and at == far else value for at, value in enumerate(values))


def is_seen(mark: Mark, svg: str) -> bool:
    if isinstance(mark, Label):
        return mark.text in {each.text for each in ET.fromstring(svg).iter(f"{SVG}text")}  # noqa: S314 # our own
    return not isinstance(mark, Line | Points) or any(value is not None for value in mark.y)


@pytest.mark.parametrize("name", CHARTS)
def test_the_comparison_sees_a_mark_that_is_left_out_or_moved(name: str) -> None:
    chart = gallery()[name]
    golden = draw(chart).svg
    seen = {each: found for each, found in kinds(chart).items() if is_seen(found[1], golden)}

    assert seen
    for each, (at, mark) in seen.items():
        assert differences(golden, draw(with_mark(chart, at)).svg), f"without {each}"
        if moved(mark, chart) != mark:
            other = with_mark(chart, at, moved(mark, chart))
            assert differences(golden, draw(other).svg), f"{each} moved"


@pytest.mark.parametrize("name", CHARTS)
def test_an_svg_stands_in_a_page_as_it_is(name: str) -> None:
    chart = gallery()[name]
    svg = draw(chart).svg
    root = ET.fromstring(svg)  # noqa: S314 # it is our own

    assert svg.startswith("<svg xmlns=")
    assert not re.search(r"<\?xml|<!DOCTYPE|<!--|<style|<script|<metadata|xlink", svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["width"] == "100%"
    assert "height" not in root.attrib
    assert root.attrib["viewBox"].startswith("0 0 360 ")
    first, second = list(root)[:2]
    assert (first.tag, first.text) == (f"{SVG}title", chart.title)
    assert (second.tag, second.text) == (f"{SVG}desc", chart.alt)
    assert root.attrib["aria-labelledby"] == f"{first.attrib['id']} {second.attrib['id']}"


def test_ids_of_two_charts_never_meet_and_each_reference_is_met() -> None:
    seen: set[str] = set()
    for name in CHARTS:
        root = ET.fromstring(draw(gallery()[name]).svg)  # noqa: S314 # it is our own
        own = [each.attrib["id"] for each in root.iter() if "id" in each.attrib]
        asked = {each.attrib["href"][1:] for each in root.iter() if "href" in each.attrib}
        asked |= {
            found
            for each in root.iter()
            for value in each.attrib.values()
            for found in re.findall(r"url\(#([^)]*)\)", value)
        }
        assert len(own) == len(set(own))
        assert all(each.startswith(f"{name}-") for each in own)
        assert asked <= set(own)
        assert seen.isdisjoint(own)
        seen.update(own)


def extent(words: ET.Element) -> tuple[float, float]:
    """From where to where a line of words reaches."""
    style = words.attrib["style"]
    size = float(re.findall(r"font-size: ([\d.]+)px", style)[0])
    across = width(words.text or "", size, bold="font-weight: 700" in style)
    held = {"middle": 0.5, "end": 1.0}
    share = next((held[each] for each in held if f"text-anchor: {each}" in style), 0.0)
    x, _ = place_of(words)
    return x - share * across, x + (1 - share) * across


def test_words_are_words_and_none_is_cut() -> None:
    whole = plain(Bars(at=(0.0,), to=(1.0,)), x=Axis(unit="ratio", low=0.0, high=1.0))
    for chart in (*gallery().values(), whole):
        root = ET.fromstring(draw(chart).svg)  # noqa: S314 # it is our own
        high = float(root.attrib["viewBox"].split()[3])
        for each in root.iter(f"{SVG}text"):
            left, right = extent(each)
            assert 0 <= left < right <= WIDTH, each.text
            assert 0 < place_of(each)[1] < high, each.text


PROGRAM = """
import hashlib, sys
from drawn_charts import gallery
from npolicing.charts import draw
for name, chart in gallery().items():
    if name in ("funnel", "wmnow", "control"):
        drawing = draw(chart)
        print(hashlib.sha256(drawing.svg.encode() + drawing.png(dpi=60)).hexdigest())
assert "matplotlib.pyplot" not in sys.modules
"""


def test_two_processes_draw_the_same_bytes() -> None:
    here = str(Path(__file__).parent)
    path = os.pathsep.join([here, *sys.path])
    printed = [
        subprocess.run(  # noqa: S603 # our own words
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "4242")
    ]

    assert printed[0] == printed[1]
    assert len(printed[0].split()) == 3


def test_a_picture_says_nothing_of_when_and_with_what_it_was_made() -> None:
    drawing = draw(gallery()["wmnow"])
    chunks = set(re.findall(rb"(tEXt|iTXt|zTXt|tIME)", drawing.png(dpi=60)))

    assert chunks == set()
    assert "matplotlib" not in drawing.svg.lower()


def test_many_threads_draw_the_same_and_leave_the_settings_alone() -> None:
    before = mpl.rcParams.copy()
    charts = [gallery()[name] for name in ("fund", "wmnow", "season", "street_watch")]
    expected = [draw(each).svg for each in charts]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda each: draw(each).svg, charts * 2))

    assert found == expected * 2
    assert mpl.rcParams.copy() == before


def test_colours_that_tell_something_have_a_contrast_of_three_to_one() -> None:
    for role, colour in palette().roles.items():
        assert contrast(colour, PAPER) >= 3, role
        assert contrast(palette().words(role), PAPER) >= 4.5, role
    # The edge of a band tells where it ends; its fill is pale.
    assert contrast(palette().steps[2], PAPER) >= 3


@pytest.mark.parametrize("name", CHARTS)
def test_no_line_and_no_mark_is_paler_than_three_to_one(name: str) -> None:
    pale = {PAPER.lower(), "#d9d9d9", "none", palette().fill.lower()}
    for each in items(draw(gallery()[name]).svg):
        colours = set(re.findall(r"(?:fill|stroke)=(#\w+)", each.look)) - pale
        if name in ("week", "proposal") and each.kind == "path":
            continue  # A cell's figure is in it, and the test below holds it to its cell.
        assert all(contrast(colour, PAPER) >= 3 for colour in colours - {"#ffffff"}), each


def test_the_figure_in_a_cell_can_be_read_on_each_step() -> None:
    for step in palette().steps:
        assert max(contrast(INK, step), contrast(PAPER, step)) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#FFFFFF", "#FFFFFF") == 1
    # Of the Government Analysis Function: 10.25 to 1 for its dark blue on white.
    assert round(contrast("#12436D", "#FFFFFF"), 2) == 10.25


def test_the_marking_and_what_is_made_up_are_on_the_picture_itself() -> None:
    bar = Bars(at=(0.0,), to=(1.0,))
    chart = plain(bar, marking="OFFICIAL-SENSITIVE", synthetic=True, source="a list", notes=("N.",))
    whole = {each.text for each in ET.fromstring(draw(chart).svg).iter(f"{SVG}text")}  # noqa: S314 # our own
    bare = {
        each.text
        for each in ET.fromstring(draw(chart, captions=False).svg).iter(f"{SVG}text")  # noqa: S314 # our own
    }

    marked = {"OFFICIAL-SENSITIVE", "SYNTHETIC: figures are made up"}
    assert marked | {"T", "N.", "Source: a list."} <= whole
    assert marked <= bare
    assert bare.isdisjoint({"T", "N.", "Source: a list."})


def test_a_chart_without_panels_says_that_there_is_nothing() -> None:
    svg = draw(plain(panels=())).svg

    assert "There are no figures to draw." in svg


def test_what_no_xml_may_hold_is_left_out_and_signs_are_written_out() -> None:
    label = Label(x=1.0, y=0.0, text="<&>\x07 $x$ 한")
    drawing = draw(plain(Bars(at=(0.0,), to=(1.0,)), label, title='A < B & "C"\x00', alt="\x1b"))
    root = ET.fromstring(drawing.svg)  # noqa: S314 # it is our own

    assert "<&>  $x$ 한" in {each.text for each in root.iter(f"{SVG}text")}
    assert root[0].text == 'A < B & "C" '
    assert drawing.png(dpi=60).startswith(b"\x89PNG")


@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<svg"), (".PNG", b"\x89PNG")])
def test_a_picture_is_written_by_its_ending(tmp_path: Path, suffix: str, start: bytes) -> None:
    path = tmp_path / f"chart{suffix}"

    assert draw(gallery()["wmnow"]).write(path) == path
    assert path.read_bytes().startswith(start)
    assert list(tmp_path.iterdir()) == [path]


def test_a_picture_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = draw(gallery()["wmnow"])
    path = tmp_path / "chart.png"
    path.write_bytes(b"before")

    def broken(*_: object, **__: object) -> bytes:
        raise OSError("full")

    monkeypatch.setattr(Drawing, "png", broken)
    with pytest.raises(OSError, match="full"):
        drawing.write(path)

    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.svg or \.png, and not as 'chart\.jpg'"):
        draw(plain()).write(tmp_path / "chart.jpg")
    assert list(tmp_path.iterdir()) == []


def test_a_png_is_as_wide_as_it_is_asked() -> None:
    png = draw(gallery()["wmnow"]).png(dpi=144)

    assert struct.unpack(">I", png[16:20]) == (720,)


def test_jupyter_is_shown_the_svg() -> None:
    drawing = draw(gallery()["wmnow"])

    assert drawing._repr_html_() == drawing.svg


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    with pytest.raises(ModuleNotFoundError, match=r'pip install "npolicing\[charts\]"'):
        draw(plain())


def test_without_afcharts_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    palette.cache_clear()
    monkeypatch.setitem(sys.modules, "afcharts.af_colours", None)

    with pytest.raises(ModuleNotFoundError, match=r'pip install "npolicing\[charts\]"'):
        draw(plain(Bars(at=(0.0,), to=(1.0,))))
    palette.cache_clear()


def test_the_room_is_imported_without_matplotlib() -> None:
    program = "import sys, npolicing; npolicing.charts; print('matplotlib' in sys.modules)"
    done = subprocess.run(  # noqa: S603 # our own words
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"


def test_a_line_has_a_gap_where_a_figure_is_unknown() -> None:
    line = Line(x=(0.0, 1.0, 2.0, 3.0, 4.0), y=(1.0, 2.0, None, 3.0, 4.0))
    svg = draw(plain(line, x=Axis(low=0.0, high=4.0, ticks=((0.0, "a"),)), y=Axis(low=0.0))).svg
    (path,) = [d for d in re.findall(r'd="([^"]*)"', svg) if d.count("M") == 2]

    assert path.count("L") == 2


def test_marks_are_where_their_numbers_are() -> None:
    axis = Axis(low=0.0, high=10.0, ticks=((0.0, "0"), (10.0, "10")))
    marks = (Points(x=(0.0, 5.0, 10.0), y=(0.0, 5.0, 10.0)), Guide(at=5.0))
    at = [
        each.place[:2]
        for each in items(draw(plain(*marks, x=axis, y=axis)).svg)
        if each.kind == "use"
    ]
    points = at[-3:]

    assert points[1][0] == pytest.approx((points[0][0] + points[2][0]) / 2, abs=0.02)
    assert points[1][1] == pytest.approx((points[0][1] + points[2][1]) / 2, abs=0.02)
    assert points[0][0] < points[2][0]
    assert points[0][1] > points[2][1]


def test_words_in_the_margin_make_room_for_one_another() -> None:
    axis = Axis(low=0.0, high=10.0, ticks=((0.0, "0"),))
    words = [Label(y=y, text=f"word {at}", place="margin") for at, y in enumerate((0.0, 0.1, 0.2))]
    drawn = draw(plain(Guide(at=0.0), *words, x=axis, y=axis)).svg
    at = {each.look[:6]: each.place[1] for each in items(drawn) if each.look.startswith("word")}

    assert at["word 2"] + 12 <= at["word 1"] <= at["word 0"] - 12


def test_words_that_would_stand_on_others_go_elsewhere() -> None:
    axis = Axis(low=0.0, high=10.0, ticks=((0.0, "0"),))
    words = [Label(x=5.0, y=5.0, text=f"word {at}", place="above") for at in range(9)]
    drawn = draw(plain(Points(x=(5.0,), y=(5.0,)), *words, x=axis, y=axis)).svg
    at = [each.place for each in items(drawn) if each.look.startswith("word")]

    # Above, below, right and left; there is no room for more.
    assert len(at) == len(set(at)) == 4
