"""The house rules of CONTRIBUTING.md, held by reading the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import npolicing

TOP = Path(__file__).parents[1]
PACKAGE = TOP / "src" / "npolicing"
ROOT = "npolicing"

# From the ground up: a room imports only from those before it.
ROOMS = """
_markup _clock _failures errors _files _columns _binding _rules vocabulary calendar _records stats
_wording _spelling entities forces arrow _metadata _sidecar _storage _checks _relating _repeating
_examining _filling _pandas frames references problem_solving _zones settling parquet store
synthetic _tally spark measures evaluating disclosure crosswalks _csv_cells delimited _sheets _xlsx
workbook intake reconciling dictionary exhibits charts pages accessible_workbook _inputs paper
packs star_schema testing commands cli __main__
""".split()  # noqa: SIM905 # read from left to right

LONGEST = 330


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in PACKAGE.rglob("*.py")}
BELOW_THE_ROOT = sorted(MODULES.keys() - {ROOT})


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def own_imports(node: ast.AST) -> Iterator[str]:
    """The modules of ours that are imported anywhere under a node."""
    for each in ast.walk(node):
        if isinstance(each, ast.Import):
            yield from (alias.name for alias in each.names if alias.name.split(".")[0] == ROOT)
        elif isinstance(each, ast.ImportFrom) and (each.module or "").split(".")[0] == ROOT:
            inner = {f"{each.module}.{alias.name}" for alias in each.names} & MODULES.keys()
            yield from inner if inner and each.module != ROOT else {str(each.module)}


def room_of(module: str) -> str:
    return module.split(".")[1]


def test_every_room_has_its_place() -> None:
    assert {room_of(module) for module in BELOW_THE_ROOT} <= set(ROOMS)


@pytest.mark.parametrize("module", BELOW_THE_ROOT)
def test_a_room_imports_only_from_rooms_above_it(module: str) -> None:
    allowed = ROOMS[: ROOMS.index(room_of(module)) + 1]

    assert [each for each in own_imports(tree(module)) if each == ROOT] == []
    assert [each for each in own_imports(tree(module)) if room_of(each) not in allowed] == []


def test_no_modules_import_one_another() -> None:
    graph = {module: set(own_imports(tree(module))) for module in BELOW_THE_ROOT}

    assert set(TopologicalSorter(graph).static_order()) >= set(BELOW_THE_ROOT)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_import_of_our_own_sits_inside_a_function(module: str) -> None:
    functions = (
        node
        for node in ast.walk(tree(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )

    assert [(each.name, name) for each in functions for name in own_imports(each)] == []


def public_names(module: str) -> list[str]:
    for node in tree(module).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return []


PACKAGES = sorted(
    {module for module, path in MODULES.items() if path.name == "__init__.py"} - {ROOT}
)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_is_named_like_something_public_beside_it(package: str) -> None:
    inside = {module for module in MODULES if module.startswith(f"{package}.")}

    assert {name for name in public_names(package) if f"{package}.{name}" in inside} == set()


def test_no_module_is_named_like_something_at_the_top() -> None:
    stems = {module.rpartition(".")[2] for module in MODULES}

    assert stems & set(npolicing.__all__) == set()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_module_is_too_long_to_read(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= LONGEST


def written(*folders: str) -> list[Path]:
    """The files that people write, in some folders and at the top."""
    kinds = {".cff", ".csv", ".json", ".md", ".py", ".toml"}
    found = [path for folder in folders for path in (TOP / folder).rglob("*")]
    found += TOP.iterdir()
    return sorted(path for path in found if path.suffix in kinds and "_build" not in path.parts)


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    place = re.compile(r"(?<![\w.~-])/(?:home|root|tmp|Users|work)/" + r"|\b[A-Z]:\\\w")
    files = [*written("src", "tests", "docs"), TOP / ".ci" / "run", TOP / "LICENSE-DATA"]

    found = [
        (str(path.relative_to(TOP)), line)
        for path in files
        for line in path.read_text(encoding="utf-8").splitlines()
        if place.search(line) and "place = re.compile" not in line
    ]

    assert found == []
