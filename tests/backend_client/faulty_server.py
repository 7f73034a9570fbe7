"""A small real TLS server that can be stopped, frozen, and made to misbehave."""

import contextlib
import http.server
import json
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from protocol.messages.fields import Message
from protocol.messages.terminal import Problem


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    server: "FaultyServer"


def answer(message):
    body = message.model_dump_json() if isinstance(message, Message) else json.dumps(message)
    return Reply(200, body.encode())


def problem(status, code, retry_after_s=None, **members):
    body = Problem(title=code, status=status, code=code, detail=f"because {code}", **members)
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return Reply(status, body.model_dump_json().encode(), "application/problem+json", headers)


class FaultyServer:
    """Serves ``bank(Request) -> Reply``. A fault is a function of the path, or None.

    Faults: ``die_before`` and ``die_after`` (the bank acts, the answer is lost), ``garbage``,
    ``drip``, ``("slow", seconds)``, or a ``Reply`` to give without asking the bank.
    """

    def __init__(self, name, bank, context, certificate_hash):
        self.name = name
        self.certificate_hash = certificate_hash
        self.fault = lambda _path: None
        self.requests = []
        self._bank = bank
        self._thawed = threading.Event()
        self._thawed.set()
        self._stopped = threading.Event()
        self._open = set()
        self._context = context
        self._http = _Http(self)
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def freeze(self):
        self._thawed.clear()

    def thaw(self):
        self._thawed.set()

    def stop(self):
        self._stopped.set()
        self._thawed.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def count(self, path):
        return sum(request.path.split("?")[0] == path for request in self.requests)

    def serve_connection(self, connection):
        self._open.add(connection)
        try:
            self._thawed.wait()
            connection.settimeout(20)
            with self._context.wrap_socket(connection, server_side=True) as secured:
                self._open.add(secured)
                while not self._stopped.is_set() and self._serve_request(secured):
                    pass
                self._open.discard(secured)
        except OSError:
            pass  # a client that goes away is part of the tests
        finally:
            self._open.discard(connection)
            connection.close()

    def _serve_request(self, secured):
        request = self._read(secured)
        if request is None:
            return False
        self._thawed.wait()
        if self._stopped.is_set():
            return False
        if request.path != "/readyz":
            self.requests.append(request)
        fault = self.fault(request.path)
        match fault:
            case "die_before":
                return False
            case "garbage":
                secured.sendall(b"\x00\xff\x13\x37 not http at all\r\n\r\n")
                return False
            case "drip":
                for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400:
                    secured.sendall(bytes([byte]))
                    time.sleep(0.1)
                return False
            case ("slow", seconds):
                time.sleep(seconds)
        reply = fault if isinstance(fault, Reply) else self._bank(request)
        if fault == "die_after":
            return False
        head = {
            "Content-Type": reply.content_type,
            "Content-Length": str(len(reply.body)),
            "Server-Name": self.name,
            **reply.headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        secured.sendall(f"HTTP/1.1 {reply.status} X\r\n{lines}\r\n".encode() + reply.body)
        return True

    def _read(self, secured):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = secured.recv(65_536)
            if not piece:
                return None
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        while len(body) < int(headers.get("Content-Length", "0")):
            body += secured.recv(65_536)
        method, path, _ = first.split(" ")
        return Request(method, path, headers, body, self)


class _Http(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, owner):
        super().__init__(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
        self._owner = owner

    def finish_request(self, request, client_address):
        self._owner.serve_connection(request)

    def handle_error(self, request, client_address):
        raise AssertionError("a test server broke")


def server_context(folder, trust_file, maximum=ssl.TLSVersion.TLSv1_3):
    """Return a context that demands a client certificate, and the leaf's SHA-256."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = maximum
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    context.load_verify_locations(trust_file)
    context.verify_mode = ssl.CERT_REQUIRED
    leaf = x509.load_pem_x509_certificates((folder / "cert.pem").read_bytes())[0]
    return context, leaf.fingerprint(SHA256())
