"""The OpenAPI document names every path, its body, and every error it can answer."""

import json
from typing import Any

import pytest

from tests.bank.conftest import Servers

PATHS = {
    "/healthz",
    "/readyz",
    "/v1/hello",
    "/v1/identify",
    "/v1/lookup",
    "/v1/pin/start",
    "/v1/pin/finish",
    "/v1/session",
    "/v1/accounts/{number}/balance",
    "/v1/accounts/{number}/statement",
    "/v1/payees",
    "/v1/deposits/check",
    "/v1/movements",
    "/v1/signup/begin",
    "/v1/signup/finish",
    "/.well-known/est/simplereenroll",
}
BODYLESS = {"/v1/pin/change", "/v1/staff/customers/{customer}/pin-ticket"}
"""The session says it all."""


@pytest.fixture(scope="module")
def document(servers: Servers) -> dict[str, Any]:
    answer = servers.terminal().call("GET", "/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json())


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_path_is_there(document: dict[str, Any]) -> None:
    assert document["paths"].keys() >= PATHS


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if "$ref" in node:
                found.append(node["$ref"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document)
    assert found
    for reference in found:
        node: Any = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def test_every_operation_has_its_errors_and_its_answer(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        responses = operation["responses"]
        assert {"403", "500", "503"} <= responses.keys(), where
        success = [status for status in responses if status.startswith("2")]
        assert success, where
        assert "content" in responses[success[0]], where
        for status, response in responses.items():
            if status.startswith("2") or (path, status) == ("/readyz", "503"):
                continue
            assert response["content"].keys() == {"application/problem+json"}, f"{where} {status}"
        if method == "post" and path not in BODYLESS:
            content = operation["requestBody"]["content"]
            if "application/pkcs10" not in content:
                body = content["application/json"]["schema"]
                assert body["$ref"].startswith("#/components/schemas/"), where
            assert {"400", "413"} <= responses.keys(), where
        reads_session = "Session" in json.dumps(operation.get("parameters", []))
        if "{number}" in path or (reads_session and method != "delete"):
            assert "401" in responses, where
    assert "HTTPValidationError" not in json.dumps(document)


def test_movements_say_what_they_may_answer(document: dict[str, Any]) -> None:
    responses = document["paths"]["/v1/movements"]["post"]["responses"]
    assert {"200", "400", "403", "409", "413", "422", "503"} <= responses.keys()
