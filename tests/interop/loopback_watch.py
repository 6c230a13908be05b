# SPDX-License-Identifier: BSL-1.0
"""What passes a UDP port of loopback, seen by the kernel's own eye. Needs the right to look."""

import socket
import struct

EVERY_PROTOCOL, SOL_PACKET, PACKET_VNET_HDR, TO_THIS_HOST = 0x0003, 263, 15, 0
OFFLOAD = struct.Struct("<BBHHHH")  # flags, kind, size of headers, size of segments, checksum's place: virtio's header
ETHERNET, UDP = 14, 17


def problem():
    try:
        start().close()
    except OSError:
        return "watching another port needs root"
    return None


def start():
    watching = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERY_PROTOCOL))
    watching.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    watching.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    watching.bind(("lo", 0))
    watching.setblocking(False)
    return watching


def datagrams(watching, port):
    """(whether it goes to the port, ECN mark, payload) of those that came, cut as they were sent."""
    while True:
        try:
            seen, (_, _, kind, *_) = watching.recvfrom(1 << 17)
        except BlockingIOError:
            return
        packet = seen[OFFLOAD.size + ETHERNET :]
        # Each comes by twice, on its way out and on its way in.
        if kind != TO_THIS_HOST or len(packet) < 28 or packet[0] >> 4 != 4 or packet[9] != UDP:
            continue
        at = 4 * (packet[0] & 15)
        source, destination = struct.unpack_from(">HH", packet, at)
        if port not in (source, destination):
            continue
        data, segment = packet[at + 8 :], OFFLOAD.unpack_from(seen)[3]
        for begin in range(0, len(data), segment or len(data) or 1):
            yield destination == port, packet[1] & 3, data[begin : begin + segment] if segment else data
