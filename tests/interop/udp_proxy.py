#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""A UDP proxy that is a bad network on purpose, seeded, and writes down what it saw.

Prints its port, forwards between any number of clients and one server until it is told to stop (SIGTERM), and prints
how many datagrams were overtaken by later ones.
"""

import argparse
import heapq
import itertools
import random
import selectors
import signal
import socket
import sys
import time

sys.dont_write_bytecode = True

from capture import CORRUPTED, DROPPED, PASSED, RECORD, TO_CLIENT, TO_SERVER

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


class Proxy:
    def __init__(self, options):
        self.options = options
        self.family = socket.AF_INET6 if ":" in options.server[0] else socket.AF_INET
        self.selector = selectors.DefaultSelector()
        self.front = self.make_socket()
        self.front.bind((options.listen, 0))
        self.selector.register(self.front, selectors.EVENT_READ, None)
        self.lines = {}  # client address -> socket towards the server
        self.rebind_at, self.rebindings, self.forgotten = None, 0, []
        self.fates = [Fates(options, options.seed * 2 + direction) for direction in (TO_SERVER, TO_CLIENT)]
        self.waiting, self.order = [], itertools.count()
        self.last_delivered, self.overtaken = [-1, -1], 0
        self.capture = open(options.capture, "wb", buffering=1 << 20) if options.capture else None
        self.passed_to_client, self.hold_until = 0, None
        self.free_at = [0.0, 0.0]  # when each direction has carried what it took
        self.running = True

    def make_socket(self):
        made = socket.socket(self.family, socket.SOCK_DGRAM)
        for name in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            made.setsockopt(socket.SOL_SOCKET, name, BUFFER)
        made.setblocking(False)
        return made

    def line_of(self, client):
        if client not in self.lines:
            line = self.make_socket()
            if self.options.rebind_address and self.rebindings:
                line.bind((f"127.0.0.{2 + self.rebindings % 250}", 0))
            line.connect(self.options.server)
            self.selector.register(line, selectors.EVENT_READ, client)
            self.lines[client] = line
        return self.lines[client]

    def rebind(self, now):
        """What a NAT does that has forgotten: from now on the same clients have other ports, or addresses."""
        if not self.options.rebind_first or not self.lines:
            return
        if self.rebind_at is None:
            self.rebind_at = now + self.options.rebind_first
        if now < self.rebind_at:
            return
        self.rebind_at = now + self.options.rebind_every
        self.rebindings += 1
        for line in self.lines.values():
            self.selector.unregister(line)
        # What is under way to the server still leaves from the old ports; what comes back to them is lost.
        self.forgotten += self.lines.values()
        self.lines.clear()

    def handle(self, direction, data, send, now, port):
        fate, delivered, behind = self.fates[direction].next(data)
        if self.capture:
            self.capture.write(RECORD.pack(now, direction, fate, port, len(data)))
            self.capture.write(data)
        if fate == DROPPED:
            return
        due = now + self.options.delay_ms / 1e3 + behind
        if self.options.rate_kb:
            self.free_at[direction] = max(self.free_at[direction], now) + len(data) / (self.options.rate_kb * 1e3)
            due += self.free_at[direction] - now
        if direction == TO_SERVER and self.held(now):
            due = max(due, self.hold_until)
        if direction == TO_CLIENT:
            self.passed_to_client += len(data)
        entry = (due, next(self.order), direction, send, delivered)
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
        _, number, direction, send, data = entry
        self.overtaken += number < self.last_delivered[direction]
        self.last_delivered[direction] = max(number, self.last_delivered[direction])
        try:
            send(data)
        except OSError:
            pass  # a full buffer, or nobody there: what UDP may always do

    def read(self, key):
        for _ in range(64):
            try:
                if key.data is None:
                    data, client = self.front.recvfrom(65536)
                else:
                    data, client = key.fileobj.recv(65536), key.data
            except OSError:
                return
            now = time.monotonic()
            if not data:
                continue
            if key.data is None:
                line = self.line_of(client)
                self.handle(TO_SERVER, data, line.send, now, line.getsockname()[1])
            else:
                port = key.fileobj.getsockname()[1]
                self.handle(TO_CLIENT, data, lambda d, to=client: self.front.sendto(d, to), now, port)

    def run(self):
        while self.running:
            wait = max(0.0, self.waiting[0][0] - time.monotonic()) if self.waiting else 0.2
            ready = self.selector.select(min(wait, 0.2))
            self.rebind(time.monotonic())
            for key, _ in ready:
                if key.data is None or self.lines.get(key.data) is key.fileobj:
                    self.read(key)
            now = time.monotonic()
            while self.waiting and self.waiting[0][0] <= now:
                self.deliver(heapq.heappop(self.waiting))
        if self.capture:
            self.capture.close()
        print(f"overtaken {self.overtaken}", flush=True)


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
    parser.add_argument("--hold-after", type=int, default=0, help="once so many bytes went to clients, hold theirs ...")
    parser.add_argument("--hold-seconds", type=float, default=0.0, help="... for so long")
    parser.add_argument("--rate-kb", type=float, default=0.0, help="carry so many kilobytes a second; 0: any number")
    parser.add_argument("--rebind-first", type=float, default=0.0, help="change clients' ports after so many seconds ...")
    parser.add_argument("--rebind-every", type=float, default=5.0, help="... and then so often (%(default)s)")
    parser.add_argument("--rebind-address", action="store_true", help="change their addresses too (IPv4 loopback)")
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
