"""Bodies in and out: strict reading within a limit, and the answer's bytes.

A body is parsed from its raw bytes, so that pydantic's strict JSON mode applies: no coercion, no
unknown member. `accepts` tells the OpenAPI document what FastAPI cannot see that way.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from fastapi import Request, Response
from pydantic import BaseModel, ValidationError

from bank.api.problems import HttpProblem
from protocol.encoding import load_json
from protocol.errors import BadEncoding

MAX_BODY_BYTES: Final = 65_536
MAX_TEMPLATE_BODY_BYTES: Final = 163_840
"""Of identify and sign-up, whose bodies carry templates."""

Model = TypeVar("Model", bound=BaseModel)


async def read_bytes(request: Request, max_bytes: int = MAX_BODY_BYTES) -> bytes:
    """Return the whole body.

    Raises:
        HttpProblem: 413 as soon as it is known to be longer than `max_bytes`.
    """
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:12]) > max_bytes:
        raise HttpProblem(413, "too_large", f"a body here has at most {max_bytes} bytes")
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > max_bytes:
            raise HttpProblem(413, "too_large", f"a body here has at most {max_bytes} bytes")
        parts.append(part)
    return b"".join(parts)


def body_of(
    model: type[Model], max_bytes: int = MAX_BODY_BYTES
) -> Callable[[Request], Awaitable[Model]]:
    """Return a dependency that reads a `model`, or answers 400 or 413."""

    async def read(request: Request) -> Model:
        return parse(model, await read_bytes(request, max_bytes), max_bytes)

    return read


def parse(model: type[Model], data: bytes, max_bytes: int = MAX_BODY_BYTES) -> Model:
    """Return the `model` in `data`.

    Raises:
        HttpProblem: 400, naming the first wrong member.
    """
    try:
        # Twice on purpose: pydantic lets a member that appears twice pass, load_json does not.
        load_json(data, max_bytes)
        return model.model_validate_json(data)
    except BadEncoding as error:
        raise HttpProblem(400, "bad_request", str(error)) from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"]) or None
        raise HttpProblem(400, "bad_request", f"{first['msg']}", field=field) from error


def accepts(model: type[BaseModel]) -> dict[str, Any]:
    """Return the `openapi_extra` of a route whose body is read by `body_of(model)`."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def reply(message: BaseModel, status: int = 200) -> Response:
    """Return `message` as a JSON answer."""
    return Response(message.model_dump_json(), status, media_type="application/json")
