"""Runs the code in README.md and in docs, so that what they show is what happens."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout, suppress
from doctest import ELLIPSIS, Example, OutputChecker
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from sybil import Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

if TYPE_CHECKING:
    import sybil
    from pyspark.sql import SparkSession

# `nox -s browser` runs tests/browser, for which there must be a browser.
collect_ignore = [
    "docs/_build",
    "docs/conf.py",
    "docs/pages.py",
    "docs/pictures.py",
    "noxfile.py",
    "tests/browser",
]
# `nox -s spark` runs these, for which there must be Java.
_ON_SPARK = ["docs/how-to/count-on-spark.md"]
if "NPOLICING_SPARK" not in os.environ:
    collect_ignore += ["docs/how-to/one_question_on_spark.py", "tests/spark", *_ON_SPARK]
_FOLDER = ExitStack()
# Published figures that pages compute from: they lie in the folder of each document.
_DATA = [Path(__file__).parent / "tests" / "data" / "wmp_la_monthly_digitised.csv"]


def _printed(command: str) -> str:
    from npolicing.cli import main  # noqa: PLC0415 # it loads everything, and few runs need it

    program, *arguments = shlex.split(command)
    if program != "npolicing":
        raise ValueError(f"only npolicing runs in a console block; put {command!r} in a shell one")
    output = io.StringIO()
    # argparse leaves by SystemExit, after --help and after a mistake.
    with redirect_stdout(output), redirect_stderr(output), suppress(SystemExit):
        main(arguments)
    return output.getvalue()


def _console(example: sybil.Example) -> str | None:
    """Run each line that begins with `$`, and compare what it prints with the lines under it."""
    checker = OutputChecker()
    for block in re.split(r"^\$ ", example.parsed, flags=re.MULTILINE)[1:]:
        command, _, expected = block.partition("\n")
        printed = _printed(command)
        if not checker.check_output(expected, printed, ELLIPSIS):
            return checker.output_difference(Example(command, expected), printed, ELLIPSIS)
    return None


def _enter(_: dict[str, object]) -> None:
    """Give each document a folder of its own, with the data: its examples may write files."""
    _FOLDER.enter_context(chdir(_FOLDER.enter_context(TemporaryDirectory())))
    for path in _DATA:
        shutil.copy(path, path.name)


def _leave(_: dict[str, object]) -> None:
    _FOLDER.close()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave examples on Spark to the session that has it."""
    on_spark = collection_path.parts[-2:] == ("npolicing", "spark")
    return True if on_spark and "NPOLICING_SPARK" not in os.environ else None


@pytest.fixture(scope="session")
def _spark_of_examples() -> Iterator[SparkSession]:
    """One session for all of them: it takes seconds to start."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 # only where there is Java

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "1")
    session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(autouse=True, scope="module")
def _examples_on_spark(
    request: pytest.FixtureRequest, doctest_namespace: dict[str, object]
) -> None:
    """Examples of npolicing.spark find a session, as they would on Databricks or in its shell."""
    if request.path.parts[-3:-1] == ("npolicing", "spark"):
        doctest_namespace["spark"] = request.getfixturevalue("_spark_of_examples")


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=ELLIPSIS),
        CodeBlockParser("console", _console),
    ],
    patterns=["*.md"],
    excludes=[] if "NPOLICING_SPARK" in os.environ else _ON_SPARK,
    setup=_enter,
    teardown=_leave,
).pytest()
