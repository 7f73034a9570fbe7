"""What Patroni and etcd are told. Pure functions; the figures were measured (DESIGN.md 6)."""

from pathlib import Path
from typing import Any

from bank.cluster.layout import Layout, Node
from bank.store.postgres.roles import APPLICATION, OWNER, SUPERUSER

SCOPE = "fortress"
REPLICATION = "replicator"
LOG_BYTES = 1 << 20

# A killed database is replaced in 2 to 7 s, a killed node after its leadership has run out.
# Strict: with no standby left nothing is acknowledged, for it could be lost.
DYNAMIC: dict[str, Any] = {
    "ttl": 20,
    "loop_wait": 1,
    "retry_timeout": 3,
    "primary_start_timeout": 0,
    "synchronous_mode": "quorum",
    "synchronous_mode_strict": True,
    "synchronous_node_count": 1,
    "maximum_lag_on_failover": 1_048_576,
}

# Everything acknowledged is on two disks; nothing of a customer's data goes to the log.
POSTGRES: dict[str, Any] = {
    "wal_level": "replica",
    "wal_log_hints": "on",
    "wal_keep_size": "256MB",
    "hot_standby": "on",
    "max_connections": 100,
    "max_wal_senders": 10,
    "max_replication_slots": 10,
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "password_encryption": "scram-sha-256",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": 0,
    "log_parameter_max_length_on_error": 0,
}

_DATABASE_ROLES = f"{OWNER},{APPLICATION},{SUPERUSER}"
_ACCESS = [
    f"host all {_DATABASE_ROLES} 127.0.0.1/32 scram-sha-256",
    f"host replication {REPLICATION} 127.0.0.1/32 scram-sha-256",
]


def patroni_settings(layout: Layout, node: Node, bin_dir: Path) -> dict[str, Any]:
    """Return Patroni's configuration of one node; written as JSON, which is YAML too."""
    folder = layout.folder(node)
    tls = {name: str(folder / "tls" / f"{name}.pem") for name in ("ca", "cert", "key")}
    rest = f"127.0.0.1:{node.patroni_port}"
    database = f"127.0.0.1:{node.database_port}"
    return {
        "scope": SCOPE,
        "name": node.name,
        "log": {"dir": str(folder), "file_size": LOG_BYTES, "file_num": 1, "level": "INFO"},
        "restapi": {
            "listen": rest,
            "connect_address": rest,
            "cafile": tls["ca"],
            "certfile": tls["cert"],
            "keyfile": tls["key"],
            "verify_client": "required",
        },
        "ctl": {"cacert": tls["ca"], "certfile": tls["cert"], "keyfile": tls["key"]},
        "etcd3": {
            "hosts": [f"127.0.0.1:{each.etcd_port}" for each in layout.nodes],
            "protocol": "https",
            "cacert": tls["ca"],
            "cert": tls["cert"],
            "key": tls["key"],
        },
        "bootstrap": {
            "dcs": {
                **DYNAMIC,
                "postgresql": {"use_pg_rewind": True, "parameters": POSTGRES},
            },
            "initdb": [
                {"encoding": "UTF8"},
                {"locale": "C"},
                {"auth": "scram-sha-256"},
                "data-checksums",
            ],
        },
        "postgresql": {
            "listen": database,
            "connect_address": database,
            "data_dir": str(folder / "data"),
            "bin_dir": str(bin_dir),
            "pgpass": str(folder / "pgpass"),
            "pg_hba": _ACCESS,
            "authentication": {
                "superuser": _login(SUPERUSER, layout.passwords.superuser),
                "rewind": _login(SUPERUSER, layout.passwords.superuser),
                "replication": _login(REPLICATION, layout.replication_password),
            },
            "basebackup": [{"checkpoint": "fast"}],
            # A node whose history has left the leader's is copied anew if it cannot be rewound.
            "remove_data_directory_on_rewind_failure": True,
            "remove_data_directory_on_diverged_timelines": True,
        },
    }


def etcd_arguments(layout: Layout, node: Node) -> tuple[str, ...]:
    """Return the command line of the node's member of etcd, without the program."""
    folder = layout.folder(node)
    tls = folder / "tls"
    client = f"https://127.0.0.1:{node.etcd_port}"
    peer = f"https://127.0.0.1:{node.etcd_peer_port}"
    members = ",".join(
        f"{each.name}=https://127.0.0.1:{each.etcd_peer_port}" for each in layout.nodes
    )
    options = {
        "name": node.name,
        "data-dir": str(folder / "etcd"),
        "listen-client-urls": client,
        "advertise-client-urls": client,
        "listen-peer-urls": peer,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": members,
        "initial-cluster-token": layout.token,
        "initial-cluster-state": "new",
        "client-cert-auth": "true",
        "trusted-ca-file": str(tls / "ca.pem"),
        "cert-file": str(tls / "cert.pem"),
        "key-file": str(tls / "key.pem"),
        "peer-client-cert-auth": "true",
        "peer-trusted-ca-file": str(tls / "ca.pem"),
        "peer-cert-file": str(tls / "cert.pem"),
        "peer-key-file": str(tls / "key.pem"),
        "auto-compaction-mode": "periodic",
        "auto-compaction-retention": "10m",
        "log-level": "warn",
    }
    return tuple(f"--{name}={value}" for name, value in options.items())


def _login(role: str, password: str) -> dict[str, str]:
    return {"username": role, "password": password, "sslmode": "disable", "gssencmode": "disable"}
