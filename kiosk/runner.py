"""The kiosk without its screen: the session, its effects on worker threads, and its views.

Importing this is quick: OpenCV, TLS and the rest come when the kiosk starts, on a thread.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk.config import Config
from kiosk.effects.pin import pin_of
from kiosk.events import TouchStart, UserEvent
from kiosk.loop import Loop
from kiosk.pinpad import PinPad, wipe
from kiosk.screens import OutOfService, View, Welcome
from kiosk.session import Event, State, view
from kiosk.session.answers import Broke, FingerStage, ServiceRead
from kiosk.session.effects import Effect, ReadFinger, ReadService, Restart, StopReading
from kiosk.session.state import Service

if TYPE_CHECKING:
    from kiosk.effects.ports import World

_LOG = logging.getLogger(__name__)
_OPEN_AGAIN_S: Final = 0.3
_READERS_EVERY_S: Final = 1.0
_PATIENCE_S: Final = 20.0
EXIT_RESTART: Final = 75
"""The exit status by which an operator's restart tells the supervisor to start the kiosk again."""


@dataclass(frozen=True)
class KioskSettings:
    """What one kiosk is started with.

    ``data`` is the folder of the contract (journal, identity, ports). ``bank_ports`` (name and
    port on this machine) and ``device_port`` are read from DATA/run/ports.json where they are None.
    ``watch`` is a folder whose new pictures are fingers.
    """

    data: Path
    config: Config
    bank_ports: tuple[tuple[str, int], ...] | None = None
    device_port: int | None = None
    watch: Path | None = None


class NotReady(Exception):
    """The world cannot be opened yet: certificates, ports or servers are not there. Try again."""


Opener = Callable[[KioskSettings], "World"]
"""Open bank, cash and reader; raises ``NotReady`` as long as it makes sense to try again."""


def open_world(settings: KioskSettings) -> "World":
    """The opener of a real kiosk."""
    from kiosk.opening import open_world as really

    return really(settings)


