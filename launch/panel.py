"""The doors of the demo's panel, over the supervisor and the simulated cash devices."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kiosk.devices.control import DeviceControl
from kiosk.devices.errors import DeviceError
from kiosk.devices.simulator.state import Fault
from kiosk.devices.status import Place
from launch.demo_parts import SERVERS, DemoParts
from ui.panel import CashFacts, DatabaseRow, SampleFinger, ServerRow

if TYPE_CHECKING:
    from launch.cluster_parts import LocalCluster

DATABASES_EVERY_S = 1.5


def _called(person: dict[str, Any]) -> str:
    """A person's name, and what the person does at the machine if not a customer's."""
    name = f"{person['first_name']} {person['last_name']}"
    return f"{name}, operator" if "operator" in person["roles"] else name


class DemoDoors:
    """Implements `ui.panel.PanelDoors`; called on the panel's thread."""

    def __init__(self, parts: DemoParts) -> None:
        """Nothing is asked yet: the parts may still be starting."""
        self._parts = parts
        self._data = parts.folder.path
        self._device = DeviceControl(self._data / "kiosk" / "device", parts.device_port)
        self._databases: tuple[DatabaseRow, ...] = ()
        self._asked_s = float("-inf")

    def fingers(self) -> tuple[SampleFinger, ...]:
        """The demo's customers; empty until the bank has made them."""
        try:
            customers = json.loads((self._data / "demo" / "customers.json").read_text("utf-8"))
        except (OSError, ValueError):
            return ()
        return tuple(
            SampleFinger(
                name=_called(each),
                user_name=each["user_name"],
                number=each["number"],
                pin=each["pin"],
                pictures=tuple(self._data / picture for picture in each["fingers"]),
            )
            for each in customers
        )

    def servers(self) -> tuple[ServerRow, ...]:
        """The bank's servers; none until they have been started."""
        return tuple(
            ServerRow(child.name, self._parts.port(child.name), child.state.value)
            for child in self._parts.supervisor.children()
            if child.name in SERVERS
        )

    def databases(self) -> tuple[DatabaseRow, ...]:
        """The nodes of the cluster as they were up to `DATABASES_EVERY_S` ago; none without one."""
        cluster = self._parts.cluster
        if cluster is not None and time.monotonic() - self._asked_s > DATABASES_EVERY_S:
            self._databases = tuple(
                DatabaseRow(node.name, node.role, node.state, node.synchronous, node.power)
                for node in cluster.status().nodes
            )
            self._asked_s = time.monotonic()
        return self._databases

    def cash(self) -> CashFacts | None:
        """The cash unit, or None while it does not answer."""
        try:
            facts = self._device.facts()
            status = self._device.status()
        except DeviceError:
            return None
        return CashFacts(
            cassettes=tuple((each.denomination_minor, each.count) for each in status.cassettes),
            tray_minor=facts["tray_minor"],
            slot_open=status.incoming.place is Place.OPEN,
            jam_waits=facts["fault"] is not None,
        )

    def stop_server(self, name: str) -> None:
        """End a server's process and leave it ended."""
        self._parts.supervisor.stop(name)

    def freeze_server(self, name: str) -> None:
        """Hold a server's process still without ending it."""
        self._parts.supervisor.freeze(name)

    def start_server(self, name: str) -> None:
        """Start a stopped server, or let a frozen one go on."""
        self._parts.supervisor.start(name)

    def kill_database(self, name: str) -> None:
        """Cut a node's power. Errors: ClusterError."""
        self._do(lambda cluster: cluster.kill(name))

    def freeze_database(self, name: str) -> None:
        """Hold a node still without its knowing. Errors: ClusterError."""
        self._do(lambda cluster: cluster.freeze(name))

    def revive_database(self, name: str) -> None:
        """Switch a dead node on, or let a frozen one go on. Errors: ClusterError."""
        self._do(lambda cluster: cluster.revive(name))

    def _do(self, act: "Callable[[LocalCluster], None]") -> None:
        if self._parts.cluster is not None:
            act(self._parts.cluster)
            self._asked_s = float("-inf")

    def insert_notes(self, denomination_minor: int, count: int) -> None:
        """Put notes into the open slot. Errors: DeviceError (closed slot, device away)."""
        self._device.insert(denomination_minor, count)

    def take_notes(self) -> None:
        """Take what lies in the tray. Errors: DeviceError."""
        self._device.take()

    def jam(self) -> None:
        """Let the next dispense fail once, before a note moves. Errors: DeviceError."""
        self._device.set_fault(Fault.JAM_NOTHING)
