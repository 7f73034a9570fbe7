"""The OpenAPI document of identity's paths: bodies, answers and errors."""

import pytest

PATHS = {
    ("post", "/v1/identify"): ("IdentifyRequest", "Factor1Answer", {400, 404, 409, 413, 429}),
    ("post", "/v1/lookup"): ("LookupRequest", "Factor1Answer", {400, 403, 413}),
    ("post", "/v1/pin/start"): (
        "PinStartRequest",
        "PinStartAnswer",
        {400, 401, 409, 413, 423, 429},
    ),
    ("post", "/v1/pin/finish"): ("PinFinishRequest", "LoginAnswer", {400, 401, 409, 413}),
    ("delete", "/v1/session"): (None, None, {400, 403}),
    ("post", "/v1/signup/begin"): ("SignupBegin", "SignupTicket", {400, 403, 409, 413, 422, 429}),
    ("post", "/v1/signup/finish"): ("SignupFinish", "SignupAnswer", {400, 401, 409, 413, 422}),
    ("get", "/v1/staff/customers"): (None, "CustomerSearchAnswer", {400, 401, 403}),
    ("get", "/v1/staff/customers/{customer}"): (None, "CustomerAnswer", {400, 401, 403, 404}),
    ("get", "/v1/staff/accounts/{number}/statement"): (
        None,
        "StatementAnswer",
        {400, 401, 403, 404},
    ),
    ("get", "/v1/operator/cash"): (None, "CashAnswer", {400, 401, 403}),
    ("post", "/v1/operator/acts"): ("ActRequest", "ActAnswer", {400, 401, 403, 413, 422}),
    ("post", "/v1/staff/acts"): ("ActRequest", "ActAnswer", {400, 401, 403, 413, 422}),
}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_documented_with_its_errors(atm, path) -> None:
    body, answer, errors = PATHS[path]
    document = atm.call("/openapi.json", method="GET").body
    operation = document["paths"][path[1]][path[0]]
    if body is not None:
        assert body in str(operation["requestBody"])
        assert body in document["components"]["schemas"]
    if answer is not None:
        assert answer in str(operation["responses"]["200"])
    for status in errors | {503}:
        problem = operation["responses"][str(status)]["content"]["application/problem+json"]
        assert problem["schema"]["$ref"].endswith("/Problem")
