#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fetches by aioquic, over HTTP/0.9, beginning with a version that the server does not have: VERSION AUTHORITY FOLDER
URL... aioquic's own client cannot be told to."""

import asyncio
import pathlib
import sys
from urllib.parse import urlsplit

from aioquic.asyncio import QuicConnectionProtocol, connect
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import StreamDataReceived
from aioquic.quic.packet import QuicProtocolVersion


class Client(QuicConnectionProtocol):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.got, self.ended, self.changed = {}, set(), asyncio.Event()

    def quic_event_received(self, event):
        if isinstance(event, StreamDataReceived):
            self.got[event.stream_id] = self.got.get(event.stream_id, b"") + event.data
            if event.end_stream:
                self.ended.add(event.stream_id)
            self.changed.set()

    async def fetch(self, paths):
        streams = {}
        for path in paths:
            stream = self._quic.get_next_available_stream_id()
            streams[stream] = path
            self._quic.send_stream_data(stream, f"GET {path}\r\n".encode(), end_stream=True)
        while len(self.ended) < len(streams):
            self.changed.clear()
            self.transmit()
            await self.changed.wait()
        return {path: self.got[stream] for stream, path in streams.items()}


async def main(version, authority, folder, *urls):
    other = int(version, 0)
    configuration = QuicConfiguration(alpn_protocols=["hq-interop"], original_version=other,
                                      supported_versions=[other, QuicProtocolVersion.VERSION_1])
    configuration.load_verify_locations(authority)
    server = urlsplit(urls[0])
    async with connect(server.hostname, server.port, configuration=configuration, create_protocol=Client) as client:
        for path, content in (await client.fetch([urlsplit(url).path for url in urls])).items():
            (pathlib.Path(folder) / pathlib.PurePath(path).name).write_bytes(content)


asyncio.run(main(*sys.argv[1:]))
