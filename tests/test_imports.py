"""What `import npolicing` costs: nothing heavy is loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import npolicing

HEAVY = {"duckdb", "hypothesis", "narwhals", "numpy", "pandas", "polars", "pyarrow", "pyspark"}


def loaded_by(code: str, *arguments: str) -> set[str]:
    program = f"import sys\n{code}\nprint(*sys.modules)"
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 # our own words
    return HEAVY.intersection(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import npolicing",
        "import npolicing; npolicing.Log; npolicing.ENTITIES; npolicing.errors.CODES",
        "import npolicing; npolicing.NPU(force='WMP', code='CV', name='Coventry').to_dict()",
        "import npolicing; npolicing.forces.west_midlands()",
        "import npolicing; dir(npolicing); npolicing.__version__; npolicing.calendar",
    ],
)
def test_the_entities_load_no_data_frame_library(code: str) -> None:
    assert loaded_by(code) == set()


def test_the_test_above_can_see_what_is_loaded() -> None:
    assert "pyarrow" in loaded_by("import npolicing; npolicing.arrow_schema")


def test_parquet_is_written_and_read_without_polars_and_duckdb(tmp_path: Path) -> None:
    # pandas is loaded, by pyarrow: it asks for it whenever it is handed a Python value.
    code = """
import npolicing as npol
team = npol.Team(force="WMP", team_id="T1", npu="CV", kind="hub")
npol.write_parquet([team], sys.argv[1])
assert list(npol.read_parquet(sys.argv[1], npol.Team)) == [team]
"""

    loaded = loaded_by(code, str(tmp_path / "teams.parquet"))

    assert loaded == {"narwhals", "numpy", "pandas", "pyarrow"}


def test_a_name_that_is_not_there_is_an_attribute_error_that_says_it() -> None:
    with pytest.raises(AttributeError, match=r"^module 'npolicing' has no attribute 'logs'$"):
        npolicing.logs  # type: ignore[attr-defined] # noqa: B018 # that is the test
