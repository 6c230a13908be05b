# SPDX-License-Identifier: BSL-1.0
"""A TCP flow of the kernel's whose packets we carry: two hosts, each a process in a network namespace of its own whose
only wire is a TUN device. Needs the right to make such namespaces."""

import array
import ctypes
import fcntl
import os
import signal
import socket
import struct
import time

SERVER, CLIENT = ("10.9.0.1", "10.9.0.2")
PORT = 5001
CLONE_NEWNET, PR_SET_PDEATHSIG = 0x40000000, 1
TUNSETIFF, IFF_TUN_NO_PI = 0x400454CA, 0x1001
SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK = 0x8914, 0x8916, 0x891C
UP = 0x41  # IFF_UP and IFF_RUNNING
NAME = b"wire"


def problem():
    """Why there can be no cross traffic here, or nothing."""
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return "a TCP flow beside it needs /dev/net/tun"
    child = os.fork()
    if child == 0:
        try:
            join_network(CLIENT)
        except OSError:
            os._exit(1)
        os._exit(0)
    return "a TCP flow beside it needs the right to make network namespaces" if os.waitpid(child, 0)[1] else None


def join_network(address):
    """Moves this process to a new network namespace and returns the wire that leads out of it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    wire = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(wire, TUNSETIFF, struct.pack("16sH22x", NAME, IFF_TUN_NO_PI))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for request, value in ((SIOCSIFADDR, address), (SIOCSIFNETMASK, "255.255.255.0")):
            fcntl.ioctl(control, request, struct.pack("16sHH4s8x", NAME, socket.AF_INET, 0, socket.inet_aton(value)))
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", NAME, UP))
    return wire


def send_for_ever():
    with socket.socket() as flow:
        flow.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
        while flow.connect_ex((CLIENT, PORT)) != 0:
            time.sleep(0.01)
        while True:
            flow.sendall(bytes(65536))


def receive_for_ever():
    with socket.socket() as listening:
        listening.bind((CLIENT, PORT))
        listening.listen()
        flow, _ = listening.accept()
        while flow.recv(65536):
            pass


def start_host(address, work):
    """The wire of a new host that does `work` until this process ends."""
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        try:
            wire = join_network(address)
            theirs.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [wire]))])
            os.close(wire)
            work()
        finally:
            os._exit(1)
    theirs.close()
    with ours:
        _, control, _, _ = ours.recvmsg(1, socket.CMSG_SPACE(4))
    if not control:
        raise OSError("a host of the TCP flow did not start")
    return array.array("i", control[0][2])[0]


def start():
    """The wires of two hosts, the first of which sends to the second for ever."""
    return start_host(SERVER, send_for_ever), start_host(CLIENT, receive_for_ever)
