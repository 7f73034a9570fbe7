"""An XFS4IoT cash machine: a process of its own with its own memory, mechanics and faults.

    python -m tests.simulators.xfs4iot_cash --data DIR [--recycler] [--dispense-version 2]

Written to the standard's messages, not to our client: a publisher, a service with CashDispenser and
one with CashAcceptor (``--recycler``: one service with both). Beneath it works the same machine as
under ``device-sim``, so its hands (``kiosk.devices.control``), its faults and its evidence are the
same; ``ready PORT SOCKET PID`` names the hands' port and the WebSocket's. The standard knows no
uid: evidence is labelled by what the kiosk has noted, and no answer ever contains it. With
``--forks`` in place of all others, each line of standard input, a list of options as JSON, is a
machine of its own: importing takes longer than most tests.

Besides the orders of ``kiosk.devices.simulator.hands`` there is ``{"command": "line", "fault":
NAME or null}`` for what can happen to a conversation, once:

    drop_command      the connection is cut when the next order arrives, before anything is done
    drop_completion   it is cut when the order has been carried out, before the completion
    mute              the order is carried out, nothing is said
    busy              Common.Status says deviceBusy three times
"""

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from kiosk.cash.notes import bundle
from kiosk.devices.simulator import acceptor, dispenser, exchange
from kiosk.devices.simulator.dispenser import Refused
from kiosk.devices.simulator.hands import act
from kiosk.devices.simulator.server import Pace, facts
from kiosk.devices.simulator.state import Fault, State
from kiosk.devices.status import Place
from kiosk.devices.wire import SUCCESS, TOKEN_FILE, from_line, to_line
from kiosk.journal.disk import write_whole
from tests.simulators import xfs4iot_answers as answers
from tests.simulators.xfs4iot_answers import ORDERS, PATH, Failed
from tests.simulators.xfs4iot_books import follow, fresh

QUIET_S = 0.05


