"""Everything that is checked, and how.

`nox` runs what must hold before a change is merged: lint, types, docs, tests. `nox -l` lists the
rest. Each session has a virtual environment of its own, and tests the package as it is built.
"""

from __future__ import annotations

import shutil
import subprocess
from itertools import chain
from pathlib import Path

import nox

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "types", "docs", "tests", "browser", "spark"]

PYPROJECT = nox.project.load_toml("pyproject.toml")


def _runs(version: str) -> bool:
    # Run, not looked for: the shims of pyenv are on the path whether or not they work.
    try:
        command = [f"python{version}", "--version"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 # fixed words
    except OSError:
        return False


# None is the interpreter that runs nox itself.
PYTHONS = list(filter(_runs, nox.project.python_versions(PYPROJECT))) or None


def _groups(*names: str) -> list[str]:
    return [*nox.project.dependency_groups(PYPROJECT, *names)]


def _pytest(session: nox.Session) -> None:
    # A document's examples follow from one another, so a file stays with one worker.
    session.run("pytest", "-n", "2", "--dist", "loadfile", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Hold the code to its style."""
    session.install(*_groups("lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of the package, its tests and this file."""
    session.install(".", *_groups("types", "bench"))
    session.run("mypy")
    # On their own: there is a conftest.py in tests, too.
    session.run("mypy", "conftest.py", "docs/conf.py", "docs/pages.py", "docs/pictures.py")
    session.run("mypy", "docs/how-to/one_question.py", "docs/how-to/one_question_on_spark.py")
    for folder in ("browser", "spark"):
        apart = sorted(str(each) for each in Path("tests", folder).glob("*.py"))
        session.run("mypy", *apart, env={"MYPYPATH": "tests"})
    session.run("mypy", "examples/dashboard/app.py", "examples/dashboard/stars.py")
    session.run("mypy", "bench/cases.py", "bench/run.py", "bench/messy.py")
    session.run("mypy", "bench/scale.py", "bench/scale_cases.py")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation into docs/_build/html; a warning is an error."""
    session.install(".[testing]", *_groups("docs"))
    strict = ("--fail-on-warning", "--keep-going", "--nitpicky", "--fresh-env")
    session.run("sphinx-build", *strict, "docs", "docs/_build/html")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests, the doctests and the code of the documents on the built package."""
    session.install(".", *_groups("tests"))
    _pytest(session)


@nox.session
def browser(session: nox.Session) -> None:
    """Open what is written in Chromium, and hold it to WCAG 2.2 AA by axe-core.

    Screenshots and printed pages are left in a folder, to be looked at.
    """
    absent = [name for name in ("chromium", "npm") if shutil.which(name) is None]
    if absent:
        session.skip(f"{' and '.join(absent)} not found: apt-get install {' '.join(absent)}")
    session.install(".[charts]", *_groups("browser"))
    tools = Path(session.create_tmp())
    npm = ("npm", "install", "--prefix", str(tools), "--no-save", "--no-package-lock")
    session.run(*npm, "axe-core@4", external=True)
    session.env["NPOLICING_AXE"] = str(tools / "node_modules" / "axe-core" / "axe.min.js")
    session.env["NPOLICING_SHOTS"] = str(tools / "shots")
    # Nothing of the other tests is needed, nor what they need.
    session.run("pytest", "--confcutdir=tests/browser", "tests/browser", *session.posargs)
    session.log(f"pictures to be looked at: {tools / 'shots'}")


@nox.session
def spark(session: nox.Session) -> None:
    """Run the tests on Spark, in one process and on a cluster of processes on this machine."""
    _skip_without_java(session)
    session.install(".", *_groups("spark"))
    _on_spark(session)


def _skip_without_java(session: nox.Session) -> None:
    if shutil.which("java") is None:
        session.skip("java not found: apt-get install --no-install-recommends default-jre-headless")


def _on_spark(session: nox.Session, *options: str) -> None:
    session.env["NPOLICING_SPARK"] = "1"
    what = ("tests/spark", "docs/how-to/count-on-spark.md", "npolicing.spark")
    session.run("pytest", *options, *what, *session.posargs)


@nox.session(python=PYTHONS and PYTHONS[0], default=False)
@nox.parametrize("extras", ["most", "xlsx", "spark"])
def minimums(session: nox.Session, extras: str) -> None:
    """Run the tests on the lowest versions that pyproject.toml allows, those of extras too.

    gptables of the extra xlsx needs a later pandas than the rest allows, so the two cannot be in
    one environment: its tests, which have `accessible` in their names, run in one of its own. So do
    those on Spark.
    """
    project = PYPROJECT["project"]
    others = {**project["optional-dependencies"]}
    xlsx = others.pop("xlsx")
    spark = others.pop("spark")
    if extras == "spark":
        # With Spark Connect, as everywhere.
        connect = [each.replace("pyspark", "pyspark[connect]") for each in spark]
        allowed = [project["dependencies"], connect, others["delta"]]
        needed, asked = _but(_groups("spark"), "deltalake", "pyspark[connect]"), ""
    elif extras == "most":
        allowed = [project["dependencies"], *others.values(), _but(xlsx, "gptables", "pandas")]
        needed, asked = _but(_groups("tests"), "gptables"), "not accessible"
    else:
        allowed = [_but(project["dependencies"], "pandas"), xlsx]
        needed, asked = _groups("tests"), "accessible or workbook"
    lowest = [each.replace(">=", "==") for each in chain.from_iterable(allowed)]
    session.install(".", *lowest, *needed)
    if extras == "spark":
        # PySpark 4.0 leaves it to Python to close what it asked Java through.
        _on_spark(session, "-W", "ignore:unclosed <socket:ResourceWarning")
        return
    session.run("pytest", "-n", "2", "--dist", "loadfile", "-k", asked, *session.posargs)


def _but(needs: list[str], *names: str) -> list[str]:
    """What is needed, but for some libraries."""
    return [each for each in needs if each.partition(">")[0] not in names]


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Say which lines and branches the tests reach; that they run takes half as long again.

    What runs in Spark's workers is no process of ours, and counts as not reached.
    """
    _skip_without_java(session)
    session.install(".", *_groups("tests", "spark"))
    session.run("pytest", "-n", "2", "--dist", "loadfile", "--cov", "--cov-report=")
    _on_spark(session, "--cov", "--cov-append", "--cov-report=term")


@nox.session(default=False)
def thorough(session: nox.Session) -> None:
    """Run the tests with many more drawn examples."""
    session.install(".", *_groups("tests"))
    session.env["NPOLICING_HYPOTHESIS_PROFILE"] = "thorough"
    _pytest(session)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure each row of the bar beside its rivals; writes docs/benchmarks.md, in half an hour."""
    session.install(".[charts]", *_groups("bench"))
    session.run("python", "bench/run.py", *session.posargs)


@nox.session(default=False)
def scale(session: nox.Session) -> None:
    """Make, store and count up to 300 million logs, on Spark too; needs Java, 18 GB and an hour."""
    session.install(".", *_groups("scale"))
    session.run("python", "bench/scale.py", *session.posargs)


@nox.session(default=False)
def killed(session: nox.Session) -> None:
    """Kill loads at 200 random times, and see that what they wrote is wholly old or wholly new."""
    session.install(".", *_groups("tests"))
    session.env["NPOLICING_KILLS"] = "200"
    session.run(
        "pytest",
        "-n",
        "0",
        "tests/test_store_killed.py",
        "tests/test_delta_killed.py",
        *session.posargs,
    )


@nox.session(default=False)
def real(session: nox.Session) -> None:
    """Read the whole published files in a folder, and hold the counts of their rows."""
    session.install(".")
    session.run("python", "tests/real_files.py", *session.posargs)


@nox.session(default=False)
def dictionary(session: nox.Session) -> None:
    """Write anew what is made out of the code: pages and pictures of docs, the golden schemas."""
    session.install(".", *_groups("tests"))
    session.run("python", "docs/pages.py")
    session.run("python", "docs/pictures.py")
    session.run("python", "tests/test_dictionary.py")


@nox.session(default=False)
def mutation(session: nox.Session) -> None:
    """Plant faults in what reads and counts, and list those that no test catches."""
    session.install(".", *_groups("tests", "mutation"))
    session.env["NPOLICING_HYPOTHESIS_PROFILE"] = "quick"
    session.run("mutmut", "run", *session.posargs)
    session.run("mutmut", "results")
