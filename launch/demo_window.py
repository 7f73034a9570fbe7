"""The demo's window: the kiosk in this process, its bank starting beside it."""

import threading

from kiosk.config import load_config
from kiosk.runner import EXIT_RESTART, KioskRunner, KioskSettings
from launch.demo_parts import SERVERS, DemoParts
from launch.errors import LaunchError
from launch.panel import DemoDoors


class DemoWindow:
    """Shows the kiosk over `parts`, which may still be starting."""

    def __init__(self, parts: DemoParts) -> None:
        self._parts = parts
        self._shown = threading.Event()
        self._failure: LaunchError | None = None

    def show(self) -> int:
        """Return when the window is closed. Errors: LaunchError if a part did not start."""
        # Only here and now: everything else imports without Qt.
        from ui.app import run_kiosk

        config = load_config()
        settings = KioskSettings(
            data=self._parts.folder.path,
            config=config,
            bank_ports=tuple((server, self._parts.port(server)) for server in SERVERS),
            device_port=self._parts.device_port,
        )
        status = EXIT_RESTART
        # An operator's restart: at a machine its supervisor starts it again, here we do.
        while status == EXIT_RESTART:
            status = run_kiosk(
                lambda: KioskRunner(settings),
                brand=config.brand.name,
                full_screen=False,
                panel=DemoDoors(self._parts),
                on_ready=self._on_ready,
            )
        if self._failure is not None:
            raise self._failure
        return status

    def give_up(self, problem: LaunchError) -> None:
        """Close the window, now or as soon as it is there, and let `show` raise `problem`."""
        self._failure = problem
        if self._shown.is_set():
            _quit()

    def _on_ready(self) -> None:
        self._shown.set()
        if self._failure is not None:
            _quit()


def _quit() -> None:
    from PySide6.QtCore import QCoreApplication, QMetaObject, Qt

    application = QCoreApplication.instance()
    if application is not None:
        QMetaObject.invokeMethod(application, "quit", Qt.ConnectionType.QueuedConnection)