class Machine:
    def __init__(self, options: argparse.Namespace) -> None:
        self.folder: Path = options.data / "kiosk" / "device"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file = self.folder / "machine.json"
        self.labels: Path = options.data / "kiosk" / "cash" / "orders.json"
        self.pace = Pace(options.motion_s, options.take_after_s)
        self.recycler: bool = options.recycler
        self.version: int = options.dispense_version
        self.state, self.books = State(), {}
        if self.file.exists():
            body = json.loads(self.file.read_bytes())
            self.state, self.books = State.from_json(body["state"]), body["books"]
        else:
            self.books = fresh(self.state)
        self.save()
        self.token = secrets.token_hex(16)
        write_whole(self.folder / TOKEN_FILE, self.token.encode())
        self.clients: set[ServerConnection] = set()
        self.moving = asyncio.Lock()
        self.working = False
        self.line: str | None = None
        self.busy = 0
        self.numbers = 0
        self.inserted = asyncio.Event()
        self.taking: asyncio.Task[None] | None = None
        self.socket_port = 0

    # The machine

    def save(self) -> None:
        body = {"state": self.state.to_json(), "books": self.books}
        write_whole(self.file, json.dumps(body).encode())

    def change(self, state: State, **books: Any) -> None:
        self.books = follow(self.books, self.state, state) | books
        self.state = state
        self.save()

    def label(self, half: str) -> str:
        """Whose the order is, for the evidence only: what the kiosk has noted before it."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            return str(json.loads(self.labels.read_bytes())[half]["uid"])
        self.numbers += 1
        return f"order-{self.numbers}"

    # The services

    async def client(self, socket: ServerConnection) -> None:
        self.clients.add(socket)
        assert socket.request is not None
        service = socket.request.path.removeprefix(PATH).strip("/")
        tasks: dict[int, asyncio.Task[None]] = {}
        try:
            async for text in socket:
                message = json.loads(text)
                number = message["header"]["requestId"]
                if message["header"]["name"] == "Common.Cancel":
                    await self.cancel(socket, message, tasks)
                    continue
                task = asyncio.create_task(self.answer(socket, service, message))
                tasks[number] = task
                task.add_done_callback(lambda _task, number=number: tasks.pop(number, None))
        except ConnectionClosed:
            pass
        finally:
            self.clients.discard(socket)
            for task in list(tasks.values()):
                task.cancel()
            if not self.clients and self.state.fault is Fault.WALKAWAY_TAKES:
                self.change(dispenser.customer_takes(self.state))

    async def answer(self, socket: ServerConnection, service: str, message: dict[str, Any]) -> None:
        header = message["header"]
        name, number = header["name"], header["requestId"]
        is_order = name in ORDERS
        line, self.line = (self.line, None) if is_order else (None, self.line)
        with contextlib.suppress(ConnectionClosed):
            if line == "drop_command":
                socket.transport.abort()
                return
            await self.send(socket, "acknowledge", name, number)
            code, error_code, payload = None, "", {}
            try:
                payload = await self.perform(socket, service, header, message.get("payload") or {})
            except Failed as failed:
                code, error_code = failed.code, failed.error_code
            except asyncio.CancelledError:
                code = "canceled"
            if line == "drop_completion":
                socket.transport.abort()
                return
            if line != "mute":
                more = payload | ({"errorCode": error_code} if error_code else {})
                await self.send(socket, "completion", name, number, more, code=code)

    async def perform(
        self,
        socket: ServerConnection,
        service: str,
        header: dict[str, Any],
        payload: dict[str, Any],
    ) -> dict[str, Any]:
        name, number = header["name"], header["requestId"]
        halves = {"CashRecycler": "both", "CashDispenser": "out", "CashAcceptor": "in"}
        if name == "ServicePublisher.GetServices":
            names = ("CashRecycler",) if self.recycler else ("CashDispenser", "CashAcceptor")
            base = f"ws://127.0.0.1:{self.socket_port}{PATH}"
            found = [{"serviceURI": f"{base}/{each}"} for each in names]
            return {"vendorName": "Simulator", "services": found}
        half = halves.get(service)
        if half is None:
            raise Failed("invalidCommand")
        match name:
            case "Common.Capabilities":
                return answers.capabilities(half, self.version)
            case "Common.Status":
                self.busy = max(0, self.busy - 1)
                busy = self.working or self.busy > 0
                return answers.status(half, self.state, self.books, busy=busy)
            case "Storage.GetStorage":
                if self.state.sensor_unknown:
                    raise Failed("hardwareError")
                return answers.storage(half, self.state, self.books)
            case "CashManagement.GetBankNoteTypes":
                return answers.note_types(self.books)
            case "CashDispenser.GetPresentStatus":
                return answers.present_status(self.state, self.books)
            case "CashAcceptor.GetCashInStatus":
                return answers.cash_in_status(self.state, self.books)
            case "CashAcceptor.ConfigureNoteTypes":
                changed = {each["item"]: each["enabled"] for each in payload["items"]}
                self.change(self.state, enabled=self.books.get("enabled", {}) | changed)
                return {}

        async def tell(event: str, more: dict[str, Any] | None = None) -> None:
            await self.send(socket, "event", event, number, more)

        if name == "CashAcceptor.CashIn":
            # An open slot is no work: the machine answers questions beside it.
            return await self.cash_in(tell, header["timeout"] / 1000)
        async with self.moving:
            self.working = True
            try:
                return await self.move(name, payload, tell)
            except Refused as refused:
                self.change(refused.state)
                raise Failed(*answers.FAILURES.get(refused.code, ("hardwareError",))) from refused
            finally:
                self.working = False

    async def move(
        self,
        name: str,
        payload: dict[str, Any],
        tell: Callable[..., Awaitable[None]],
    ) -> dict[str, Any]:
        out, into = self.state.outgoing, self.state.incoming
        match name:
            case "CashDispenser.Dispense":
                return await self.dispense(payload, tell)
            case "CashDispenser.Present":
                self.change(dispenser.present(self.state, out.uid))
                position = {"position": "outDefault", "additionalBunches": "0"}
                await self.spread("CashManagement.ShutterStatusChangedEvent", {"shutter": "open"})
                await self.spread("CashManagement.ItemsPresentedEvent", position)
                self.expect_customer()
                return {"position": position}
            case "CashDispenser.Reject":
                if out.place is not Place.STACKED:
                    raise Failed("commandErrorCode", "noItems")
                self.change(dispenser.reject(self.state, out.uid))
                return {}
            case "CashManagement.Reset":
                if out.place in (Place.STACKED, Place.TRANSPORT):
                    self.change(dispenser.reject(self.state, out.uid))
                return {}
            case "CashManagement.Retract":
                mine = out.place is Place.PRESENTED
                part, uid = (dispenser, out.uid) if mine else (acceptor, into.uid)
                self.change(part.retract(self.state, uid))
                return {}
            case "CashAcceptor.CashInStart":
                if self.books["cash_in"]["status"] == "active":
                    raise Failed("commandErrorCode", "cashInActive")
                limit = round(payload["amountLimit"][0]["value"] * 100)
                told = {"status": "active", "refused": 0, "counted": {}}
                limits = {"uid": self.label("into"), "notes": payload["totalItemsLimit"]}
                self.change(self.state, cash_in=told, limits=limits | {"minor": limit})
                return {}
            case "CashAcceptor.CashInEnd":
                if self.books["cash_in"]["status"] != "active":
                    raise Failed("commandErrorCode", "noCashInActive")
                self.change(acceptor.begin_store(self.state, into.uid))
                await self.spread("Storage.CountsChangedEvent")
                await asyncio.sleep(self.pace.motion_s)
                self.change(acceptor.end_store(self.state))
                return {"storage": {}}
            case "CashAcceptor.CashInRollback":
                if self.books["cash_in"]["status"] != "active":
                    raise Failed("commandErrorCode", "noCashInActive")
                if into.uid != self.books["limits"]["uid"]:
                    # The slot was never opened.
                    self.change(self.state, cash_in=self.books["cash_in"] | {"status": "rollback"})
                    raise Failed("commandErrorCode", "noItems")
                self.change(acceptor.offer_back(self.state, into.uid))
                if not into.counted:
                    raise Failed("commandErrorCode", "noItems")
                position = {"position": "outDefault", "additionalBunches": "0"}
                await self.spread("CashManagement.ItemsPresentedEvent", position)
                self.expect_customer()
                return {}
            case "Storage.StartExchange":
                if self.state.exchange:
                    raise Failed("commandErrorCode", "exchangeActive")
                self.change(exchange.start(self.state, "exchange"), set={})
                return {}
            case "Storage.SetStorage":
                if not self.state.exchange:
                    raise Failed("commandErrorCode", "noExchangeActive")
                units = payload["storage"].items()
                found = {unit: entry["cash"]["status"]["initial"] for unit, entry in units}
                self.change(self.state, set=self.books["set"] | found)
                return {}
            case "Storage.EndExchange":
                if not self.state.exchange:
                    raise Failed("commandErrorCode", "noExchangeActive")
                self.end_exchange(self.books["set"])
                return {}
        raise Failed("unsupportedCommand")

    async def dispense(
        self, payload: dict[str, Any], tell: Callable[..., Awaitable[None]]
    ) -> dict[str, Any]:
        named = payload["denomination"]["denomination"]
        chosen = named["values"] if self.version == 2 else named["app"]["counts"]
        notes: dict[int, int] = {}
        for unit, number in chosen.items():
            value = self.state.cassettes[int(unit.removeprefix("unit")) - 1].denomination_minor
            notes[value] = notes.get(value, 0) + number
        self.change(dispenser.begin_dispense(self.state, self.label("out"), bundle(notes)))
        await tell("CashDispenser.StartDispenseEvent")
        await asyncio.sleep(self.pace.motion_s)
        try:
            self.change(dispenser.end_dispense(self.state))
        except Refused as refused:
            if refused.code == "partial":
                done = answers.denomination(refused.state, self.books)
                await tell("CashDispenser.IncompleteDispenseEvent", done)
            raise
        return {"denomination": answers.denomination(self.state, self.books), "bunches": "1"}

    async def cash_in(
        self, tell: Callable[..., Awaitable[None]], timeout_s: float
    ) -> dict[str, Any]:
        limits = self.books["limits"]
        if self.books["cash_in"]["status"] != "active" or limits is None:
            raise Failed("commandErrorCode", "noCashInActive")
        enabled = self.books.get("enabled", {})
        accepts = tuple(v for v, item in answers.TYPES.items() if enabled.get(item, True))
        try:
            opened = acceptor.start(
                self.state, limits["uid"], accepts, limits["notes"], limits["minor"]
            )
        except Refused as refused:
            raise Failed("commandErrorCode", "positionNotEmpty") from refused
        self.inserted.clear()
        self.change(opened)
        await tell("CashAcceptor.InsertItemsEvent")
        try:
            await asyncio.wait_for(self.inserted.wait(), timeout_s)
            while self.inserted.is_set():
                self.inserted.clear()
                counted = answers.counted(self.books)
                await tell("CashAcceptor.SubCashInEvent", counted)
                await asyncio.sleep(QUIET_S)
        except TimeoutError as error:
            raise Failed("timeOut") from error
        finally:
            if self.state.incoming.place is Place.OPEN:
                self.change(acceptor.close_slot(self.state, limits["uid"]))
        if self.state.incoming.refused_count:
            await tell("CashAcceptor.InputRefuseEvent", {"reason": "invalidBill"})
        return {"items": answers.counted(self.books)}

    def end_exchange(self, found: dict[str, dict[str, Any]]) -> None:
        loaded = None
        if any(name in found for name in answers.paying(self.state)):
            loaded = {
                each.unit: sum(levels["fit"] for levels in found[name].values())
                if name in found
                else each.count
                for name, each in answers.paying(self.state).items()
            }
        emptied = any(name not in answers.paying(self.state) for name in found)
        self.change(
            replace(exchange.end(self.state, "exchange", loaded, emptied=emptied), exchanged="")
        )

    async def cancel(
        self,
        socket: ServerConnection,
        message: dict[str, Any],
        tasks: dict[int, asyncio.Task[None]],
    ) -> None:
        name, number = "Common.Cancel", message["header"]["requestId"]
        wanted = (message.get("payload") or {}).get("requestIds") or list(tasks)
        await self.send(socket, "acknowledge", name, number)
        hit = [tasks[each] for each in wanted if each in tasks]
        if not hit:
            more = {"errorCode": "noMatchingRequestIDs"}
            await self.send(socket, "completion", name, number, more, code="commandErrorCode")
            return
        for task in hit:
            task.cancel()
        await self.send(socket, "completion", name, number)

    async def send(
        self,
        socket: ServerConnection,
        kind: str,
        name: str,
        number: int,
        payload: dict[str, Any] | None = None,
        code: str | None = None,
    ) -> None:
        header: dict[str, Any] = {"type": kind, "name": name, "version": "2.0"}
        if kind != "unsolicited":
            header["requestId"] = number
        if code:
            header["completionCode"] = code
        await socket.send(json.dumps({"header": header, "payload": payload or None}))

    async def spread(self, name: str, payload: dict[str, Any] | None = None) -> None:
        for client in list(self.clients):
            with contextlib.suppress(ConnectionClosed):
                await self.send(client, "unsolicited", name, 0, payload)

    # The hands

    def expect_customer(self) -> None:
        if self.state.auto_customer and (self.taking is None or self.taking.done()):
            self.taking = asyncio.create_task(self.customer_comes())

    async def customer_comes(self) -> None:
        await asyncio.sleep(self.pace.take_after_s)
        if self.clients:
            await self.after_hands(acceptor.customer_takes(dispenser.customer_takes(self.state)))

    async def after_hands(self, state: State) -> None:
        before = self.state
        if state == before:
            return
        self.change(state)
        if state.incoming.counted != before.incoming.counted or (
            state.incoming.refused_count != before.incoming.refused_count
        ):
            self.inserted.set()
        places = (before.outgoing.place, before.incoming.place)
        if places != (state.outgoing.place, state.incoming.place):
            if Place.PRESENTED in places:
                await self.spread("CashManagement.ItemsTakenEvent", {"position": "outDefault"})
        elif self.state.status() != before.status():
            await self.spread("Common.StatusChangedEvent", {"common": {"device": "online"}})

    async def control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ValueError, OSError, asyncio.IncompleteReadError):
            hello = from_line(await reader.readline())
            if hello.get("token") != self.token:
                writer.write(to_line({"code": "wrong_token"}))
                return
            writer.write(to_line({"greeted": "control"}))
            while line := await reader.readline():
                order = from_line(line)
                code = await self.hand(order)
                body = {"id": order.get("id"), "code": code, **facts(self.state)}
                writer.write(to_line(body))
                await writer.drain()
        writer.close()

    async def hand(self, order: dict[str, Any]) -> str:
        if order["command"] == "line":
            self.line = order["fault"]
            if self.line == "busy":
                self.line, self.busy = None, 4
            return SUCCESS
        if order["command"] == "insert" and self.books["cash_in"]["status"] == "active":
            # The customer waits until the slot opens for the next bundle.
            for _ in range(100):
                if self.state.incoming.place is Place.OPEN:
                    break
                await asyncio.sleep(0.01)
        try:
            await self.after_hands(act(self.state, order))
        except Refused as refused:
            return refused.code
        except (KeyError, TypeError, ValueError):
            return "invalid_command"
        if self.state.auto_customer:
            self.expect_customer()
        return SUCCESS


async def run(options: argparse.Namespace) -> None:
    machine = Machine(options)
    hands = await asyncio.start_server(machine.control, "127.0.0.1", options.port)
    async with (
        hands,
        serve(
            machine.client, "127.0.0.1", options.socket_port, max_size=2**20, compression=None
        ) as server,
    ):
        machine.socket_port = next(iter(server.sockets)).getsockname()[1]
        port = hands.sockets[0].getsockname()[1]
        sys.stdout.write(f"ready {port} {machine.socket_port} {os.getpid()}\n")
        sys.stdout.flush()
        parent = os.getppid()
        while os.getppid() == parent:
            await asyncio.sleep(1.0)


def options_of(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--socket-port", type=int, default=0)
    parser.add_argument("--motion-s", type=float, default=0.03)
    parser.add_argument("--take-after-s", type=float, default=0.05)
    parser.add_argument("--recycler", action="store_true")
    parser.add_argument("--dispense-version", type=int, default=3)
    return parser.parse_args(arguments)


def fork_for_each_line() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if os.fork() == 0:
            asyncio.run(run(options_of(json.loads(line))))
            os._exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(0))
    if sys.argv[1:] == ["--forks"]:
        fork_for_each_line()
    else:
        asyncio.run(run(options_of(sys.argv[1:])))
