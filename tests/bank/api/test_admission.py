"""Overload and errors of ours, at the outermost layer."""

import asyncio
import json
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bank.api.admission import (
    HEALTH,
    MAX_AT_ONCE,
    MAX_BESIDE_MOVEMENTS,
    MAX_OF_A_TERMINAL,
    Admission,
)


async def ask(
    app: ASGIApp, path: str = "/v1/movements", peer: bytes = b""
) -> tuple[int, dict[bytes, bytes], bytes]:
    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": path, "headers": []}
    scope["extensions"] = {"tls": {"client_certificate_der": peer}}
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in said[1:])
    return said[0]["status"], dict(said[0]["headers"]), body


def test_a_server_under_too_much_load_answers_some_and_turns_away_the_rest() -> None:
    async def go() -> None:
        leave = asyncio.Event()

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            await leave.wait()
            await PlainTextResponse("done")(scope, receive, send)

        app = Admission(slow, "A")
        served = [asyncio.create_task(ask(app)) for _ in range(MAX_AT_ONCE)]
        await asyncio.sleep(0)
        status, headers, body = await ask(app)
        assert (status, json.loads(body)["code"]) == (503, "unavailable")
        assert headers[b"retry-after"] == b"1"
        assert headers[b"server-name"] == b"A"
        leave.set()
        assert {answer[0] for answer in await asyncio.gather(*served)} == {200}
        assert (await ask(app))[0] == 200

    asyncio.run(go())


class Slow:
    """An application that answers nobody until it may."""

    def __init__(self) -> None:
        self.leave = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] not in HEALTH:
            await self.leave.wait()
        await PlainTextResponse("done")(scope, receive, send)


def test_a_rush_of_logins_keeps_no_movement_waiting_and_health_is_always_told() -> None:
    async def go() -> None:
        slow = Slow()
        app = Admission(slow, "A")
        logins = [
            asyncio.create_task(ask(app, "/v1/identify", b"%d" % n))
            for n in range(MAX_BESIDE_MOVEMENTS)
        ]
        await asyncio.sleep(0)
        assert (await ask(app, "/v1/identify", b"one more"))[0] == 503
        left = MAX_AT_ONCE - MAX_BESIDE_MOVEMENTS
        movements = [asyncio.create_task(ask(app, peer=b"%d" % n)) for n in range(left)]
        await asyncio.sleep(0)
        assert not any(movement.done() for movement in movements)
        status, headers, _ = await ask(app, peer=b"one more")
        assert (status, headers[b"retry-after"]) == (503, b"1")
        assert [(await ask(app, path, b"one more"))[0] for path in sorted(HEALTH)] == [200, 200]
        slow.leave.set()
        assert {answer[0] for answer in await asyncio.gather(*logins, *movements)} == {200}
        assert (await ask(app, "/v1/identify", b"one more"))[0] == 200

    asyncio.run(go())


def test_one_terminal_does_not_take_every_place() -> None:
    async def go() -> None:
        slow = Slow()
        app = Admission(slow, "A")
        greedy = [asyncio.create_task(ask(app, peer=b"one")) for _ in range(MAX_OF_A_TERMINAL)]
        await asyncio.sleep(0)
        status, headers, _ = await ask(app, peer=b"one")
        assert (status, headers[b"retry-after"]) == (503, b"1")
        other = asyncio.create_task(ask(app, peer=b"two"))
        await asyncio.sleep(0)
        assert not other.done()
        slow.leave.set()
        assert {answer[0] for answer in await asyncio.gather(*greedy, other)} == {200}
        assert (await ask(app, peer=b"one"))[0] == 200

    asyncio.run(go())


def test_an_error_of_ours_tells_nothing(caplog: Any) -> None:
    personal = " ".join(("Amara", "Okafor"))

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise LookupError(personal)

    status, headers, body = asyncio.run(ask(Admission(broken, "A")))
    assert (status, json.loads(body)["code"]) == (500, "internal")
    assert headers[b"content-type"] == b"application/problem+json"
    assert personal.encode() not in body
    assert "LookupError" in caplog.text
    assert personal not in caplog.text
