#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The "perf" protocol of draft-banks-quic-performance by aioquic, run by perf.py:

    server PORT CERTIFICATE KEY
    client PORT AUTHORITY DOWNLOAD UPLOAD STREAMS    prints what it sent and received, as JSON
"""

import asyncio
import json
import ssl
import sys

from aioquic.asyncio import QuicConnectionProtocol, connect, serve
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import StreamDataReceived

HEADER = 8  # the length of the wanted answer, big-endian, before what is uploaded


class Server(QuicConnectionProtocol):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.asked = {}

    def quic_event_received(self, event):
        if not isinstance(event, StreamDataReceived):
            return
        head = self.asked.setdefault(event.stream_id, bytearray())
        head += event.data[: HEADER - len(head)]
        if event.end_stream and event.stream_id % 4 == 0 and len(head) == HEADER:
            size = int.from_bytes(self.asked.pop(event.stream_id), "big")
            self._quic.send_stream_data(event.stream_id, bytes(size), end_stream=True)


class Client(QuicConnectionProtocol):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.received, self.ended, self.changed = 0, 0, asyncio.Event()

    def quic_event_received(self, event):
        if isinstance(event, StreamDataReceived):
            self.received += len(event.data)
            self.ended += event.end_stream
            self.changed.set()

    async def ask(self, download, upload, streams):
        for _ in range(streams):
            stream = self._quic.get_next_available_stream_id()
            self._quic.send_stream_data(stream, download.to_bytes(HEADER, "big") + bytes(upload), end_stream=True)
        while self.ended < streams:
            self.changed.clear()
            self.transmit()
            await self.changed.wait()
        return {"uploaded": streams * upload, "downloaded": self.received}


async def run_server(port, certificate, key):
    configuration = QuicConfiguration(is_client=False, alpn_protocols=["perf"], max_data=1 << 26, max_stream_data=1 << 24)
    configuration.load_cert_chain(certificate, key)
    await serve("127.0.0.1", int(port), configuration=configuration, create_protocol=Server)
    await asyncio.Event().wait()


async def run_client(port, authority, *numbers):
    configuration = QuicConfiguration(alpn_protocols=["perf"], verify_mode=ssl.CERT_REQUIRED, max_data=1 << 26,
                                      max_stream_data=1 << 24, server_name="localhost")
    configuration.load_verify_locations(authority)
    async with connect("127.0.0.1", int(port), configuration=configuration, create_protocol=Client) as client:
        print(json.dumps(await client.ask(*map(int, numbers))))


asyncio.run({"server": run_server, "client": run_client}[sys.argv[1]](*sys.argv[2:]))
