"""Where a kiosk looks for the bank's servers."""

import json
from ipaddress import IPv6Address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_client import Server
from kiosk.config import host_and_port, server_line
from kiosk.places import servers_of
from kiosk.runner import NotReady


def test_servers_elsewhere_and_servers_that_the_launcher_started(tmp_path: Path) -> None:
    lines = [server_line("A=atm1.bank.example:1069"), server_line("B"), server_line("C")]
    run = tmp_path / "run"
    run.mkdir()
    (run / "ports.json").write_text(json.dumps({"bank": {"A": 1, "B": 41_070}, "device": None}))
    assert servers_of(lines, tmp_path) == (
        Server("A", "atm1.bank.example", 1069),
        Server("B", "127.0.0.1", 41_070),
    )


def test_with_every_address_known_no_launcher_is_needed(tmp_path: Path) -> None:
    [server] = servers_of([server_line("A=[2001:db8::7]:1069")], tmp_path)
    assert server.base_url == "https://[2001:db8::7]:1069"
    with pytest.raises(NotReady, match=r"ports\.json"):
        servers_of([server_line("A=atm1:1069"), server_line("B")], tmp_path)


def test_no_server_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "ports.json").write_text('{"bank": {"A": 1069}}')
    with pytest.raises(NotReady, match="no server"):
        servers_of([server_line("C")], tmp_path)


HOSTS = st.one_of(
    st.from_regex(r"[a-z][a-z0-9-]{0,20}(\.[a-z0-9]{1,10}){0,3}", fullmatch=True),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
)


@given(host=HOSTS, port=st.integers(1, 65_535))
def test_a_host_and_a_port_are_read_as_they_are_written(host: str, port: int) -> None:
    written = f"[{host}]" if ":" in host else host
    assert host_and_port(f"{written}:{port}") == (host, port)


@given(host=st.ip_addresses(v=6), port=st.integers(1, 65_535))
def test_a_bare_ipv6_address_is_not_guessed_at(host: IPv6Address, port: int) -> None:
    with pytest.raises(ValueError, match="HOST:PORT"):
        host_and_port(f"{host}:{port}")
