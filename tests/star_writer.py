"""A refresh of a star to be killed: no test. Arguments: the store, and the folder of the star."""

from __future__ import annotations

import sys

from npolicing.star_schema import star

if __name__ == "__main__":
    sys.stdout.write("start\n")
    sys.stdout.flush()
    star(sys.argv[1], sys.argv[2])
