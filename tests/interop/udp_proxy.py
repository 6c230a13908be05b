#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""A UDP proxy that is a bad network on purpose, seeded, and writes down what it saw.

Prints its port, forwards between any number of clients and one server until it is told to stop (SIGTERM), and prints
how many datagrams were overtaken by later ones. A TCP flow can share the way with them.
"""

import argparse
import collections
import functools
import heapq
import itertools
import os
import random
import selectors
import signal
import socket
import struct
import sys
import time

sys.dont_write_bytecode = True

import cross_traffic
import loopback_watch
from capture import BESIDE, CORRUPTED, DROPPED, PASSED, RECORD, TO_CLIENT, TO_SERVER

HEADERS = 28  # of IPv4 and UDP
BUFFER = 4 << 20  # a burst must not be lost by accident: losses are ours to choose


class Fates:
    """Decides, for one direction, what becomes of each datagram. The same seed makes the same decisions."""

    def __init__(self, options, seed):
        self.options, self.random, self.row = options, random.Random(seed), 0

    def next(self, data):
        """The fate, the bytes to deliver and how many seconds later than others."""
        chance = self.random.random
        lost, hurt, late = (chance() < p for p in (self.options.loss, self.options.corrupt, self.options.reorder))
        place, flip = chance(), 1 << self.random.randrange(8)
        behind = self.options.reorder_ms / 1e3 * chance()
        self.row = self.row + 1 if lost and self.row < self.options.burst else 0
        if self.row:
            return DROPPED, data, 0.0
        # A Version Negotiation packet has no protection: one that was changed cannot be told from a true one.
        if hurt and not (data[0] & 0x80 and data[1:5] == bytes(4)):
            at = int(place * min(len(data), self.options.corrupt_within or len(data)))
            return CORRUPTED, data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :], 0.0
        return PASSED, data, behind if late else 0.0


class Wire:
    """One direction of a link: so many bits a second, and so many datagrams waiting for them."""

    def __init__(self, options):
        self.rate, self.places = options.rate_mbps * 1e6, options.queue
        self.leaving = collections.deque()

    def take(self, size, now):
        """When a datagram has left, or None when there is no place for it."""
        if not self.rate:
            return now
        while self.leaving and self.leaving[0] <= now:
            self.leaving.popleft()
        if self.places and len(self.leaving) >= self.places:
            return None
        at = (self.leaving[-1] if self.leaving else now) + (size + HEADERS) * 8 / self.rate
        self.leaving.append(at)
        return at


class Line:
    """What a client looks like to the server, until it looks different."""

    def __init__(self, made, path, until):
        self.socket, self.path, self.until = made, path, until

    def due_for_rebinding(self, now):
        return self.until is not None and now >= self.until


class Proxy:
    def __init__(self, options):
        self.options = options
        self.family = socket.AF_INET6 if ":" in options.server[0] else socket.AF_INET
        self.selector = selectors.DefaultSelector()
        self.front = self.make_socket()
        self.front.bind((options.listen, 0))
        self.selector.register(self.front, selectors.EVENT_READ, None)
        self.lines = {}  # client address -> Line
        self.paths, self.forgotten = 0, []
        self.wires = [Wire(options), Wire(options)]
        self.begun = None  # when the first datagram came
        self.counts = [0, 0]
        self.fates = [Fates(options, options.seed * 2 + direction) for direction in (TO_SERVER, TO_CLIENT)]
        self.waiting, self.order = [], itertools.count()
        self.last_delivered, self.overtaken = [-1, -1], 0
        self.capture = open(options.capture, "wb", buffering=1 << 20) if options.capture else None
        self.passed_to_client, self.hold_until = 0, None
        self.crossed = [0, 0]  # bytes of the TCP flow when the first datagram came, and when the last one did
        if options.cross_traffic:
            self.carry_cross_traffic()
        if options.watch:
            watching = loopback_watch.start()
            self.selector.register(watching, selectors.EVENT_READ, functools.partial(self.watch, watching))
        self.running = True

    def watch(self, watching):
        for to_server, mark, data in loopback_watch.datagrams(watching, self.options.watch):
            direction, now = TO_SERVER if to_server else TO_CLIENT, time.monotonic()
            self.capture.write(RECORD.pack(now, direction, PASSED, mark, BESIDE, len(data)))
            self.capture.write(data)

    def carry_cross_traffic(self):
        self.tcp_bytes = 0
        server, client = cross_traffic.start()
        for direction, wire, other in ((TO_CLIENT, server, client), (TO_SERVER, client, server)):
            self.selector.register(wire, selectors.EVENT_READ, functools.partial(self.carry, direction, wire, other))

    def carry(self, direction, wire, other):
        """One IP packet of the TCP flow: it waits in the same queues, and nothing else happens to it."""
        now, packet = time.monotonic(), os.read(wire, 65536)
        sent_at = self.wires[direction].take(len(packet) - HEADERS, now)
        if packet[0] >> 4 != 4 or sent_at is None:
            return
        if direction == TO_CLIENT:
            self.tcp_bytes += len(packet)
        entry = (sent_at + self.options.delay_ms / 1e3, next(self.order), direction,
                 lambda data, _: os.write(other, data), packet, 0)
        heapq.heappush(self.waiting, entry)

    def make_socket(self):
        made = socket.socket(self.family, socket.SOCK_DGRAM)
        for name in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            made.setsockopt(socket.SOL_SOCKET, name, BUFFER)
        if self.family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, 66, 1)  # IPV6_RECVTCLASS
        else:
            made.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
        made.setblocking(False)
        return made

    def line_of(self, client, now):
        if client not in self.lines:
            self.lines[client] = self.open_line(client, now)
        elif self.lines[client].due_for_rebinding(now):
            # As a NAT does that has forgotten. What is under way to the server still leaves from the old port; what comes
            # back to it is lost.
            old = self.lines[client]
            self.selector.unregister(old.socket)
            self.forgotten.append(old.socket)
            self.lines[client] = self.open_line(client, now)
        return self.lines[client]

    def open_line(self, client, now):
        made = self.make_socket()
        if self.options.rebind_address:
            made.bind((f"127.0.0.{2 + self.paths % 200}", 0))
        made.connect(self.options.server)
        self.selector.register(made, selectors.EVENT_READ, client)
        first = client not in self.lines
        seconds = self.options.rebind_first if first else self.options.rebind_every
        line = Line(made, self.paths % BESIDE, now + seconds if seconds else None)
        self.paths += 1
        return line

    def cut(self, direction, now):
        """Whether nothing gets through now, whatever its luck."""
        if direction == TO_SERVER and self.counts[TO_SERVER] in self.options.drop_to_server:
            return True
        on, off = self.options.blackhole_on, self.options.blackhole_off
        return bool(off) and (now - self.begun) % (on + off) >= on

    def handle(self, direction, data, mark, line, send, now):
        if self.options.cross_traffic:
            self.crossed = [self.crossed[0] if self.begun else self.tcp_bytes, self.tcp_bytes]
        self.begun = now if self.begun is None else self.begun
        self.counts[direction] += 1
        fate, delivered, behind = self.fates[direction].next(data)
        sent_at = now
        if fate != DROPPED:
            sent_at = None if self.cut(direction, now) else self.wires[direction].take(len(data), now)
            fate = DROPPED if sent_at is None else fate
        if self.capture:
            self.capture.write(RECORD.pack(now, direction, fate, mark, line.path, len(data)))
            self.capture.write(data)
        if fate == DROPPED:
            return
        due = sent_at + self.options.delay_ms / 1e3 + behind
        if direction == TO_SERVER and self.held(now):
            due = max(due, self.hold_until)
        if direction == TO_CLIENT:
            self.passed_to_client += len(data)
        entry = (due, next(self.order), direction, send, delivered, mark)
        if due <= now and not self.waiting:
            self.deliver(entry)
        else:
            heapq.heappush(self.waiting, entry)

    def held(self, now):
        """Whether the client's datagrams stay here for a while: then the server gives up before the client does."""
        if not self.options.hold_after:
            return False
        if self.hold_until is None and self.passed_to_client >= self.options.hold_after:
            self.hold_until = now + self.options.hold_seconds
        return self.hold_until is not None and now < self.hold_until

    def deliver(self, entry):
        _, number, direction, send, data, mark = entry
        self.overtaken += number < self.last_delivered[direction]
        self.last_delivered[direction] = max(number, self.last_delivered[direction])
        try:
            send(data, mark)
        except OSError:
            pass  # a full buffer, or nobody there: what UDP may always do

    def read(self, key):
        if callable(key.data):
            return key.data()
        for _ in range(64):
            try:
                data, control, _, client = key.fileobj.recvmsg(65536, 64)
            except OSError:
                return  # nothing now, or a line that is gone
            mark = self.mark_in(control)
            now = time.monotonic()
            if not data:
                continue
            if key.data is None:
                line = self.line_of(client, now)
                self.handle(TO_SERVER, data, mark, line, self.sender(line.socket), now)
            elif (line := self.lines[key.data]).socket is key.fileobj:
                self.handle(TO_CLIENT, data, mark, line, self.sender(self.front, key.data), now)

    def mark_in(self, control):
        for _, _, value in control:
            return value[0] & 3
        return 0

    def sender(self, through, to=None):
        level, kind = (socket.IPPROTO_IPV6, 67) if self.family == socket.AF_INET6 else (socket.IPPROTO_IP, socket.IP_TOS)
        address = (to,) if to else ()
        return lambda data, mark: through.sendmsg([data], [(level, kind, struct.pack("i", mark))], 0, *address)

    def run(self):
        while self.running:
            wait = max(0.0, self.waiting[0][0] - time.monotonic()) if self.waiting else 0.2
            for key, _ in self.selector.select(min(wait, 0.2)):
                self.read(key)
            now = time.monotonic()
            while self.waiting and self.waiting[0][0] <= now:
                self.deliver(heapq.heappop(self.waiting))
        if self.capture:
            self.capture.close()
        print(f"carried {self.crossed[1] - self.crossed[0]}\novertaken {self.overtaken}", flush=True)


