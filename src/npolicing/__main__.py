"""`python -m npolicing` is the command `npolicing`."""

import sys

from npolicing.cli import main

sys.exit(main())
