# SPDX-License-Identifier: BSL-1.0
"""http3_pair.py SERVER CLIENT FOLDER: runs the HTTP/3 examples against each other over loopback."""

import pathlib
import signal
import subprocess
import sys

server_program, client_program, folder = sys.argv[1:]
trust = pathlib.Path(folder) / "http3_trust.pem"

server = subprocess.Popen([server_program, trust], stdout=subprocess.PIPE, text=True)
try:
    port = server.stdout.readline().strip()
    client = subprocess.run([client_program, trust, port, "/hello", "/again?x=1"], capture_output=True, text=True,
                            timeout=50)
    print(client.stdout, client.stderr)
    lines = sorted(client.stdout.splitlines())
    assert client.returncode == 0, f"the client ended with {client.returncode}"
    assert lines == ["You asked for /again?x=1", "You asked for /hello", "and posted this"], lines
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=20) == 0, "the server did not end well"
finally:
    server.kill()
