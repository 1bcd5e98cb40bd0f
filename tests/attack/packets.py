"""Packets of the Pods of a node, taken from the node's network as they come out of the Pod: before any NetworkPolicy,
so that what is not seen here was never sent.

Of TCP only the packets that open or refuse a connection are kept; the rest would be the cluster's own talk.
"""

import ctypes
import os
import socket
import struct
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self

_ALL = 3  # linux/if_ether.h: ETH_P_ALL
_ATTACH_FILTER = 26  # asm/socket.h
_CLONE_NEWNET = 0x40000000
_OUTGOING = 4  # linux/if_packet.h

SYN, RST, ACK = 0x02, 0x04, 0x10

# Classic BPF: (code, jump if true, jump if false, constant). IPv6 whole; of IPv4 what is not TCP, and of TCP what
# carries SYN.
_FILTER = (
    (0x28, 0, 0, 12),  # ethertype
    (0x15, 6, 0, 0x86DD),  # IPv6: keep
    (0x15, 0, 6, 0x0800),  # neither: drop
    (0x30, 0, 0, 23),  # protocol
    (0x15, 0, 3, 6),  # not TCP: keep
    (0xB1, 0, 0, 14),  # length of the IP header
    (0x50, 0, 0, 27),  # flags of TCP
    (0x45, 0, 1, SYN),  # no SYN: drop
    (0x06, 0, 0, 0x40000),
    (0x06, 0, 0, 0),
)


@dataclass(frozen=True)
class Packet:
    source: str
    target: str
    protocol: int
    source_port: int
    target_port: int
    flags: int
    body: bytes
    outgoing: bool
    """Whether it left through the interface where it was seen."""


def enter_network(pid: int) -> None:
    """For the calling thread, which stays there."""
    fd = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(fd, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"entering the network of process {pid}")
    finally:
        os.close(fd)


class Packets:
    """Looks while it is open. `nodes`: a process of each."""

    def __init__(self, nodes: list[int]) -> None:
        self.seen: list[Packet] = []
        self._end = threading.Event()
        self._ready = threading.Barrier(len(nodes) + 1)
        self._threads = [
            threading.Thread(target=self._look_on, args=(pid,), name="packets", daemon=True) for pid in nodes
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, t: TracebackType | None) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    def of(self, address: str) -> list[Packet]:
        """To or from this Pod."""
        return [packet for packet in list(self.seen) if address and address in (packet.source, packet.target)]

    def carrying(self, word: str) -> list[Packet]:
        return [packet for packet in list(self.seen) if word.encode() in packet.body]

    def _look_on(self, node: int) -> None:
        enter_network(node)
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL)) as sniffer:
            program = b"".join(struct.pack("HBBI", *op) for op in _FILTER)
            buffer = ctypes.create_string_buffer(program)
            header = struct.pack("HL", len(_FILTER), ctypes.addressof(buffer))
            sniffer.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, header)
            sniffer.settimeout(0.2)
            self._ready.wait(10)
            while not self._end.is_set():
                try:
                    frame, (_, _, kind, _, _) = sniffer.recvfrom(2048)
                except TimeoutError:
                    continue
                if packet := _read(frame, outgoing=kind == _OUTGOING):
                    self.seen.append(packet)


def _read(frame: bytes, *, outgoing: bool) -> Packet | None:
    (kind,) = struct.unpack_from("!H", frame, 12)
    try:
        if kind == 0x86DD:
            source, target = (socket.inet_ntop(socket.AF_INET6, frame[at : at + 16]) for at in (22, 38))
            return Packet(source, target, frame[20], 0, 0, 0, frame[54:], outgoing)
        length, protocol = (frame[14] & 0xF) * 4, frame[23]
        source, target = socket.inet_ntoa(frame[26:30]), socket.inet_ntoa(frame[30:34])
        rest = frame[14 + length :]
        from_port, to_port = struct.unpack_from("!HH", rest) if protocol in (6, 17) else (0, 0)
        flags = rest[13] if protocol == 6 else 0
        return Packet(source, target, protocol, from_port, to_port, flags, rest, outgoing)
    except (struct.error, IndexError, ValueError):
        return None
