"""A terminal that was denied while a customer stood there."""

import time

from tests.bank.conftest import Servers


def test_what_a_customer_may_read_ends_with_the_terminals_release(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    session = customer.session(terminal)
    reads = (
        ("GET", f"/v1/accounts/{customer.account}/balance", None),
        ("GET", f"/v1/accounts/{customer.account}/statement", None),
        ("POST", "/v1/payees", {"to": customer.user_name}),
    )
    for method, path, body in reads:
        assert terminal.call(method, path, session=session, json=body).status_code == 200
    servers.sql("update terminals set status = 'denied' where id = %s", terminal.name)
    deadline_s = time.monotonic() + 30  # a server knows it within two seconds
    while terminal.call("GET", reads[0][1], session=session).status_code == 200:
        assert time.monotonic() < deadline_s
        time.sleep(0.1)
    for method, path, body in reads:
        assert terminal.call(method, path, session=session, json=body).status_code == 403
    # Leaving is always possible.
    assert terminal.call("DELETE", "/v1/session", session=session).status_code == 200
