"""Columns of Parquet as the texts that their cells stand for, whatever their type."""

from __future__ import annotations

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pat

from npolicing.arrow import Array, nulls

__all__ = ["Decoded", "decoded", "kind_of", "unfit"]


@attrs.frozen(eq=False)
class Decoded:
    """A column as text.

    Attributes:
        texts: The texts; that of null is empty.
        strange: Rows whose bytes are no UTF-8, and the first byte that tells.
    """

    texts: Array
    strange: dict[int, str] = attrs.field(factory=dict)


def kind_of(kind: pa.DataType) -> pa.DataType:
    """What the cells of a column are, however they are stored.

    >>> kind_of(pa.dictionary(pa.int32(), pa.date32()))
    DataType(date32[day])
    """
    return kind.value_type if isinstance(kind, pa.DictionaryType) else kind


def unfit(kind: pa.DataType) -> str | None:
    """What a type should be whose cells are none that can be read; null of most."""
    if pat.is_nested(kind):
        return "is one with a single value in each cell; flatten the column before"
    if pat.is_duration(kind) or pat.is_interval(kind):
        return "is a number; of a duration write the seconds"
    return None


def decoded(column: Array, fallback: str | None = None) -> Decoded:
    """A column as text: instants in ISO 8601 with their zone, days too, null as nothing.

    Args:
        column: The cells.
        fallback: Encoding of texts that are no UTF-8; null: such bytes are shown as they are.
    """
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    if isinstance(column, pa.ExtensionArray) and str(column.type) != "extension<arrow.uuid>":
        column = column.storage
    found = _utf8(column, fallback) if _is_text(column.type) else Decoded(_texts(column))
    filled: Array = pc.fill_null(found.texts, "")  # type: ignore[arg-type] # a text is a scalar
    return attrs.evolve(found, texts=filled)


def _is_text(kind: pa.DataType) -> bool:
    # By name: the views came to Arrow's types later than the rest.
    names = ("string", "binary", "large_string", "large_binary", "string_view", "binary_view")
    return str(kind) in names or pat.is_fixed_size_binary(kind)


def _utf8(column: Array, fallback: str | None) -> Decoded:
    """Texts; bytes that are no UTF-8 change none beside them."""
    if str(column.type) == "string_view":
        column = column.cast(pa.string())
    raw: Array = column.cast(pa.binary())
    try:
        return Decoded(raw.cast(pa.string()))
    except pa.ArrowInvalid:
        pass
    texts: list[str | None] = []
    strange: dict[int, str] = {}
    for row, cell in enumerate(raw.to_pylist()):
        if cell is None:
            texts.append(None)
            continue
        try:
            texts.append(cell.decode())
        except UnicodeDecodeError as error:
            strange[row] = f"byte 0x{cell[error.start]:02x}"
            errors = "backslashreplace" if fallback is None else "replace"
            texts.append(cell.decode(fallback or "utf-8", errors=errors))
    return Decoded(pa.array(texts, pa.string()), strange)


def _texts(column: Array) -> Array:
    kind = column.type
    if pat.is_timestamp(kind):
        return _instants(column)
    if pat.is_time(kind):
        return _clock(column)
    if pat.is_floating(kind):
        return _numbers(column)
    if pat.is_decimal(kind):
        return _decimals(column)
    if pat.is_primitive(kind) or pat.is_null(kind):
        return column.cast(pa.string())
    # Lists, structures and the like: what they are, in words.
    words = [None if cell is None else str(cell) for cell in column.to_pylist()]
    return pa.array(words, pa.string())


def _instants(column: Array) -> Array:
    if column.type.tz is None:
        return _clock(column)
    # As a clock in UTC has them: whose zone they are shown in is no matter.
    texts = _clock(column.cast(pa.int64()).cast(pa.timestamp(column.type.unit)))
    zoned: Array = pc.binary_join_element_wise(texts, "+00:00", "")  # type: ignore[call-overload] # the stubs know one array
    return zoned


def _clock(column: Array) -> Array:
    """Times without a fraction where they are whole; what is below a microsecond is dropped.

    A text of a time before 1970 has its fraction counted forward, too, so that all are rounded
    down.
    """
    texts = column.cast(pa.string())
    texts = pc.replace_substring_regex(texts, r"(\.[0-9]{6})[0-9]+$", r"\1")
    return pc.replace_substring_regex(texts, r"\.0+$", "")


def _numbers(column: Array) -> Array:
    """Floats by the shortest text that is the number in its own precision."""
    values = column.to_numpy(zero_copy_only=False)
    size = np.abs(values).astype(np.float64)
    # Of others Arrow's text has an exponent or a sign too many; of half floats it has none.
    plain = (size >= 0.0001) & (size < 10**7) & (column.type != pa.float16())
    texts = column.cast(pa.string()) if plain.any() else nulls(len(column), pa.string())
    distinct, places = np.unique(values[~plain], return_inverse=True)
    found = [None if np.isnan(each) else _number(each) for each in distinct]
    rest = pa.array(found, pa.string()).take(places)
    whole: Array = pc.replace_with_mask(texts, pa.array(~plain), rest)
    return whole


def _number(value: np.floating) -> str:
    if value == 0:
        return "0"
    # Whole numbers of this size are not all there: it may stand for one beside it.
    if abs(value) >= 2.0 ** (np.finfo(value.dtype).nmant + 1):
        return np.format_float_scientific(value, trim="-")
    return np.format_float_positional(value, trim="-")


def _decimals(column: Array) -> Array:
    """Decimals without the zeros at the end, which are of the type and not of the number."""
    texts = column.cast(pa.string())
    if pc.any(pc.match_substring(texts, "E")).as_py():
        texts = pa.array(
            [None if cell is None else format(cell, "f") for cell in column.to_pylist()],
            pa.string(),
        )
    return texts if column.type.scale <= 0 else pc.replace_substring_regex(texts, r"\.?0+$", "")
