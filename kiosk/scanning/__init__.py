"""From a finger at the reader to a template, or to one word about why not.

``Shot.advice`` carries the values of ``biometrics.quality.Guidance``: "good", "no-finger",
"too-light", "too-dry", "too-wet", "partial", "move-left", "move-right", "move-up", "move-down",
"turn", "wipe", "smudged", "again".
"""

from kiosk.scanning.readers import Readers, open_readers
from kiosk.scanning.reading import ReadingRules, read_finger

__all__ = ["Readers", "ReadingRules", "open_readers", "read_finger"]
