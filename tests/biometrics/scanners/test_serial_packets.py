"""The serial sensors' packets: any split, any noise, nothing lost that came whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biometrics.scanners.serial.packets import (
    ANY_ADDRESS,
    MAX_CONTENT_BYTES,
    Decoder,
    Kind,
    Packet,
    encode,
)

PACKETS = st.builds(
    Packet, st.sampled_from(Kind), st.binary(min_size=1, max_size=MAX_CONTENT_BYTES)
)
# What cannot be told from the beginning of a packet is another test's.
NOISE = st.binary(max_size=40).filter(lambda data: b"\xef" not in data)


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted(cut % (len(data) + 1) for cut in cuts)
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


def test_a_packet_is_as_the_manual_has_it() -> None:
    # VfyPwd with password 0 and its good answer, from the R503 manual.
    sent = encode(Packet(Kind.COMMAND, bytes.fromhex("1300000000")))
    assert sent.hex() == "ef01ffffffff0100071300000000001b"
    answered = bytes.fromhex("ef01ffffffff07000300000a")
    assert Decoder().feed(answered) == [Packet(Kind.ACKNOWLEDGE, b"\0")]


@given(st.lists(st.tuples(NOISE, PACKETS), max_size=6), st.lists(st.integers(0, 5000), max_size=8))
def test_packets_come_through_noise_in_any_pieces(
    sent: list[tuple[bytes, Packet]], cuts: list[int]
) -> None:
    stream = b"".join(noise + encode(packet) for noise, packet in sent)
    decoder = Decoder()
    found = [packet for piece in split(stream, cuts) for packet in decoder.feed(piece)]
    assert found == [packet for _, packet in sent]
    assert decoder.damaged == 0
    assert decoder.noise_bytes == sum(len(noise) for noise, _ in sent)


@given(PACKETS, PACKETS, st.data())
def test_a_packet_behind_one_that_lost_bytes_is_found_when_the_line_falls_silent(
    broken: Packet, whole: Packet, data: st.DataObject
) -> None:
    raw = encode(broken)
    keep = data.draw(st.integers(0, len(raw) - 1))
    decoder = Decoder()
    found = decoder.feed(raw[:keep] + encode(whole))
    found += decoder.silence()
    assert found[-1:] == [whole]


@given(PACKETS, st.data())
def test_a_packet_with_one_changed_byte_is_not_taken(packet: Packet, data: st.DataObject) -> None:
    raw = bytearray(encode(packet))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    decoder = Decoder()
    # The checksum leaves the address out: it is compared whole instead.
    assert packet not in decoder.feed(bytes(raw)) + decoder.silence()


@given(st.lists(st.binary(max_size=600), max_size=20))
def test_any_bytes_whatever_are_survived_and_little_of_them_is_kept(pieces: list[bytes]) -> None:
    decoder = Decoder()
    for piece in pieces:
        decoder.feed(piece)
    decoder.silence()
    assert decoder.silence() == []


@given(PACKETS, st.integers(0, ANY_ADDRESS - 1))
def test_another_sensors_packets_are_left_alone(packet: Packet, address: int) -> None:
    decoder = Decoder()
    assert decoder.feed(encode(packet, address)) + decoder.silence() == []


@pytest.mark.parametrize("size", [0, MAX_CONTENT_BYTES + 1])
def test_content_has_its_limits(size: int) -> None:
    with pytest.raises(ValueError, match="256"):
        encode(Packet(Kind.DATA, bytes(size)))