class KioskRunner:
    """Runs one kiosk: ``start``, ``send`` what a person does, look at ``view``, ``stop``."""

    def __init__(self, settings: KioskSettings, opener: Opener = open_world) -> None:
        """Prepare; nothing is opened before ``start``."""
        self._settings = settings
        self._opener = opener
        self._pad = PinPad()
        self._world: World | None = None
        self._stopping = threading.Event()
        self._looking = threading.Lock()
        self._handing = threading.Lock()
        self._ready_for = 0
        self._held: tuple[int, bytes | Path] | None = None
        state = State(settings.config.rules)
        self._view = view(state)
        self._callbacks: list[Callable[[View], None]] = []
        self._restarts: list[Callable[[], None]] = []
        self._loop = Loop(state, self._pad, self._perform, self._show, time.monotonic)

    def start(self) -> None:
        """Start the session; bank, journal and devices are opened on a thread beside it."""
        self._loop.start()
        self._thread("kiosk-opening", self._open)

    def stop(self, timeout_s: float = 5.0) -> None:
        """End the session, stop the reader, close journal and bank. Safe to call twice."""
        with self._handing:
            self._stopping.set()
        self._loop.stop(timeout_s)
        self._pad.wipe_all()
        self._held = None
        world, self._world = self._world, None
        if world is not None:
            for cancel in list(world.cancelled.values()):
                cancel.set()
            world.close()

    def send(self, event: UserEvent) -> None:
        """Tell what a person did. Any thread."""
        self._loop.post(event)

    def view(self) -> View:
        """Return what is to be drawn. Any thread."""
        return self._view

    def subscribe(self, callback: Callable[[View], None]) -> None:
        """Call ``callback`` with each new view, on the session's thread. Before ``start``."""
        self._callbacks.append(callback)

    def on_restart(self, callback: Callable[[], None]) -> None:
        """Call ``callback``, on any thread, when the program shall end with ``EXIT_RESTART``."""
        self._restarts.append(callback)

    def offer_picture(self, picture: bytes | Path) -> None:
        """Give a picture to the reading that waits; where nobody is served it begins one."""
        self._loop.post(lambda: self._offer(picture))

    # On the loop's thread

    def _show(self, shown: View) -> None:
        self._view = shown
        for callback in self._callbacks:
            callback(shown)

    def _offer(self, picture: bytes | Path) -> None:
        if isinstance(self._loop.state.screen, Welcome | OutOfService):
            self._loop.feed(TouchStart())
        reading = self._loop.state.reading
        if reading:
            self._held = (reading, picture)
            self._hand_over()

    def _staged(self, event: FingerStage) -> None:
        if event.stage == "ready":
            self._ready_for = event.number
            self._hand_over()
        self._loop.feed(event)

    def _hand_over(self) -> None:
        """Give the held picture to the reader once it waits for the very reading it is for."""
        if self._held is None or self._held[0] != self._ready_for:
            return
        if self._world is not None:
            self._world.readers.offer(self._held[1])
        self._held = None

    def _perform(self, effect: Effect) -> None:
        world = self._world
        match effect:
            case ReadService():
                self._try_thread("kiosk-service", self._look)
                return
            case StopReading(number):
                self._held = None
                if world is not None and (cancel := world.cancelled.pop(number, None)):
                    cancel.set()
                return
            case ReadFinger(number=number) if world is not None:
                world.cancelled[number] = threading.Event()
                # What was meant for the reading before is not for this one.
                self._held = None
        pin = pin_of(self._pad, effect)
        name = f"kiosk-{type(effect).__name__}"
        if not self._try_thread(name, lambda: self._work(effect, pin)):
            if pin is not None:
                wipe(pin)
            self._report(Broke(getattr(effect, "number", 0)))

    def _try_thread(self, name: str, work: Callable[[], None]) -> bool:
        """Start a thread; False where the system has none left, which must not stop the session."""
        try:
            self._thread(name, work)
        except RuntimeError:
            _LOG.exception("%s could not be started", name)
            return False
        return True

    # On worker threads

    def _thread(self, name: str, work: Callable[[], None]) -> None:
        threading.Thread(target=work, name=name, daemon=True).start()

    def _report(self, event: Event) -> None:
        if isinstance(event, FingerStage):
            self._loop.post(lambda: self._staged(event))
        else:
            self._loop.post(event)

    def _work(self, effect: Effect, pin: bytearray | None) -> None:
        number: int = getattr(effect, "number", 0)
        world = self._world
        try:
            if world is None:
                answer: Event | None = Broke(number)
            else:
                from kiosk.effects.perform import perform

                answer = perform(world, effect, pin, self._report)
        except Exception:  # noqa: BLE001
            # Whatever it was, the session must hear of it, or the customer waits for ever.
            _LOG.exception("%s broke", type(effect).__name__)
            answer = Broke(number)
        finally:
            if pin is not None:
                wipe(pin)
            if isinstance(effect, ReadFinger) and world is not None:
                world.cancelled.pop(number, None)
        if answer is not None:
            self._report(answer)
        elif isinstance(effect, Restart):
            for callback in self._restarts:
                callback()

    def _look(self, *, wait: bool = False) -> None:
        """Look at the machine; where another look is under way, only if ``wait``."""
        if not self._looking.acquire(blocking=wait):
            return
        try:
            world = self._world
            if world is None:
                self._report(ServiceRead(Service()))
                return
            from kiosk.effects.perform import service

            self._report(service(world))
        except Exception:  # noqa: BLE001
            _LOG.exception("the machine could not be looked at")
        finally:
            self._looking.release()

    def _open(self) -> None:
        began_s, told = time.monotonic(), ""
        while not self._stopping.is_set():
            try:
                world = self._opener(self._settings)
            except NotReady as error:
                # At a start it is so for a moment; what lasts is an operator's business.
                lasts = time.monotonic() - began_s > _PATIENCE_S and told != str(error)
                _LOG.log(logging.WARNING if lasts else logging.DEBUG, "not ready: %s", error)
                told = str(error) if lasts else told
                self._stopping.wait(_OPEN_AGAIN_S)
                continue
            except Exception:  # noqa: BLE001
                _LOG.exception("the kiosk cannot be opened")
                self._stopping.wait(10 * _OPEN_AGAIN_S)
                continue
            with self._handing:
                late = self._stopping.is_set()
                self._world = None if late else world
            if late:
                # Whoever stopped the kiosk meanwhile could not know of it.
                world.close()
                return
            self._look()
            self._watch(world)
            return

    def _watch(self, world: "World") -> None:
        """Tell the session as soon as the bank has answered, or a reader comes or goes."""
        while not self._stopping.is_set():
            news = world.news.wait(_READERS_EVERY_S)
            world.news.clear()
            try:
                if world.readers.look() or news:
                    self._look(wait=news)
            except Exception:  # noqa: BLE001
                _LOG.exception("the readers could not be looked at")
            try:
                self._renew(world)
            except Exception:  # noqa: BLE001
                _LOG.exception("the certificate could not be looked at")

    def _renew(self, world: "World") -> None:
        """Get the next certificate where it is due, and show it once nobody is served."""
        renewal = world.renewal
        newer = renewal.look(idle=self._idle()) if renewal else None
        if renewal is not None and newer is not None:
            take_up = partial(renewal.take_up, newer)
            # On the loop's thread no visit can begin between the question and the change.
            self._loop.post(lambda: take_up() if self._idle() else None)

    def _idle(self) -> bool:
        return isinstance(self._loop.state.screen, Welcome | OutOfService)
