"""What the nodes say, put together; and what a person reads of it."""

from pathlib import Path

import pytest

from bank.cluster import ClusterUnknown, NodeUnknown
from bank.cluster.layout import (
    FIRST_PORT,
    LAST_PORT,
    Layout,
    make_layout,
    read_layout,
    write_layout,
)
from bank.cluster.settings import etcd_arguments, patroni_settings
from bank.cluster.status import assemble
from bank.cluster.switch import Power, read_power, write_power
from launch.cluster_table import log_position, status_facts, status_lines

LEADER = {"state": "running", "role": "primary", "timeline": 3, "xlog": {"location": 5000}}
STANDBY = {
    "state": "running",
    "role": "replica",
    "timeline": 3,
    "replication_state": "streaming",
    "xlog": {"received_location": 5000, "replayed_location": 4900},
}
VIEW = {
    "members": [
        {"name": "n1", "role": "leader"},
        {"name": "n2", "role": "quorum_standby"},
        {"name": "n3", "role": "replica"},
    ]
}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return make_layout(tmp_path, 3)


def all_on(layout: Layout) -> dict[str, Power]:
    return {node.name: Power.ON for node in layout.nodes}


def test_who_leads_and_who_is_counted_on(layout: Layout) -> None:
    facts = {"n1": LEADER, "n2": STANDBY, "n3": None}
    power = all_on(layout) | {"n3": Power.OFF}
    status = assemble(layout, facts, VIEW, power)
    assert status.leader == "n1"
    assert [node.role for node in status.nodes] == ["leader", "standby", ""]
    assert [node.synchronous for node in status.nodes] == [False, True, False]
    assert status.nodes[1].lag_bytes == 100
    assert status.nodes[2].state == "off"
    assert not status.whole
    lines = status_lines(status)
    assert lines[-1] == "n1 leads."
    assert "100 B" in lines[2]
    assert status_facts(status)["whole"] is False


def test_a_leader_that_etcd_remembers_and_nobody_hears_does_not_lead(layout: Layout) -> None:
    facts = {"n1": None, "n2": STANDBY, "n3": STANDBY}
    status = assemble(layout, facts, VIEW, all_on(layout))
    assert status.leader is None
    assert status_lines(status)[-1] == "Nobody leads: nothing can be written."


def test_an_old_leader_that_woke_up_does_not_lead(layout: Layout) -> None:
    facts = {"n1": LEADER, "n2": LEADER, "n3": STANDBY}
    view = {"members": [{"name": "n1", "role": "replica"}, {"name": "n2", "role": "leader"}]}
    status = assemble(layout, facts, view, all_on(layout))
    assert status.leader == "n2"
    assert status.nodes[0].role == "standby"


def test_without_a_standby_that_counts_the_table_says_so(layout: Layout) -> None:
    status = assemble(layout, {"n1": LEADER, "n2": None, "n3": None}, VIEW, all_on(layout))
    assert "nothing is acknowledged" in status_lines(status)[-1]


def test_nobody_answers(layout: Layout) -> None:
    status = assemble(layout, dict.fromkeys(("n1", "n2", "n3")), None, all_on(layout))
    assert status.leader is None
    assert {node.state for node in status.nodes} == {""}


def test_a_position_is_written_as_postgresql_does() -> None:
    assert log_position(0x1_0440_4060) == "1/4404060"
    assert log_position(None) == ""


def test_a_layout_is_kept_closed_to_others(layout: Layout) -> None:
    write_layout(layout)
    assert read_layout(layout.home) == layout
    assert (layout.home / "cluster.json").stat().st_mode & 0o077 == 0
    ports = [port for node in layout.nodes for port in node.ports]
    assert len(set(ports)) == 12
    assert all(FIRST_PORT <= port < LAST_PORT for port in ports)
    assert layout.passwords.superuser not in repr(layout)
    with pytest.raises(NodeUnknown):
        layout.node("n4")


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"nodes": []}'])
def test_a_broken_layout_is_said_to_be(tmp_path: Path, broken: str) -> None:
    (tmp_path / "cluster.json").write_text(broken)
    with pytest.raises(ClusterUnknown):
        read_layout(tmp_path)


def test_a_switch_is_on_until_somebody_turns_it(layout: Layout) -> None:
    (layout.home / "switch").mkdir()
    node = layout.nodes[0]
    assert read_power(layout, node) is Power.ON
    for power in Power:
        write_power(layout, node, power)
        assert read_power(layout, node) is power
    (layout.home / "switch" / node.name).write_text("nonsense")
    assert read_power(layout, node) is Power.ON


def test_everything_listens_on_loopback_and_wants_a_certificate_or_a_password(
    layout: Layout,
) -> None:
    node = layout.nodes[1]
    told = patroni_settings(layout, node, Path("/pg/bin"))
    assert told["restapi"]["listen"].startswith("127.0.0.1:")
    assert told["restapi"]["verify_client"] == "required"
    assert told["postgresql"]["listen"].startswith("127.0.0.1:")
    assert all(line.endswith("127.0.0.1/32 scram-sha-256") for line in told["postgresql"]["pg_hba"])
    arguments = dict(each.split("=", 1) for each in etcd_arguments(layout, node))
    assert arguments["--client-cert-auth"] == arguments["--peer-client-cert-auth"] == "true"
    urls = [value for name, value in arguments.items() if name.endswith("-urls")]
    assert all(value.startswith("https://127.0.0.1:") for value in urls)
