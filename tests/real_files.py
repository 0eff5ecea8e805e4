"""The whole published files, read by the shipped profiles: how many rows are good, and why not.

`python tests/real_files.py FOLDER`, with the files of data.police.uk that `EXPECTED` names in it or
below it. They are too large to be shipped; small parts of them are in `tests/data`. What the worked
example of Impact Areas ships was cut out of some, and is held against them.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import attrs

import npolicing as npol
from npolicing.intake import FileAccount

EXAMPLE = Path(__file__).parents[1] / "examples" / "impact-areas" / "cut.py"
STREET = "city-of-london-street.csv"


@attrs.frozen
class Counted:
    """What is expected of a file."""

    good: int
    codes: dict[str, int] = attrs.field(factory=dict)
    set_aside: dict[str, int] = attrs.field(factory=dict)


STREETS = {
    f"2018-04-{STREET}": Counted(663),
    f"2018-05-{STREET}": Counted(680),
    f"2018-06-{STREET}": Counted(717, {"DUPLICATE_KEY": 12}),
    f"2018-07-{STREET}": Counted(765, {"DUPLICATE_KEY": 2}),
    f"2018-08-{STREET}": Counted(702, {"DUPLICATE_KEY": 13}),
    f"2018-09-{STREET}": Counted(649, {"DUPLICATE_KEY": 14}),
    f"2018-10-{STREET}": Counted(774, {"DUPLICATE_KEY": 8}),
    f"2018-11-{STREET}": Counted(799),
    f"2018-12-{STREET}": Counted(734, {"DUPLICATE_KEY": 26}),
    f"2019-01-{STREET}": Counted(610, {"DUPLICATE_KEY": 6}, {"the same row again": 1}),
    f"2019-02-{STREET}": Counted(688),
    f"2019-03-{STREET}": Counted(879),
}
OTHERS = {
    # 616 records lie in the polygons of two wards.
    "wmp_2018-06_by_ward.csv": Counted(
        24_298, {"DUPLICATE_KEY": 1_232}, {"of British Transport Police": 201}
    ),
    "2018-04-metropolitan-stop-and-search.csv": Counted(12_860),
}


def account(path: Path) -> FileAccount:
    """What became of a file."""
    if path.name.endswith(STREET):
        return npol.read(path, npol.Crime, profile="police-uk-street").account
    if path.name.startswith("wmp"):
        return npol.read(path, npol.Crime, profile="police-uk-ward").account
    search = npol.read(path, npol.StopAndSearch, profile="police-uk-stop-search", force="MPS")
    assert set(search.to_pandas()["month"]) == {"2018-04"}, "the first rows are of 31 March in UTC"
    return search.account


def cut_otherwise(folder: Path) -> list[str]:
    """The tables of the worked example that are not what the published files give."""
    example = runpy.run_path(str(EXAMPLE))
    shipped, cut = example["shipped"](), example["cut"](folder)
    assert shipped.keys() == cut.keys()
    return [name for name in cut if not shipped[name].equals(cut[name])]


def main(folder: str) -> int:
    """Read every file, and say where the counts are others."""
    others = cut_otherwise(Path(folder))
    print(f"examples/impact-areas/data: {', '.join(others) or 'none'} not as published")  # noqa: T201 # its purpose
    wrong = len(others)
    for name, counted in {**STREETS, **OTHERS}.items():
        found = account(next(Path(folder).rglob(name)))
        seen = Counted(found.good, dict(found.codes), dict(found.set_aside))
        wrong += seen != counted or not found.balanced
        print(f"{name}: {seen}{'' if seen == counted else f', not {counted}'}")  # noqa: T201 # its purpose
    return wrong


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
