"""The simulated device's process: a loopback port, one kiosk, and hands that hold a token.

Every change is durable before it is told. When the kiosk's connection is lost, its command stops
where it is: the same power cut that killed the kiosk.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from kiosk.cash.notes import from_tally
from kiosk.devices.simulator import acceptor, dispenser, exchange
from kiosk.devices.simulator.dispenser import Refused
from kiosk.devices.simulator.hands import act
from kiosk.devices.simulator.state import Fault, State
from kiosk.devices.status import Place
from kiosk.devices.wire import (
    IN_USE,
    MAX_LINE_BYTES,
    SUCCESS,
    TOKEN_FILE,
    Nonsense,
    from_line,
    to_line,
)
from kiosk.journal.disk import write_whole

GREETING_S = 5.0
MAX_CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast things go: notes through the machine, and an automatic customer's hand."""

    motion_s: float = 1.2
    take_after_s: float = 0.8


class Device:
    """The device: its state, its file, its kiosk."""

    def __init__(self, folder: Path, pace: Pace) -> None:
        """Load the state; raises ``ValueError``, ``KeyError``, ``TypeError`` or ``OSError``."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / "state.json"
        self._pace = pace
        self._state = State.load(self._path)
        self._state.save(self._path)
        self._host: asyncio.StreamWriter | None = None
        self._connections = 0
        self._customer: asyncio.Task[None] | None = None
        self._token = secrets.token_hex(16)
        write_whole(folder / TOKEN_FILE, self._token.encode())

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends."""
        self._connections += 1
        try:
            if self._connections <= MAX_CONNECTIONS:
                await self._greet(reader, writer)
        except (Nonsense, ValueError, OSError, asyncio.IncompleteReadError, TimeoutError):
            # A peer that talks nonsense or goes away is simply not served any further.
            pass
        finally:
            self._connections -= 1
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await asyncio.wait_for(reader.readline(), GREETING_S)
        hello = from_line(line)
        if hello.get("channel") == "control":
            if not secrets.compare_digest(str(hello.get("token")), self._token):
                await _send(writer, {"code": "wrong_token"})
                return
            await _send(writer, {"greeted": "control"})
            await self._control(reader, writer)
        elif hello.get("channel") == "host":
            if self._host is not None:
                await _send(writer, {"code": IN_USE})
                return
            self._host = writer
            try:
                await _send(writer, {"greeted": "host"})
                await self._follow_host(reader, writer)
            finally:
                self._host = None
                if self._state.fault is Fault.WALKAWAY_TAKES:
                    self._change(dispenser.customer_takes(self._state))

    async def _follow_host(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Read commands; a command in the works is given up when the connection ends."""
        next_line = asyncio.ensure_future(reader.readline())
        try:
            while line := await next_line:
                command = from_line(line)
                next_line = asyncio.ensure_future(reader.readline())
                work = asyncio.ensure_future(self._answer(command, writer))
                await asyncio.wait({next_line, work}, return_when=asyncio.FIRST_COMPLETED)
                if not work.done() and next_line.done() and next_line.result() == b"":
                    work.cancel()
                    return
                await work
        finally:
            next_line.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError, ValueError):
                await next_line

    async def _answer(self, command: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        code = SUCCESS
        try:
            await self._perform(command)
        except Refused as refused:
            self._change(refused.state)
            code = refused.code
        except (KeyError, TypeError, ValueError):
            code = "invalid_command"
        answer = {"id": command.get("id"), "code": code, "status": self._state.status().to_json()}
        if str(command.get("command")).startswith("Storage."):
            answer["storage"] = self._state.storage().to_json()
        await _send(writer, answer)

    async def _perform(self, command: dict[str, Any]) -> None:
        uid, state = str(command["uid"]), self._state
        match command["command"]:
            case "Common.Status" | "Storage.GetStorage":
                pass
            case "Storage.StartExchange":
                self._change(exchange.start(state, uid))
            case "Storage.EndExchange":
                counts = command["loaded"]
                self._change(exchange.end(state, uid, counts, emptied=bool(command["emptied"])))
            case "CashDispenser.Dispense":
                notes = from_tally(command["notes"])
                self._change(dispenser.begin_dispense(state, uid, notes))
                await self._tell("transport")
                await asyncio.sleep(self._pace.motion_s)
                self._change(dispenser.end_dispense(self._state))
                await self._tell("stacked")
            case "CashDispenser.Present":
                self._change(dispenser.present(state, uid))
                await self._tell("presented")
                self._expect_customer()
            case "CashDispenser.Reject":
                self._change(dispenser.reject(state, uid))
            case "CashManagement.Retract":
                out = state.outgoing
                mine = out.uid == uid and out.place is Place.PRESENTED
                part = dispenser if mine else acceptor
                self._change(part.retract(state, uid))
            case "CashAcceptor.CashInStart":
                accepts = tuple(int(each) for each in command["accepts"])
                limits = int(command["max_notes"]), int(command["max_minor"])
                self._change(acceptor.start(state, uid, accepts, *limits))
            case "CashAcceptor.CashIn":
                self._change(acceptor.close_slot(state, uid))
            case "CashAcceptor.CashInEnd":
                self._change(acceptor.begin_store(state, uid))
                await self._tell("storing")
                await asyncio.sleep(self._pace.motion_s)
                self._change(acceptor.end_store(self._state))
                await self._tell("stored")
            case "CashAcceptor.CashInRollback":
                self._change(acceptor.offer_back(state, uid))
                self._expect_customer()
            case _:
                raise ValueError("no such command")

    async def _control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            order, code = from_line(line), SUCCESS
            before = self._state
            try:
                self._change(act(before, order))
            except Refused as refused:
                code = refused.code
            except (KeyError, TypeError, ValueError):
                code = "invalid_command"
            await _send(writer, {"id": order.get("id"), "code": code, **facts(self._state)})
            if self._state.status() != before.status():
                await self._tell("taken" if order.get("command") == "take" else "changed")
            if self._state.auto_customer:
                self._expect_customer()

    def _expect_customer(self) -> None:
        if self._state.auto_customer and (self._customer is None or self._customer.done()):
            self._customer = asyncio.ensure_future(self._customer_comes())

    async def _customer_comes(self) -> None:
        await asyncio.sleep(self._pace.take_after_s)
        if self._host is None:
            # With the kiosk dead the tray is dark; only ``walkaway_takes`` reaches in.
            return
        before = self._state
        self._change(acceptor.customer_takes(dispenser.customer_takes(before)))
        if self._state.status() != before.status():
            await self._tell("taken")

    def _change(self, state: State) -> None:
        if state != self._state:
            state.save(self._path)
            self._state = state

    async def _tell(self, event: str) -> None:
        if self._host is not None:
            with contextlib.suppress(OSError):
                await _send(self._host, {"event": event, "status": self._state.status().to_json()})


def facts(state: State) -> dict[str, Any]:
    """Return everything a test or the demo's panel may see, the sensors' blindness aside."""
    plain = replace(state, sensor_unknown=False)
    return {
        "status": plain.status().to_json(),
        "totals": asdict(state.totals()),
        "evidence": {uid: asdict(row) for uid, row in state.evidence.items()},
        "loaded_minor": state.loaded_minor,
        "exchange": state.exchange,
        "tray_minor": state.tray_minor,
        "fault": state.fault,
        "sensor_unknown": state.sensor_unknown,
        "auto_customer": state.auto_customer,
        "jammed": state.out_jammed or state.in_jammed,
    }


async def run(folder: Path, port: int, pace: Pace, ready: Callable[[int], None]) -> None:
    """Serve on 127.0.0.1 until cancelled; ``ready`` hears the port."""
    device = Device(folder, pace)
    server = await asyncio.start_server(device.serve, "127.0.0.1", port, limit=MAX_LINE_BYTES)
    ready(server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()


async def _send(writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
    writer.write(to_line(body))
    await writer.drain()
