# SPDX-License-Identifier: BSL-1.0
"""Programs that are started and ended, and the ports that they are given."""

import os
import signal
import socket
import subprocess
import time


class Process:
    """A program in a process group of its own, which is all that is ever ended."""

    def __init__(self, command, log):
        environment = {k: v for k, v in os.environ.items() if k not in ("SSLKEYLOGFILE", "QLOGDIR")}
        environment.update(command.environment)
        self.log = log
        with open(log, "wb") as out:
            self.process = subprocess.Popen(command.words, stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=subprocess.STDOUT, env=environment, start_new_session=True)

    def wait(self, seconds):
        """The exit code, or None when it had to be stopped."""
        try:
            return self.process.wait(max(0.1, seconds))
        except subprocess.TimeoutExpired:
            self.stop()
            return None

    def stop(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                break
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                continue
            if number == signal.SIGTERM and not group_is_alive(self.process.pid):
                break
        self.process.wait()

    def text(self):
        return self.log.read_text(errors="replace")


def group_is_alive(group):
    try:
        os.killpg(group, 0)
        return True
    except ProcessLookupError:
        return False


def free_port(host):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def answers_strangers(host, port, seconds, process):
    """Whether the server answers a packet of an unknown version, as RFC 9000 6 wants: then it is up."""
    question = b"\xc0WAIT\0\0" + bytes(1200)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.2)
        probe.connect((host, port))
        until = time.monotonic() + seconds
        while time.monotonic() < until and process.process.poll() is None:
            try:
                probe.send(question)
                answer = probe.recv(2048)
                return bool(answer[0] & 0x80) and answer[1:5] == bytes(4)
            except OSError:
                time.sleep(0.05)
    return False
