"""Overload and errors of ours, at the outermost layer."""

import asyncio
import json
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bank.api.admission import MAX_AT_ONCE, Admission


async def ask(app: ASGIApp, path: str = "/v1/movements") -> tuple[int, dict[bytes, bytes], bytes]:
    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": path, "headers": []}
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
