#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""WebTransport between a server of ours (webtransport_server.cpp) and headless Chromium, in each draft that the browser
speaks, or aioquic. Skipped with a word where it is not installed."""

import json
import os
import shutil
import subprocess
import types
import unittest

import web
import endpoints
from processes import Process, answers_strangers, free_port

SERVER = os.environ["QUOIN_WEBTRANSPORT_SERVER"]

# What it does not await for itself is awaited by a request that is never answered: else the browser would think that
# the page is done.
PAGE = """<!doctype html><html><head><title>page</title></head><body><p id="said">nothing yet</p>
<script type="module">
const held = new AbortController();
fetch('never', {signal: held.signal}).catch(() => {});
const encoded = text => new TextEncoder().encode(text);
const text = async readable => await new Response(readable).text();
const next = async readable => { const reader = readable.getReader(); const got = await reader.read();
                                 reader.releaseLock(); return got.value; };
const send = async (writable, bytes) => { const writer = writable.getWriter(); await writer.write(bytes);
                                          await writer.close(); };
const digest = async bytes => [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].join();
const said = {};
try {
  const session = new WebTransport(location.origin + '/echo');
  await session.ready;

  const both = await session.createBidirectionalStream();
  await send(both.writable, encoded('both ways'));
  said.both = await text(both.readable);

  await send(await session.createUnidirectionalStream(), encoded('one way'));
  said.one = await text(await next(session.incomingUnidirectionalStreams));

  await session.datagrams.writable.getWriter().write(encoded('a datagram'));
  said.datagram = new TextDecoder().decode(await next(session.datagrams.readable));

  const theirs = await next(session.incomingBidirectionalStreams);
  await send(theirs.writable, encoded(' me'));
  said.theirs = await text(theirs.readable);

  const all = new Uint8Array(3000000).map((_, at) => at % 251);
  const large = await session.createBidirectionalStream();
  const [back] = await Promise.all([new Response(large.readable).arrayBuffer(), send(large.writable, all)]);
  said.large = await digest(back) === await digest(all);

  const broken = await session.createBidirectionalStream();
  const writer = broken.writable.getWriter();
  await writer.write(encoded('x'));
  await next(broken.readable);
  await writer.abort(new WebTransportError({streamErrorCode: 42}));
  said.reset = await next(broken.readable).catch(error => error.streamErrorCode);

  session.close({closeCode: 17, reason: 'enough'});
  await session.closed;
  said.bye = await new WebTransport(location.origin + '/bye').closed;
} catch (error) {
  said.error = String(error);
}
document.getElementById('said').textContent = 'SAID' + JSON.stringify(said) + 'DIAS';
held.abort();
</script></body></html>"""


class Served(web.WebTest):
    def start_server(self):
        page, port = self.folder / "page.html", free_port("127.0.0.1")
        page.write_text(PAGE)
        command = endpoints.Command(SERVER, port, endpoints.PKI / "leaf.pem", endpoints.readable_key(self.folder), page)
        server = Process(command, self.work / "server.log")
        self.addCleanup(server.stop)
        self.assertTrue(answers_strangers("127.0.0.1", port, 10, server), server.text())
        return server, types.SimpleNamespace(port=port)


class Chromium(web.Browser, Served):
    def test_streams_and_datagrams_go_both_ways(self):
        for draft, arguments in (("2", ()), ("7", ("--enable-features=EnableWebTransportDraft07",))):
            with self.subTest(f"draft {draft}"):
                server, address = self.start_server()
                said = self.said_by(self.chromium(address, "", *arguments))
                self.assertNotIn("error", said)
                self.assertEqual(said["both"], "both ways")
                self.assertEqual(said["one"], "one way")
                self.assertEqual(said["datagram"], "a datagram")
                self.assertEqual(said["theirs"], "who are you? me")
                self.assertTrue(said["large"])
                self.assertEqual(said.get("reset"), 42)
                self.assertEqual(said["bye"], {"closeCode": 5, "reason": "good bye"})
                self.assertIn("/echo closed 17 enough", server.text())
                self.assertIn("/bye closed 5 good bye", server.text())


class Aioquic(Served):
    @classmethod
    def setUpClass(cls):
        if reason := endpoints.why_no_aioquic_python():
            raise unittest.SkipTest(reason)

    def test_streams_and_datagrams_go_both_ways(self):
        server, address = self.start_server()
        client = shutil.copy(web.HERE / "webtransport_aioquic.py", self.work)  # where a peer's Python can read it
        done = subprocess.run([*endpoints.aioquic_python(), client, str(address.port), endpoints.PKI / "ca.pem"], capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr + server.text())
        self.assertEqual(json.loads(done.stdout), {"status": "200", "both": "both ways", "one": "one way",
                                                   "datagram": "a datagram", "theirs": "who are you? me"})


if __name__ == "__main__":
    web.main()
