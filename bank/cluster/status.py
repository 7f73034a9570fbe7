"""Who leads, who follows, and how far each has come."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bank.cluster.doors import Doors
from bank.cluster.layout import Layout, Node
from bank.cluster.switch import Power, read_power


@dataclass(frozen=True)
class NodeStatus:
    """One node as it stands.

    `role` is leader, standby or "" where Patroni does not answer; `synchronous`: the leader may
    count on its word. `position` is a byte of the log: written by the leader, replayed by a
    standby; `lag_bytes` is what a standby has still to replay; None where it is not known.
    """

    name: str
    power: str
    role: str
    state: str
    synchronous: bool
    timeline: int | None
    position: int | None
    lag_bytes: int | None
    database_port: int


@dataclass(frozen=True)
class ClusterStatus:
    """All nodes. `leader` is the name that etcd holds, or None while there is none."""

    leader: str | None
    nodes: tuple[NodeStatus, ...]

    @property
    def whole(self) -> bool:
        """Whether every node is up and follows the leader, and may be counted on."""
        return self.leader is not None and all(
            node.role == "leader" or (node.synchronous and node.state == "streaming")
            for node in self.nodes
        )


def ask_status(layout: Layout) -> ClusterStatus:
    """Ask every node's Patroni, all at once, in two seconds at most. Errors: OSError."""
    doors = {node.name: Doors(layout, node) for node in layout.nodes}
    with ThreadPoolExecutor(len(layout.nodes)) as pool:
        own = {name: pool.submit(door.patroni, "/patroni") for name, door in doors.items()}
        facts = {name: answer.result() for name, answer in own.items()}
    view = None
    for name in sorted(facts, key=lambda each: _runs_as(facts[each], "primary"), reverse=True):
        if view is None and facts[name] is not None:
            view = doors[name].patroni("/cluster")
    power = {node.name: read_power(layout, node) for node in layout.nodes}
    return assemble(layout, facts, view, power)


def assemble(
    layout: Layout,
    facts: dict[str, dict[str, Any] | None],
    view: dict[str, Any] | None,
    power: dict[str, Power],
) -> ClusterStatus:
    """Put together what the nodes said: `facts` of themselves, one `view` of all."""
    members = {member["name"]: member for member in (view or {}).get("members", ())}
    # Only who is alive to say so leads: etcd remembers a dead one until its time has run out.
    leader = next(
        (
            name
            for name, member in members.items()
            if member.get("role") == "leader" and _runs_as(facts.get(name), "primary")
        ),
        None,
    )
    end = _position(facts[leader]) if leader is not None else None
    nodes = tuple(
        _node(node, facts[node.name], members.get(node.name, {}), power[node.name], leader, end)
        for node in layout.nodes
    )
    return ClusterStatus(leader, nodes)


def _node(
    node: Node,
    facts: dict[str, Any] | None,
    member: dict[str, Any],
    power: Power,
    leader: str | None,
    end: int | None,
) -> NodeStatus:
    if facts is None:
        state = "" if power is Power.ON else power.value
        return NodeStatus(
            node.name, power.value, "", state, False, None, None, None, node.database_port
        )
    leads = node.name == leader
    position = _position(facts)
    lag = None if leads or end is None or position is None else max(0, end - position)
    state = str(facts.get("replication_state") or facts.get("state", ""))
    return NodeStatus(
        name=node.name,
        power=power.value,
        role="leader" if leads else "standby",
        state=state,
        synchronous=member.get("role") in ("quorum_standby", "sync_standby"),
        timeline=facts.get("timeline"),
        position=position,
        lag_bytes=lag,
        database_port=node.database_port,
    )


def _runs_as(facts: dict[str, Any] | None, role: str) -> bool:
    return facts is not None and facts.get("role") == role and facts.get("state") == "running"


def _position(facts: dict[str, Any] | None) -> int | None:
    log = (facts or {}).get("xlog", {})
    value = log.get("location", log.get("replayed_location"))
    return int(value) if value is not None else None
