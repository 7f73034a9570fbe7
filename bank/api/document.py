"""The OpenAPI document, complete with request bodies and errors."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bank.api.problems import MEDIA_TYPE
from protocol.messages.fields import Message

_EVERYWHERE: Final = {
    "403": "Not a terminal of this bank",
    "429": "Too many requests",
    "500": "An error of the bank's",
    "503": "Not now: ask the other server at once",
}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the document, made once and kept by `app`."""
    if app.openapi_schema is None:
        app.openapi_schema = _make(app)
    return app.openapi_schema


def _make(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    _, definitions = models_json_schema(
        [(model, "validation") for model in _bodies()],
        ref_template="#/components/schemas/{model}",
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(definitions.get("$defs", {}))
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path in document["paths"].values():
        for operation in path.values():
            _complete(operation["responses"])
    return document


def _bodies() -> list[type[BaseModel]]:
    bodies = [
        model for model in Message.__subclasses__() if model.__module__.startswith("protocol.")
    ]
    return sorted(bodies, key=lambda model: model.__name__)


def _complete(responses: dict[str, Any]) -> None:
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]  # FastAPI's own; ours is 400
    for status, words in _EVERYWHERE.items():
        responses.setdefault(status, {"description": words})
    for status, response in responses.items():
        if status.startswith("2") or "ReadyAnswer" in str(response.get("content")):
            continue
        schema = {"$ref": "#/components/schemas/Problem"}
        response["content"] = {MEDIA_TYPE: {"schema": schema}}
