"""Which of several database servers is tried first."""

from typing import TypeAlias

from psycopg.conninfo import conninfo_to_dict, make_conninfo

Place: TypeAlias = tuple[str, int]
"""A host and its port."""


def doubtful_last(address: str, doubtful: Place | None) -> str:
    """Return `address` with the server `doubtful` moved behind the others, if it names several.

    A frozen server takes connections and says nothing: whoever tried it first would wait for it
    each time. Errors: psycopg.ProgrammingError where `address` is no connection string.
    """
    facts = conninfo_to_dict(address)
    hosts = str(facts.get("host", "")).split(",")
    ports = str(facts.get("port", "")).split(",")
    if doubtful is None or len(hosts) < 2 or len(hosts) != len(ports):
        return address
    places = sorted(
        zip(hosts, ports, strict=True), key=lambda place: place == (doubtful[0], str(doubtful[1]))
    )
    facts["host"] = ",".join(host for host, _ in places)
    facts["port"] = ",".join(port for _, port in places)
    return make_conninfo("", **facts)
