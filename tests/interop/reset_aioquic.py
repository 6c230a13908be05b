#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""A server of HTTP/0.9 by aioquic that answers packets of connections which it has forgotten with a stateless reset:
HOST PORT ROOT CERTIFICATE KEY IDLE_SECONDS. aioquic issues tokens, but never uses them itself."""

import asyncio
import os
import pathlib
import sys

from aioquic.asyncio import QuicConnectionProtocol
from aioquic.asyncio.server import QuicServer
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import StreamDataReceived


class Connection(QuicConnectionProtocol):
    root = None

    def quic_event_received(self, event):
        if isinstance(event, StreamDataReceived) and event.data.startswith(b"GET /"):
            path = self.root / event.data[5:].split()[0].decode()
            self._quic.send_stream_data(event.stream_id, path.read_bytes(), end_stream=True)


class Server(QuicServer):
    """Keeps the tokens that its connections issue."""

    def __init__(self, **named):
        super().__init__(**named)
        self.tokens = {}

    def datagram_received(self, data, addr):
        destination = data[1 : 1 + self._configuration.connection_id_length]
        if not data[0] & 0x80 and destination not in self._protocols and destination in self.tokens:
            return self._transport.sendto(self.reset(destination), addr)
        super().datagram_received(data, addr)
        for protocol in set(self._protocols.values()):
            self.tokens.update((one.cid, one.stateless_reset_token) for one in protocol._quic._host_cids)

    def reset(self, destination):
        """RFC 9000 10.3: looks like a short header and something unpredictable, and ends with the token."""
        noise = os.urandom(25)
        return bytes([noise[0] & 0x3F | 0x40]) + noise[1:] + self.tokens[destination]


async def main(host, port, root, certificate, key, idle):
    Connection.root = pathlib.Path(root)
    configuration = QuicConfiguration(is_client=False, alpn_protocols=["hq-interop"], idle_timeout=float(idle))
    configuration.load_cert_chain(certificate, key)
    await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Server(configuration=configuration, create_protocol=Connection), local_addr=(host, int(port)))
    await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))
