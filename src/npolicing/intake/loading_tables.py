"""Files of any entity but logs into one Parquet file: such tables are small, and held in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from npolicing._files import FilePath
from npolicing._records import Record
from npolicing.intake.arguments import AnyForce
from npolicing.intake.outcome import FileAccount, added_up, check_share, corrected
from npolicing.intake.pieces import OnError, Piece
from npolicing.intake.profile import Profile
from npolicing.intake.reading import reader_of, refusal_of
from npolicing.intake.reject_files import RejectWriter
from npolicing.intake.repeated_rows import without_repeats
from npolicing.parquet import write_parquet

__all__ = ["load_table"]

_FILE = 2**40
"""More than a file has lines: times it the number of the file, and the line, tell rows apart."""


def load_table(
    files: Sequence[Path],
    entity: type[Record],
    out: Path,
    *,
    rejects: Path,
    profile: Profile | FilePath,
    force: AnyForce | None,
    on_error: OnError,
    max_rejects: float | None,
    marking: str | None,
    as_of: datetime | None,
    progress: Callable[[int], object] | None,
) -> tuple[list[FileAccount], int]:
    """Write the good rows of files to a Parquet file; gives the accounts and the number of rows."""
    reader = reader_of(profile, entity, force=force, on_error=on_error, as_of=as_of)
    pieces: list[list[Piece]] = []
    for path in files:
        pieces.append([])
        for piece in reader.pieces(path):
            pieces[-1].append(piece)
            if progress is not None and piece.size:
                progress(piece.size)
    table = pa.concat_tables([each.table for file in pieces for each in file])
    lines = np.concatenate(
        [each.lines + at * _FILE for at, file in enumerate(pieces) for each in file]
    )
    table, kept, again, failures = without_repeats(
        table, lines, entity, lambda n: f"{files[n // _FILE].name} line {n % _FILE}"
    )
    accounts = []
    with RejectWriter(rejects) as writer:
        for at, (path, file) in enumerate(zip(files, pieces, strict=True)):
            of_file = {n % _FILE: each for n, each in failures.items() if n // _FILE == at}
            more = reader.rows_at(path, of_file) if of_file else []
            account = added_up([each.account for each in file])
            records = int(np.count_nonzero(kept // _FILE == at))
            repeated = int(np.count_nonzero(again // _FILE == at))
            accounts.append(corrected(account, more, repeated, records))
            refused = sorted(
                [*(each for piece in file for each in piece.refused), *more],
                key=lambda each: each.line,
            )
            if refused and on_error == "raise":
                raise refusal_of(path, refused)
            writer.write(str(path), file[0].header, refused)
        writer.place()
        check_share(accounts, max_rejects, rejects)
        write_parquet(table, out, entity, marking=marking)
    return accounts, table.num_rows
