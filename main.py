"""The one front door: makes its environment if need be, then starts what was asked for.

Readable by any Python 3, so that an old one can say what it lacks. See ``launch/``.
"""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "Fortress ATM needs Python 3.11 to 3.13; this is Python %d.%d." % sys.version_info[:2]  # noqa: UP031
    )

from launch.front_door import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
