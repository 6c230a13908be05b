// SPDX-License-Identifier: BSL-1.0
/// \file
/// The system calls that `basic_udp` makes, one static function each, so that a test can put itself between the socket
/// and the kernel: derive from `system_calls` and hide the functions that shall misbehave.
#pragma once

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace quoin {

struct system_calls {
  static int socket(int family, int type, int protocol) noexcept { return ::socket(family, type, protocol); }
  static int bind(int fd, sockaddr const* address, socklen_t size) noexcept { return ::bind(fd, address, size); }
  static int getsockname(int fd, sockaddr* address, socklen_t* size) noexcept {
    return ::getsockname(fd, address, size);
  }
  static int setsockopt(int fd, int level, int name, void const* value, socklen_t size) noexcept {
    return ::setsockopt(fd, level, name, value, size);
  }
  static ssize_t sendmsg(int fd, msghdr const* message, int flags) noexcept { return ::sendmsg(fd, message, flags); }
  static int sendmmsg(int fd, mmsghdr* messages, unsigned count, int flags) noexcept {
    return ::sendmmsg(fd, messages, count, flags);
  }
  static int recvmmsg(int fd, mmsghdr* messages, unsigned count, int flags) noexcept {
    return ::recvmmsg(fd, messages, count, flags, nullptr);
  }
  static int ppoll(pollfd* fds, nfds_t count, timespec const* timeout) noexcept {
    return ::ppoll(fds, count, timeout, nullptr);
  }
  static int epoll_create() noexcept { return ::epoll_create1(EPOLL_CLOEXEC); }
  static int epoll_ctl(int fd, int operation, int target, epoll_event* event) noexcept {
    return ::epoll_ctl(fd, operation, target, event);
  }
  static int eventfd() noexcept { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
  static bool write_event(int fd) noexcept { return ::eventfd_write(fd, 1) == 0; }
  static bool read_event(int fd) noexcept {
    eventfd_t count = 0;
    return ::eventfd_read(fd, &count) == 0;
  }
  static int close(int fd) noexcept { return ::close(fd); }
};

}  // namespace quoin
