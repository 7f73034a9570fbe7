"""The demo's window: the kiosk in this process, its bank starting beside it."""

import threading

from kiosk.config import load_config
from kiosk.runner import KioskRunner, KioskSettings
from launch.demo_parts import SERVERS, DemoParts
from launch.errors import LaunchError
from launch.panel import DemoDoors


def show(parts: DemoParts) -> int:
    """Start `parts` while the window already shows "Starting"; return when it is closed.

    Errors: LaunchError if a part did not start.
    """
    # Only here and now: everything else imports without Qt.
    from PySide6.QtCore import QCoreApplication, QMetaObject, Qt

    from ui.app import run_kiosk

    config = load_config()
    settings = KioskSettings(
        data=parts.folder.path,
        config=config,
        bank_ports=tuple((server, parts.port(server)) for server in SERVERS),
        device_port=parts.device_port,
    )
    failed: list[LaunchError] = []
    shown = threading.Event()

    def give_up() -> None:
        application = QCoreApplication.instance()
        if failed and shown.is_set() and application is not None:
            QMetaObject.invokeMethod(application, "quit", Qt.ConnectionType.QueuedConnection)

    def start() -> None:
        try:
            parts.start()
        except LaunchError as problem:
            failed.append(problem)
            give_up()

    def on_ready() -> None:
        shown.set()
        give_up()

    threading.Thread(target=start, name="starting", daemon=True).start()
    status = run_kiosk(
        lambda: KioskRunner(settings),
        brand=config.brand.name,
        full_screen=False,
        panel=DemoDoors(parts),
        on_ready=on_ready,
    )
    if failed:
        raise failed[0]
    return status
