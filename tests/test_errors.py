from __future__ import annotations

import copy
import inspect
import pickle
import re
from decimal import Decimal

import attrs
import pytest

from npolicing import errors
from npolicing.errors import (
    CODES,
    ColumnTypeError,
    DeclarationError,
    DisclosureError,
    Failure,
    FitError,
    InputFileError,
    MissingColumnsError,
    MissingTargetError,
    MixedRowsError,
    NpolicingError,
    NpolicingWarning,
    SchemaVersionError,
    StoreError,
    TooManyRejectsError,
    UnknownCodeError,
    UnknownColumnsError,
    ValidationError,
    WorkbookError,
    WorkerError,
)

RANGE = Failure(code="OUT_OF_RANGE", rule=">= 1", column="minutes", row=3, value=0)
ERRORS = [
    DeclarationError("Patrol.minutes has no Column."),
    ValidationError("Patrol", [RANGE]),
    MissingColumnsError(["npu"], ["nup"]),
    UnknownColumnsError("Patrol", ["nup"], ["npu"]),
    ColumnTypeError(
        "Patrol", [Failure(code="WRONG_TYPE", rule="an int", column="minutes", value="text")]
    ),
    UnknownCodeError("unit of WMP", "CX", ["CV", "WS"]),
    MissingTargetError("P3 has no target."),
    MixedRowsError("Two forces are in one group."),
    FitError("holt_winters_additive did not converge on 48 points"),
    DisclosureError("searches of ward A can be worked out."),
    SchemaVersionError("version 9"),
    InputFileError("logs.csv", "it is empty", [RANGE]),
    StoreError("store", "the disk is full"),
    TooManyRejectsError(3, 100, 0.01, "store-rejects.csv", {"NULL": 3}),
    WorkbookError("Logs", "it is too long", "note", 3),
    WorkerError("npolicing is 2 here, and 1 there"),
]


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (DeclarationError, TypeError),
        (ValidationError, ValueError),
        (MissingColumnsError, ValueError),
        (UnknownColumnsError, ValueError),
        (ColumnTypeError, TypeError),
        (UnknownCodeError, LookupError),
        (MissingTargetError, LookupError),
        (MixedRowsError, ValueError),
        (FitError, ArithmeticError),
        (DisclosureError, ValueError),
        (SchemaVersionError, ValueError),
        (InputFileError, ValueError),
        (StoreError, OSError),
        (TooManyRejectsError, ValueError),
        (WorkbookError, ValueError),
        (WorkerError, RuntimeError),
    ],
)
def test_each_error_is_ours_and_the_builtin_that_it_is_a_kind_of(
    error: type[Exception], builtin: type[Exception]
) -> None:
    assert issubclass(error, NpolicingError)
    assert issubclass(error, builtin)


def test_every_error_is_in_the_tests_of_this_file_and_is_exported() -> None:
    classes = {c for _, c in inspect.getmembers(errors, inspect.isclass)}
    ours = {c for c in classes if issubclass(c, NpolicingError) and c is not NpolicingError}

    assert {type(each) for each in ERRORS} == ours
    assert {c.__name__ for c in ours} <= set(errors.__all__)
    assert issubclass(NpolicingWarning, UserWarning)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling_and_copying(error: NpolicingError) -> None:
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301 # our own bytes
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert again.args == error.args
        assert vars(again) == vars(error)


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (RANGE, "row 3, minutes: 0 breaks >= 1 [OUT_OF_RANGE]"),
        (attrs.evolve(RANGE, row=0), "row 0, minutes: 0 breaks >= 1 [OUT_OF_RANGE]"),
        (attrs.evolve(RANGE, row=None), "minutes: 0 breaks >= 1 [OUT_OF_RANGE]"),
        (attrs.evolve(RANGE, column=None), "row 3: 0 breaks >= 1 [OUT_OF_RANGE]"),
        (attrs.evolve(RANGE, column=None, row=None), "0 breaks >= 1 [OUT_OF_RANGE]"),
        (
            Failure(code="EMPTY", rule="not empty", column="name", value="\n"),
            "name: '\\n' breaks not empty [EMPTY]",
        ),
    ],
)
def test_a_failure_says_where_and_what_and_which_rule(failure: Failure, text: str) -> None:
    assert str(failure) == text


def test_a_failure_cuts_a_long_value_short_at_80_characters() -> None:
    whole = Failure(code="PATTERN", rule="matches x", value="y" * 78)
    cut = Failure(code="PATTERN", rule="matches x", value="y" * 79)

    assert str(whole) == f"'{'y' * 78}' breaks matches x [PATTERN]"
    assert str(cut) == f"'{'y' * 76}... breaks matches x [PATTERN]"


def test_a_failure_is_frozen() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        RANGE.code = "NULL"  # type: ignore[misc] # that is the test


