"""One start of the demo, as ``main.py demo`` makes it; prints what it saw and ends."""

import json
import os
import sys
import time
from pathlib import Path

import psutil

MIB = 2**20


def main(data: Path) -> int:
    """Start, wait for the welcome screen with cash, measure, end."""
    me = psutil.Process()
    figures: dict[str, float] = {}

    def since_start_s() -> float:
        return round(time.time() - me.create_time(), 3)

    from kiosk.config import load_config
    from kiosk.runner import KioskRunner, KioskSettings
    from kiosk.screens import View, Welcome
    from launch.demo_parts import SERVERS, DemoParts
    from launch.folder import DataFolder, Ports
    from launch.panel import DemoDoors

    folder = DataFolder(data)
    parts = DemoParts(folder, Ports(0, 0))
    config = load_config()

    from PySide6.QtCore import QCoreApplication, QMetaObject, Qt

    from ui.app import run_kiosk

    def look(view: View) -> None:
        screen = view.screen
        if isinstance(screen, Welcome) and screen.pays_minor and "welcome_s" not in figures:
            figures["welcome_s"] = since_start_s()
            figures["kiosk_uss_mib"] = round(me.memory_full_info().uss / MIB, 1)
            pid = next(c.pid for c in parts.supervisor.children() if c.name == SERVERS[0])
            figures["server_uss_mib"] = round(psutil.Process(pid).memory_full_info().uss / MIB, 1)
            application = QCoreApplication.instance()
            if application is not None:
                QMetaObject.invokeMethod(application, "quit", Qt.ConnectionType.QueuedConnection)

    def runner() -> KioskRunner:
        made = KioskRunner(
            KioskSettings(
                data=data,
                config=config,
                bank_ports=tuple((name, parts.port(name)) for name in SERVERS),
                device_port=parts.device_port,
            )
        )
        made.subscribe(look)
        return made

    parts.begin(lambda problem: print(problem, file=sys.stderr))
    try:
        run_kiosk(
            runner,
            brand=config.brand.name,
            full_screen=False,
            panel=DemoDoors(parts),
            on_ready=lambda: figures.__setitem__("first_frame_s", since_start_s()),
        )
    finally:
        parts.close()
        folder.close()
    print(json.dumps(figures), flush=True)
    return 0


if __name__ == "__main__":
    status = main(Path(sys.argv[1]))
    sys.stdout.flush()
    os._exit(status)
