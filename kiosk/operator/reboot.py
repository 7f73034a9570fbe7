"""The command that starts the computer again, where the configuration names one."""

import logging
import subprocess
from collections.abc import Sequence
from typing import Final

_LOG = logging.getLogger(__name__)
_LONGEST_S: Final = 30.0


def run_command(words: Sequence[str]) -> bool:
    """Run it; False where there is none, or it failed, and the log says why."""
    if not words:
        return False
    try:
        # The words are the configuration's, and no shell looks at them.
        ended = subprocess.run(list(words), timeout=_LONGEST_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        _LOG.error("the computer cannot be started again: %s", error)
        return False
    if ended.returncode:
        _LOG.error("the command that starts the computer again ended with %d", ended.returncode)
    return ended.returncode == 0
