"""The demo's own certificate authority, with its issuers between root and leaves."""

import datetime

from backend_client import Bank, BankSettings, Server
from backend_client.identity import TerminalIdentity
from backend_client.tls import client_context
from bank.ca.demo import ensure_authority
from tests.backend_client.faulty_server import FaultyServer, answer, server_context
from tests.backend_client.small_bank import FACTOR1, REALM


def test_a_terminal_and_a_server_of_the_demo_trust_each_other(tmp_path, small_bank):
    now = datetime.datetime.now(datetime.UTC)
    authority = ensure_authority(tmp_path, "Meridian", now)
    terminal = authority.terminal("ATM-0001", now).certificate_file.parent
    folder = authority.server("A", now).certificate_file.parent
    small_bank.handlers["/v1/lookup"] = lambda _request, _body: answer(FACTOR1)
    server = FaultyServer("A", small_bank, *server_context(folder, authority.trust_file))
    settings = BankSettings(
        servers=[Server("A", "localhost", server.port)],
        identity_folder=terminal,
        trust_file=authority.trust_file,
        bank_time_file=tmp_path / "bank-time",
        realm=REALM,
    )
    with Bank(settings) as bank:
        assert bank.identity.terminal_id == "ATM-0001"
        assert bank.lookup("1234567890") == FACTOR1
    server.stop()
    context = client_context(TerminalIdentity.load(terminal), authority.trust_file)
    assert len(context.get_ca_certs()) == 1
