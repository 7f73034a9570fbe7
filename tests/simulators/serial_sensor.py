"""An R30x/R503 sensor on a pseudo-terminal: a process of its own, with memory and faults.

    python serial_sensor.py [--baud N] [--real-speed] [--product WIDTHxHEIGHT] [--password N]

Prints the port's name as its first line. Then it obeys lines of JSON on its standard input, each
answered by a line: {"press": PATH of packed pixels}, the same with "tap": true (the finger goes
when it was seen), {"lift": true}, {"fault": NAME or null}, {"facts": true}. Faults are forgotten
when they have struck once, except those marked *:

    noise            bytes of nonsense before and between packets*
    bad_checksum     one data packet in the middle has a wrong checksum
    lost_packet      one data packet in the middle is left out
    lost_bytes       some bytes in the middle of the picture are left out
    short            the picture ends after its half
    long             the picture does not end
    stall            nothing more after half of the picture
    mute             no answers at all*
    unplug           the terminal is closed in the middle of the picture
    unplug_waiting   the terminal is closed while a finger is waited for
    refuses          pictures are refused
    unseen           the finger is not seen well until it goes
    broken           the sensor says that its surface is broken*

A real sensor that is asked at another speed than its own receives nonsense, and so does this one:
it reads the speed that the other side has set on the terminal. Standard library only.
"""

import argparse
import json
import os
import random
import select
import struct
import sys
import termios
import time
import tty
from pathlib import Path

SPEEDS = {
    9600: termios.B9600,
    19200: termios.B19200,
    38400: termios.B38400,
    57600: termios.B57600,
    115200: termios.B115200,
}
START, ADDRESS = 0xEF01, 0xFFFFFFFF
COMMAND, DATA, ACK, END = 1, 2, 7, 8
DATA_BYTES = 128


