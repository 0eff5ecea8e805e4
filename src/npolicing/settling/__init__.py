"""Local time, settled once: what no measure has to convert again.

Engines disagree about local months: one of them puts 00:30 of 1 August, British Summer Time, in
July. So a log's local date, month and hour of the week are written beside its UTC time, here.
"""

from __future__ import annotations

from npolicing.settling._frames import settle, settle_arrow

__all__ = ["settle", "settle_arrow"]
