"""Made-up logs, marked as such: to try, to test and to measure with, and never to report from.

No row is anybody's. Shapes follow what is published of West Midlands Police, such as the share of
logs that are attended and a July above February; see `logs` for what is known and what is guessed.
"""

from npolicing.synthetic._making import log_batches, logs
from npolicing.synthetic._units import attendances

__all__ = ["attendances", "log_batches", "logs"]