def packet(kind: int, content: bytes) -> bytes:
    length = len(content) + 2
    total = (kind + (length >> 8) + (length & 255) + sum(content)) & 0xFFFF
    head = struct.pack(">HIBH", START, ADDRESS, kind, length)
    return head + content + struct.pack(">H", total)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Sensor:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.baud = options.baud
        self.master, self.slave = os.openpty()
        os.set_blocking(self.master, False)
        tty.setraw(self.slave)
        self.port = os.ttyname(self.slave)
        self.received = b""
        self.picture = b""
        self.buffered = b""
        self.tap = False
        self.unseen_looks = 0
        self.fault: str | None = None
        self.open = False
        self.unread = False
        self.random = random.Random(1)
        self.facts = {"commands": 0, "pictures": 0, "wrong_speed_bytes": 0}

    def host_baud(self) -> int:
        speed = termios.tcgetattr(self.master)[5]
        return next((baud for baud, code in SPEEDS.items() if code == speed), 0)

    def hear(self) -> None:
        try:
            data = os.read(self.master, 4096)
        except OSError:
            return
        if self.host_baud() != self.baud:
            self.facts["wrong_speed_bytes"] += len(data)
            self.send(self.nonsense(3))
            return
        self.received += data
        while (at := self.received.find(b"\xef\x01")) >= 0 and len(self.received) >= at + 9:
            kind, length = struct.unpack_from(">BH", self.received, at + 6)
            end = at + 9 + length
            if len(self.received) < end:
                return
            content = self.received[at + 9 : end - 2]
            whole = self.received[at:end] == packet(kind, content)
            self.received = self.received[end:]
            if self.fault == "mute":
                continue
            if not whole or kind != COMMAND:
                self.send(packet(ACK, b"\x01"))
                continue
            self.facts["commands"] += 1
            self.obey(content)

    def obey(self, content: bytes) -> None:
        code, rest = content[0], content[1:]
        if code == 0x13:
            self.open = rest == struct.pack(">I", self.options.password)
            self.acknowledge(0x00 if self.open else 0x13)
        elif self.options.password and not self.open:
            self.acknowledge(0x21)
        elif code == 0x01:
            self.look()
        elif code == 0x0A:
            self.send_picture()
        elif code == 0x0E:
            self.set_parameter(rest)
        elif code == 0x0F:
            self.acknowledge(
                0x00, struct.pack(">HHHHIHH", 0, 0, 200, 3, ADDRESS, 2, self.baud // 9600)
            )
        elif code == 0x3C and self.options.product:
            width, height = (int(side) for side in self.options.product.split("x"))
            said = struct.pack(
                ">16s4s8s2s8sHHHH4s",
                *(b"R503-SIM", b"1", b"0001", b"\1\0", b"FPC"),
                *(width, height, 1536, 200, b""),
            )
            self.acknowledge(0x00, said)
        else:
            self.acknowledge(0xFC)

    def look(self) -> None:
        if self.fault == "unplug_waiting":
            self.unplug()
        if self.fault == "broken":
            self.acknowledge(0x29)
        elif not self.picture:
            self.acknowledge(0x02)
        elif self.fault == "unseen":
            self.unseen_looks += 1
            if self.tap and self.unseen_looks == 6:
                self.picture, self.unseen_looks = b"", 0
                self.strike()
            self.acknowledge(0x03)
        else:
            self.buffered = self.picture
            if self.tap:
                self.picture = b""
            self.acknowledge(0x00)

    def set_parameter(self, rest: bytes) -> None:
        if len(rest) != 2 or rest[0] != 4 or rest[1] * 9600 not in SPEEDS:
            self.acknowledge(0x1A)
            return
        if self.options.fixed_speed:
            # As some R503 do: the new speed holds after the next power-on.
            self.acknowledge(0x00)
            return
        self.acknowledge(0x00)
        time.sleep(0.02)
        self.baud = rest[1] * 9600

    def acknowledge(self, code: int, more: bytes = b"") -> None:
        if self.fault == "noise":
            self.send(self.nonsense(7))
        self.send(packet(ACK, bytes((code,)) + more))

    def send_picture(self) -> None:
        if self.fault == "refuses":
            self.strike()
            self.acknowledge(0x0F)
            return
        if not self.buffered:
            self.acknowledge(0x15)
            return
        self.acknowledge(0x00)
        self.facts["pictures"] += 1
        fault, content = self.fault, self.buffered
        if fault == "long":
            content *= 8
        pieces = [content[at : at + DATA_BYTES] for at in range(0, len(content), DATA_BYTES)]
        middle = len(pieces) // 2
        for at, piece in enumerate(pieces):
            raw = packet(END if at == len(pieces) - 1 else DATA, piece)
            if fault == "noise" and at % 5 == 0:
                self.send(self.nonsense(self.random.randrange(9)))
            if at == middle and fault in ("bad_checksum", "lost_packet", "lost_bytes"):
                self.strike()
                if fault == "lost_packet":
                    continue
                raw = raw[:-1] + bytes((raw[-1] ^ 0x55,)) if fault == "bad_checksum" else raw[:70]
            if at == middle and fault == "short":
                self.strike()
                self.send(packet(END, piece))
                return
            if at == middle and fault == "stall":
                self.strike()
                return
            if at == middle and fault == "unplug":
                self.unplug()
            self.send(raw)

    def nonsense(self, count: int) -> bytes:
        return bytes(self.random.randrange(256) for _ in range(count))

    def strike(self) -> None:
        self.fault = None

    def unplug(self) -> None:
        os.close(self.master)
        os.close(self.slave)
        sys.exit(0)

    def send(self, data: bytes) -> None:
        began = time.monotonic()
        rest = data
        while rest:
            try:
                rest = rest[os.write(self.master, rest) :]
                self.unread = False
            except BlockingIOError:
                # Nobody reads: a real line loses what nobody takes.
                patience_s = 0.0 if self.unread else 2.0
                self.unread = not select.select([], [self.master], [], patience_s)[1]
                if self.unread:
                    break
        if self.options.real_speed:
            time.sleep(max(0.0, began + len(data) * 10 / self.baud - time.monotonic()))

    def control(self, line: str) -> bool:
        if not line:
            return False
        order = json.loads(line)
        if "press" in order:
            self.picture = Path(order["press"]).read_bytes()
            self.tap = order.get("tap", False)
        if "lift" in order:
            self.picture = b""
        if "fault" in order:
            self.fault = order["fault"]
        say(json.dumps(self.facts | {"baud": self.baud, "finger": bool(self.picture)}))
        return True


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--baud", type=int, default=57600)
    parser.add_argument("--password", type=int, default=0)
    parser.add_argument("--product", default="")
    parser.add_argument("--real-speed", action="store_true")
    parser.add_argument("--fixed-speed", action="store_true")
    sensor = Sensor(parser.parse_args())
    say(sensor.port)
    while True:
        ready, _, _ = select.select([sensor.master, sys.stdin], [], [])
        if sys.stdin in ready and not sensor.control(sys.stdin.readline()):
            return
        if sensor.master in ready:
            sensor.hear()


if __name__ == "__main__":
    main()