def numbers(text):
    return tuple(int(number) for number in text.split(","))


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--listen", default="127.0.0.1", help="address to listen on, at a free port (%(default)s)")
    parser.add_argument("--server", required=True, help="ADDR:PORT to forward to, [ADDR]:PORT for IPv6")
    parser.add_argument("--capture", help="file for the datagrams that came, with their fates")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--loss", type=float, default=0.0, help="part of the datagrams that is dropped, 0 to 1")
    parser.add_argument("--burst", type=int, default=3, help="at most so many losses in a row (%(default)s)")
    parser.add_argument("--corrupt", type=float, default=0.0, help="part of the datagrams in which one bit is turned")
    parser.add_argument("--corrupt-within", type=int, default=0, help="only in the first so many bytes; 0: anywhere")
    parser.add_argument("--reorder", type=float, default=0.0, help="part of the datagrams that is held back a little")
    parser.add_argument("--reorder-ms", type=float, default=5.0, help="at most so long (%(default)s)")
    parser.add_argument("--delay-ms", type=float, default=0.0, help="every datagram takes so long")
    parser.add_argument("--rate-mbps", type=float, default=0.0, help="so many megabits a second each way; 0: no limit")
    parser.add_argument("--queue", type=int, default=0, help="datagrams that may wait for their turn; 0: no limit")
    parser.add_argument("--blackhole-on", type=float, default=0.0, help="so many seconds all is well ...")
    parser.add_argument("--blackhole-off", type=float, default=0.0, help="... and then nothing passes for so many")
    parser.add_argument("--drop-to-server", type=numbers, default=(), help="numbers of datagrams to drop, as 2,3,7")
    parser.add_argument("--rebind-first", type=float, default=0.0, help="a client gets another port after so long ...")
    parser.add_argument("--rebind-every", type=float, default=5.0, help="... and again each time so long has passed")
    parser.add_argument("--rebind-address", action="store_true", help="and another address (IPv4)")
    parser.add_argument("--hold-after", type=int, default=0, help="once so many bytes went to clients, hold theirs ...")
    parser.add_argument("--hold-seconds", type=float, default=0.0, help="... for so long")
    parser.add_argument("--cross-traffic", action="store_true",
                        help="a TCP flow (CUBIC) to the client's side on the same way; needs a --rate-mbps, and root")
    parser.add_argument("--watch", type=int, default=0,
                        help="write down what passes this port of loopback (IPv4), too, beside the proxy; needs root")
    options = parser.parse_args(arguments)
    host, port = options.server.rsplit(":", 1)
    options.server = (host.strip("[]"), int(port))
    return options


def main():
    proxy = Proxy(parse(sys.argv[1:]))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(proxy, "running", False))
    print(proxy.front.getsockname()[1], flush=True)
    proxy.run()


if __name__ == "__main__":
    main()
