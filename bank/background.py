"""What a server does beside answering: begun with it, and never silently over."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

log = logging.getLogger("bank.background")

PAUSE_S: Final = 5.0


async def keep_going(
    name: str, work: Callable[[], Awaitable[None]], pause_s: float = PAUSE_S
) -> None:
    """Do `work` until it returns or is cancelled.

    Ended by an error, such as a schema that has not been migrated yet, it is logged and begins anew
    after `pause_s`: a server whose sealer or watch has died would otherwise look as well as ever.
    """
    while True:
        try:
            await work()
        except Exception:
            log.exception("%s stopped, and is begun anew in %.0f s", name, pause_s)
            await asyncio.sleep(pause_s)
        else:
            return
