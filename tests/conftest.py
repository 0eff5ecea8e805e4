"""How hypothesis runs, and frames of each library for the tests that take any."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import cast

import hypothesis
import pytest
from narwhals.stable.v2.typing import IntoDataFrame

Build = Callable[[Mapping[str, Sequence[object]]], IntoDataFrame]
"""Makes a frame of columns."""

hypothesis.settings.register_profile("default", max_examples=50, deadline=None)
hypothesis.settings.register_profile(
    "ci", max_examples=50, deadline=None, derandomize=True, print_blob=True
)
# For the mutation tool: a planted fault is to be caught, and need not be told well.
hypothesis.settings.register_profile(
    "quick",
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
)
hypothesis.settings.register_profile("thorough", max_examples=1000, deadline=None)
hypothesis.settings.load_profile(
    os.environ.get("NPOLICING_HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default")
)


@pytest.fixture(params=["pandas.DataFrame", "polars.DataFrame", "pyarrow.table"])
def frame(request: pytest.FixtureRequest) -> Build:
    """A builder of frames, once for each library."""
    library, _, name = str(request.param).partition(".")
    return cast(Build, getattr(import_module(library), name))
