"""Arrow tables as pandas frames, with types that follow the schema and never the values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.types as pat

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from pandas.api.extensions import ExtensionDtype

__all__ = ["pandas_frame"]


def pandas_frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table as pandas.

    Counts are int64 (Int64 where the schema lets null be), figures float64, flags bool (boolean),
    text pandas' own; dates and decimals keep their Arrow type, so that money is never a float.
    """
    # pandas takes half a second to load: only who asks for a frame of it pays.
    import pandas as pd  # noqa: PLC0415

    def kept(kind: pa.DataType) -> ExtensionDtype | None:
        if pat.is_int64(kind):
            return pd.Int64Dtype()
        if pat.is_boolean(kind):
            return pd.BooleanDtype()
        return pd.ArrowDtype(kind) if pat.is_decimal(kind) or pat.is_date(kind) else None

    frame = table.to_pandas(types_mapper=kept)
    never_null = [field for field in table.schema if not field.nullable]
    counts = {field.name: "int64" for field in never_null if pat.is_int64(field.type)}
    flags = {field.name: "bool" for field in never_null if pat.is_boolean(field.type)}
    return frame.astype(counts | flags)
