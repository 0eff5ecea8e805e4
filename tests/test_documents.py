"""What README, docs and the scripts beside them say of one another."""

from __future__ import annotations

import html
import re
import runpy
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import npolicing
from npolicing import errors
from npolicing.errors import CODES
from npolicing.exhibits import Chart

TOP = Path(__file__).parents[1]
PAGES: dict[str, str] = runpy.run_path(str(TOP / "docs" / "pages.py"))["PAGES"]

_DRAWN = runpy.run_path(str(TOP / "docs" / "pictures.py"))
PICTURES: dict[str, Callable[[], Chart]] = _DRAWN["PICTURES"]
DRAWN_BY_PAGES: dict[str, str] = _DRAWN["DRAWN_BY_PAGES"]


def text_of(*parts: str) -> str:
    return TOP.joinpath(*parts).read_text(encoding="utf-8")


def test_what_is_checked_before_a_merge_is_the_command_of_the_readme() -> None:
    commands = re.findall(r"^```shell\n(.*?)^```", text_of("README.md"), re.MULTILINE | re.DOTALL)
    (command,) = [each for each in commands if "nox" in each]

    assert text_of(".ci", "run").endswith(f"\n{command}")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_is_made_out_of_the_code_is_up_to_date(page: str) -> None:
    assert text_of("docs", page) == PAGES[page], "run `nox -s dictionary`"


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_what_the_data_give_and_says_it_wherever_it_stands(name: str) -> None:
    chart = PICTURES[name]()
    drawn = html.unescape(text_of("docs", "pictures", f"{name}.svg"))
    pages = [page.read_text(encoding="utf-8") for page in (TOP / "docs").rglob("*.md")]
    words = [re.findall(rf"!\[([^\]]*)\]\([./]*pictures/{name}\.svg\)", page) for page in pages]
    said = {each for found in words for each in found}

    assert chart.title in drawn, "run `nox -s dictionary`"
    assert chart.alt in drawn, "run `nox -s dictionary`"
    assert said == {chart.alt}


@pytest.mark.parametrize("name", DRAWN_BY_PAGES)
def test_a_picture_that_a_page_draws_says_what_the_page_prints(name: str) -> None:
    page = text_of("docs", *DRAWN_BY_PAGES[name].split("/"))
    drawn = html.unescape(text_of("docs", "pictures", f"{name}.svg"))
    (words,) = re.findall(rf"!\[([^\]]*)\]\([./]*pictures/{name}\.svg\)", page)

    # It is printed there, and the tests of pages hold that what is printed is what comes out.
    assert f"\n{words}\n" in page, "run `nox -s dictionary`"
    assert words in drawn, "run `nox -s dictionary`"


def test_each_picture_that_is_there_is_made_here() -> None:
    assert {path.stem for path in (TOP / "docs" / "pictures").iterdir()} == {
        *PICTURES,
        *DRAWN_BY_PAGES,
    }


def test_the_page_of_failure_codes_has_each_code() -> None:
    page = text_of("docs", "reference", "failure-codes.md")

    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == sorted(CODES)


def test_every_public_name_is_found_in_the_reference() -> None:
    pages = (TOP / "docs" / "reference").rglob("*.md")
    words = set(re.findall(r"\w+", "\n".join(page.read_text(encoding="utf-8") for page in pages)))
    # The page of errors has every error, and names none of them.
    found = words | {*errors.__all__, "ENTITIES", "__version__"}

    assert set(npolicing.__all__) <= found


def test_one_version_is_told_everywhere() -> None:
    version = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]

    assert f"\nversion: {version}\n" in text_of("CITATION.cff")
    assert f"\n## [{version}]" in text_of("CHANGELOG.md")


@pytest.mark.parametrize(
    "path", [TOP / "README.md", *(TOP / "docs").rglob("*.md")], ids=lambda path: path.name
)
def test_every_block_of_code_is_run_or_says_why_not(path: Path) -> None:
    kinds = set(re.findall(r"^ *```(\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE))

    assert {kind for kind in kinds if kind[0] != "{"} <= {
        "python",  # run
        "console",  # run
        "shell",  # makes an environment, or needs a program that is not ours
        "text",  # output, or a formula
        "toml",  # a file to write
    }


def test_what_needs_gptables_has_a_name_by_which_the_lowest_versions_leave_it_out() -> None:
    # See `minimums` in noxfile.py.
    call = "write_accessible_" + "workbook("
    files = [TOP / "README.md", *TOP.glob("tests/*.py"), *(TOP / "docs").rglob("*.md")]
    found = [path for path in files if call in path.read_text(encoding="utf-8")]

    assert found
    assert [path.name for path in found if "accessible" not in path.name] == []
