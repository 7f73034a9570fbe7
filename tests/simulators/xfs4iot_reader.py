"""An XFS4IoT machine with a publisher and a fingerprint service: a process of its own.

    python xfs4iot_reader.py [--formats isoFid,isoFmd] [--tls FILE with certificate and key]

Written to the standard's messages, not to our client. Prints its port as the first line, then
obeys lines of JSON on its standard input, each answered by a line: {"finger": PATH of a finger
image record} offers it to the read that waits or to the next one, {"fault": NAME or null},
{"facts": true}. Faults, which last until another order:

    garbage          what is no JSON comes in place of the acknowledgement
    wrong_id         acknowledgements and completions carry another request's id
    mute             no acknowledgement and no completion
    half             half of a message, and then nothing
    closes           the socket is closed when a finger comes
    late             a cancelled read completes two seconds later, with a picture
    offline          the device is offline
    unplugged        the device goes away when a finger comes
    refused          commands are acknowledged as too many
    hardware         the read completes with hardwareError
    failed           the read completes with readFailed
    huge             the completion has more bytes than anybody should take
    no_data          the completion has no data
"""

import argparse
import asyncio
import base64
import json
import ssl
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

PATH = "/xfs4iot/v1.0"
SERVICES = ("CardReader", "Biometric")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Machine:
    def __init__(self, formats: list[str], scheme: str) -> None:
        self.formats = formats
        self.scheme = scheme
        self.port = 0
        self.fault: str | None = None
        self.finger: asyncio.Queue[bytes] = asyncio.Queue()
        self.clients: set[ServerConnection] = set()
        self.reads: dict[tuple[int, int], asyncio.Task[None]] = {}
        self.facts = {"commands": 0, "reads": 0, "cancelled": 0, "clients": 0}

    async def client(self, socket: ServerConnection) -> None:
        self.clients.add(socket)
        self.facts["clients"] += 1
        assert socket.request is not None
        service = socket.request.path.removeprefix(PATH).strip("/")
        try:
            async for text in socket:
                await self.hear(socket, service, json.loads(text))
        except ConnectionClosed:
            pass
        finally:
            self.clients.discard(socket)
            for key in [key for key in self.reads if key[0] == id(socket)]:
                self.reads.pop(key).cancel()

    async def hear(self, socket: ServerConnection, service: str, message: dict[str, Any]) -> None:
        header = message["header"]
        name, number = header["name"], header["requestId"]
        self.facts["commands"] += 1
        reading = name == "Biometric.Read"
        if reading and self.fault == "garbage":
            await socket.send("\x00 no JSON {")
            return
        if reading and self.fault == "mute":
            return
        if reading and self.fault == "half":
            # A text frame that promises 1000 bytes and brings 20.
            socket.transport.write(b"\x81\x7e\x03\xe8" + b'{"header":{"type":"a')
            return
        if reading and self.fault == "refused":
            await self.send(socket, "acknowledge", name, number, status="tooManyRequests")
            return
        await self.send(socket, "acknowledge", name, number)
        if name == "ServicePublisher.GetServices":
            base = f"{self.scheme}://localhost:{self.port}{PATH}"
            found = [{"serviceURI": f"{base}/{service}"} for service in SERVICES]
            payload = {"vendorName": "Simulator", "services": found}
            await self.send(socket, "event", "ServicePublisher.ServiceDetailEvent", number, payload)
            await self.send(socket, "completion", name, number, payload)
        elif name == "Common.Status":
            await self.send(socket, "completion", name, number, self.status())
        elif name == "Common.Capabilities":
            await self.send(socket, "completion", name, number, self.capabilities(service))
        elif name == "Common.Cancel":
            await self.cancel(socket, number, message["payload"] or {})
        elif reading and service == "Biometric":
            self.facts["reads"] += 1
            task = asyncio.create_task(self.read(socket, number, header["timeout"] / 1000))
            self.reads[(id(socket), number)] = task
        else:
            await self.send(socket, "completion", name, number, code="invalidCommand")

    def status(self) -> dict[str, Any]:
        device = "offline" if self.fault == "offline" else "online"
        return {
            "common": {"device": device},
            "biometric": {"subject": "notPresent", "capture": False},
        }

    def capabilities(self, service: str) -> dict[str, Any]:
        said: dict[str, Any] = {"interfaces": [{"name": "Common"}, {"name": service}]}
        said["common"] = {"serviceVersion": "1.0", "deviceInformation": []}
        if service == "Biometric":
            said["biometric"] = {
                "type": {"fingerprint": True, "iris": False},
                "maxCapture": 1,
                "dataFormats": dict.fromkeys(self.formats, True),
                "scanModes": {"scan": True, "match": False},
            }
        return said

    async def cancel(self, socket: ServerConnection, number: int, payload: dict[str, Any]) -> None:
        wanted = payload.get("requestIds")
        hit = [
            key
            for key in self.reads
            if key[0] == id(socket) and (wanted is None or key[1] in wanted)
        ]
        if not hit:
            more = {"errorCode": "noMatchingRequestIDs"}
            await self.send(
                socket, "completion", "Common.Cancel", number, more, code="commandErrorCode"
            )
            return
        await self.send(socket, "completion", "Common.Cancel", number)
        for key in hit:
            self.facts["cancelled"] += 1
            self.reads.pop(key).cancel()

    async def read(self, socket: ServerConnection, number: int, timeout_s: float) -> None:
        name = "Biometric.Read"
        try:
            await self.send(socket, "event", "Biometric.PresentSubjectEvent", number)
            try:
                record = await asyncio.wait_for(self.finger.get(), timeout_s)
            except TimeoutError:
                await self.send(socket, "completion", name, number, code="timeOut")
                return
            await self.taken(socket, number, record)
        except asyncio.CancelledError:
            with suppress(ConnectionClosed):
                await self.cancelled(socket, name, number)
        except ConnectionClosed:
            return
        finally:
            self.reads.pop((id(socket), number), None)

    async def cancelled(self, socket: ServerConnection, name: str, number: int) -> None:
        if self.fault != "late":
            await self.send(socket, "completion", name, number, code="canceled")
            return
        await asyncio.sleep(2.0)
        await self.send(socket, "completion", name, number, {"dataRead": []})

    async def taken(self, socket: ServerConnection, number: int, record: bytes) -> None:
        name = "Biometric.Read"
        if self.fault == "closes":
            socket.transport.abort()
            return
        if self.fault == "unplugged":
            payload = {"common": {"device": "noDevice"}}
            for client in self.clients:
                await self.send(client, "unsolicited", "Common.StatusChangedEvent", 0, payload)
            return
        await self.send(socket, "event", "Biometric.SubjectDetectedEvent", number)
        await self.send(socket, "event", "Biometric.RemoveSubjectEvent", number)
        if self.fault == "hardware":
            await self.send(socket, "completion", name, number, code="hardwareError")
            return
        if self.fault == "failed":
            more = {"errorCode": "readFailed"}
            await self.send(socket, "completion", name, number, more, code="commandErrorCode")
            return
        data = base64.b64encode(record).decode()
        if self.fault == "huge":
            data = "A" * 12_000_000
        items = [{"type": {"format": "isoFid"}, "data": data}]
        payload = {"dataRead": [] if self.fault == "no_data" else items}
        await self.send(socket, "completion", name, number, payload)

    async def send(
        self,
        socket: ServerConnection,
        kind: str,
        name: str,
        number: int,
        payload: dict[str, Any] | None = None,
        code: str | None = None,
        status: str | None = None,
    ) -> None:
        header: dict[str, Any] = {"type": kind, "name": name, "version": "2.0"}
        if kind != "unsolicited":
            wrong = self.fault == "wrong_id" and name.startswith("Biometric.")
            header["requestId"] = number + 1000 * wrong
        if code:
            header["completionCode"] = code
        if status:
            header["status"] = status
        await socket.send(json.dumps({"header": header, "payload": payload}))

    def obey(self, order: dict[str, Any]) -> None:
        if "fault" in order:
            self.fault = order["fault"]
        if "finger" in order:
            self.finger.put_nowait(Path(order["finger"]).read_bytes())
        if order.get("forget"):
            self.finger = asyncio.Queue()
        say(json.dumps(self.facts | {"waiting": len(self.reads)}))


async def run(options: argparse.Namespace) -> None:
    tls = None
    if options.tls:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.tls)
    machine = Machine(options.formats.split(","), "wss" if tls else "ws")
    async with serve(
        machine.client, "127.0.0.1", options.port, ssl=tls, max_size=2**20, compression=None
    ) as server:
        machine.port = next(iter(server.sockets)).getsockname()[1]
        say(str(machine.port))
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
        )
        while line := await lines.readline():
            machine.obey(json.loads(line))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--formats", default="isoFid")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", default="")
    asyncio.run(run(parser.parse_args()))
