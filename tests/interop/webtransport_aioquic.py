#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""A session of WebTransport (draft 2) by aioquic, run by webtransport.py: PORT AUTHORITY. Prints what came, as JSON."""

import asyncio
import json
import sys

from aioquic.asyncio import QuicConnectionProtocol, connect
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DatagramReceived, HeadersReceived, WebTransportStreamDataReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ProtocolNegotiated, StreamDataReceived

REQUEST = ((":method", "CONNECT"), (":scheme", "https"), (":authority", "localhost"), (":path", "/echo"),
           (":protocol", "webtransport"), ("sec-webtransport-http3-draft02", "1"))


class Client(QuicConnectionProtocol):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.http, self.said, self.both, self.changed = None, {}, None, asyncio.Event()

    def quic_event_received(self, event):
        if isinstance(event, ProtocolNegotiated):
            self.http = H3Connection(self._quic, enable_webtransport=True)
        # aioquic 1.3 does not remember that a stream in both directions that it opened is one of a session: it would
        # look for frames of HTTP/3 in what comes back.
        if isinstance(event, StreamDataReceived) and event.stream_id == self.both:
            self.hear("both", event.data)
        elif self.http:
            for happened in self.http.handle_event(event):
                self.take(happened)

    def take(self, event):
        if isinstance(event, HeadersReceived):
            self.said["status"] = dict(event.headers)[b":status"].decode()
        elif isinstance(event, DatagramReceived):
            self.hear("datagram", event.data)
        elif isinstance(event, WebTransportStreamDataReceived):
            self.hear("theirs" if event.stream_id % 4 == 1 else "one", event.data)
            if event.stream_id % 4 == 1 and not event.stream_ended:
                self._quic.send_stream_data(event.stream_id, b" me", end_stream=True)
        self.changed.set()

    def hear(self, what, data):
        self.said[what] = self.said.get(what, "") + data.decode()
        self.changed.set()

    async def until(self, done):
        while not done():
            self.changed.clear()
            self.transmit()
            await self.changed.wait()

    async def talk(self):
        session = self._quic.get_next_available_stream_id()
        self.http.send_headers(session, [(name.encode(), value.encode()) for name, value in REQUEST])
        await self.until(lambda: "status" in self.said)
        self.both = self.http.create_webtransport_stream(session)
        self._quic.send_stream_data(self.both, b"both ways", end_stream=True)
        one = self.http.create_webtransport_stream(session, is_unidirectional=True)
        self._quic.send_stream_data(one, b"one way", end_stream=True)
        self.http.send_datagram(session, b"a datagram")
        wanted = {"both": "both ways", "one": "one way", "datagram": "a datagram", "theirs": "who are you? me"}
        await self.until(lambda: all(self.said.get(name) == text for name, text in wanted.items()))


async def main(port, authority):
    configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, max_datagram_frame_size=65536)
    configuration.load_verify_locations(authority)
    async with connect("127.0.0.1", int(port), configuration=configuration, create_protocol=Client) as client:
        try:
            await asyncio.wait_for(client.talk(), 20)
        except asyncio.TimeoutError:
            pass
        print(json.dumps(client.said))


asyncio.run(main(*sys.argv[1:]))
