import socket
import threading

import pytest

from launch.tour.proxy import Proxy


@pytest.fixture
def echo_port():
    listener = socket.create_server(("127.0.0.1", 0))
    heard = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                while data := connection.recv(4096):
                    heard.append(data)
                    connection.sendall(data.upper())

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1], heard
    listener.close()


@pytest.fixture
def proxy(echo_port):
    made = Proxy(echo_port[0])
    yield made
    made.close()


def connect(proxy):
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def test_bytes_pass_both_ways(proxy):
    with connect(proxy) as client:
        client.sendall(b"hello")
        assert client.recv(100) == b"HELLO"


def test_a_held_reply_is_lost_though_the_request_arrived(proxy, echo_port):
    replied = threading.Event()
    with connect(proxy) as client:
        proxy.hold_replies.set()
        proxy.once_downward(replied.set)
        client.sendall(b"hold me")
        assert replied.wait(5)
        assert echo_port[1] == [b"hold me"]
        proxy.drop()
        assert client.recv(100) == b""


def test_upward_callback_runs_before_the_request_is_passed_on(proxy, echo_port):
    seen = []
    with connect(proxy) as client:
        proxy.once_upward(lambda: seen.append(list(echo_port[1])))
        client.sendall(b"a")
        assert client.recv(100) == b"A"
        client.sendall(b"b")
        assert client.recv(100) == b"B"
    assert seen == [[]]


def test_a_dead_target_closes_the_connection():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    made = Proxy(port)
    with connect(made) as client:
        assert client.recv(100) == b""
    made.close()