def test_one_failure_is_told_alone() -> None:
    assert str(ValidationError("Patrol", [RANGE])) == (
        "1 failure for Patrol:\n  - row 3, minutes: 0 breaks >= 1 [OUT_OF_RANGE]"
    )


def test_failures_that_recur_are_counted_first() -> None:
    null = Failure(code="NULL", rule="not null", column="npu", row=1)
    bare = Failure(code="DUPLICATE_KEY", rule="unique", row=2, value=("T1",))

    error = ValidationError("Patrol", [RANGE, null, attrs.evolve(null, row=2), bare])

    assert str(error) == (
        "4 failures for Patrol:\n"
        "  2 x npu: not null\n"
        "  1 x minutes: >= 1\n"
        "  1 x unique\n"
        "  ...\n"
        "  - row 3, minutes: 0 breaks >= 1 [OUT_OF_RANGE]\n"
        "  - row 1, npu: None breaks not null [NULL]\n"
        "  - row 2, npu: None breaks not null [NULL]\n"
        "  - row 2: ('T1',) breaks unique [DUPLICATE_KEY]"
    )


def test_twenty_failures_are_told_and_the_rest_counted_and_kept() -> None:
    failures = [attrs.evolve(RANGE, row=row) for row in range(23)]

    error = ValidationError("Patrol", iter(failures))
    lines = str(error).splitlines()

    assert lines[:3] == ["23 failures for Patrol:", "  23 x minutes: >= 1", "  ..."]
    assert lines[-2] == "  - row 19, minutes: 0 breaks >= 1 [OUT_OF_RANGE]"
    assert lines[-1] == "  - and 3 more, all in .failures"
    assert error.failures == tuple(failures)
    assert error.entity == "Patrol"
    assert "more" not in str(ValidationError("Patrol", failures[:20]))


def test_missing_columns_are_all_named_with_what_is_there_and_what_is_close() -> None:
    error = MissingColumnsError(["npu", "month"], ["nup", "logs"])

    assert str(error) == (
        "The frame has no column 'npu', 'month'; it has 'nup', 'logs'.\n"
        "Hint: 'npu' is close to 'nup'."
    )
    assert (error.missing, error.present) == (("npu", "month"), ("nup", "logs"))
    assert str(MissingColumnsError(["npu"], [])) == "The frame has no column 'npu'; it has none."


def test_unknown_columns_are_all_named_with_the_way_out() -> None:
    error = UnknownColumnsError("Patrol", ["nup", "colour"], ["npu", "minutes"])

    assert str(error) == (
        "Patrol has no column 'nup', 'colour'; it has 'npu', 'minutes'.\n"
        "Hint: 'nup' is close to 'npu'.\n"
        "Rename or drop what does not belong: npolicing loses nothing without being told."
    )
    assert (error.entity, error.unknown, error.known) == (
        "Patrol",
        ("nup", "colour"),
        ("npu", "minutes"),
    )


def test_columns_of_the_wrong_type_are_listed() -> None:
    failures = [
        Failure(code="WRONG_TYPE", rule="an int", column="minutes", value=Decimal(1)),
        Failure(code="WRONG_TYPE", rule="text", column="npu", value=2),
    ]

    error = ColumnTypeError("Patrol", failures)

    assert str(error) == (
        "Columns of the wrong type for Patrol:\n"
        "  - minutes: is 1, not an int\n"
        "  - npu: is 2, not text"
    )
    assert (error.entity, error.failures) == ("Patrol", tuple(failures))


def test_an_unknown_code_is_told_with_those_that_are_known_and_close() -> None:
    near = UnknownCodeError("unit of WMP", "cvx", ["CV", "WS"])
    far = UnknownCodeError("unit of WMP", "Q", ["CV", "WS"])

    assert str(near) == "'cvx' is no unit of WMP; known: CV, WS. Close to it: CV."
    assert str(far) == "'Q' is no unit of WMP; known: CV, WS."
    assert str(UnknownCodeError("grade", "P1", [])) == "'P1' is no grade; known: none."
    assert (near.what, near.code, near.known) == ("unit of WMP", "cvx", ("CV", "WS"))


def test_an_unusable_file_is_named_in_one_line_and_keeps_its_failures() -> None:
    error = InputFileError("logs.csv", "3 rows are wrong", [RANGE])

    assert str(error) == "logs.csv: 3 rows are wrong"
    assert (error.path, error.reason, error.failures) == ("logs.csv", "3 rows are wrong", (RANGE,))


def test_codes_are_words_in_capitals_each_with_a_sentence_in_the_order_of_the_alphabet() -> None:
    assert list(CODES) == sorted(CODES)
    for code, meaning in CODES.items():
        assert re.fullmatch("[A-Z]+(_[A-Z]+)*", code)
        assert meaning.endswith(".")
