"""Asking a node's Patroni and etcd over their doors, which want the cluster's own certificates."""

import contextlib
import http.client
import json
import ssl
import time
from typing import Any

from bank.cluster.layout import Layout, Node

ASK_TIMEOUT_S = 1.0
POLL_S = 0.1
RUNNING = ("running", "streaming", "in archive recovery")


class Doors:
    """One node's doors, asked with the operator's certificate."""

    def __init__(self, layout: Layout, node: Node) -> None:
        """Errors: OSError where the operator's certificate is not there."""
        self._node = node
        tls = layout.home / "tls"
        self._context = ssl.create_default_context(
            ssl.Purpose.SERVER_AUTH, cafile=str(tls / "ca.pem")
        )
        self._context.load_cert_chain(tls / "cert.pem", tls / "key.pem")

    def patroni(self, path: str, timeout_s: float = ASK_TIMEOUT_S) -> dict[str, Any] | None:
        """What Patroni answers at `path`, whatever its status; None if it does not."""
        return self._get(self._node.patroni_port, path, timeout_s)

    def database_runs(self) -> bool:
        """Whether the node's PostgreSQL is up and follows or leads."""
        facts = self.patroni("/patroni")
        return facts is not None and facts.get("state") in RUNNING

    def wait_for_etcd(self, timeout_s: float) -> bool:
        """Whether etcd has found its majority within `timeout_s`."""
        deadline_s = time.monotonic() + timeout_s
        while time.monotonic() < deadline_s:
            facts = self._get(self._node.etcd_port, "/health", ASK_TIMEOUT_S)
            if facts is not None and facts.get("health") == "true":
                return True
            time.sleep(POLL_S)
        return False

    def _get(self, port: int, path: str, timeout_s: float) -> dict[str, Any] | None:
        connection = http.client.HTTPSConnection(
            "127.0.0.1", port, timeout=timeout_s, context=self._context
        )
        with contextlib.closing(connection):
            try:
                connection.request("GET", path)
                facts = json.loads(connection.getresponse().read())
            except (OSError, http.client.HTTPException, ValueError):
                return None
        return facts if isinstance(facts, dict) else None
