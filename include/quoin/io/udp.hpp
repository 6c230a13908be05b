// SPDX-License-Identifier: BSL-1.0
/// \file
/// Datagrams over a UDP socket of Linux, in few system calls: trains out by UDP_SEGMENT, trains in by UDP_GRO and
/// recvmmsg, with ECN marks and local addresses both ways.
#pragma once

#include <quoin/io/detail/udp_receiver.hpp>
#include <quoin/io/detail/udp_sender.hpp>
#include <quoin/policy/io.hpp>

namespace quoin {

/// What a socket has done so far.
struct udp_statistics {
  std::uint64_t sends = 0;     ///< system calls
  std::uint64_t receives = 0;  ///< system calls, those that found nothing included
  std::uint64_t waits = 0;     ///< system calls
  std::uint64_t datagrams_sent = 0;
  std::uint64_t datagrams_received = 0;
  std::uint64_t arrivals_dropped = 0;  ///< what the kernel could not hand over whole
};

/// One UDP socket. `Calls` makes the system calls; everything but a test uses `udp`.
///
/// A batch that `would_block` stays the caller's: nothing of it was taken. When the socket fills up amid a batch, the
/// rest is copied and kept here, the batch counts as sent, and the rest goes before anything else does: at the next
/// `send` or `receive`. IPv4 peers of a dual-stack socket have plain IPv4 addresses.
template <class Calls>
class basic_udp {
 public:
  using config = udp_config;
  static constexpr feature_set<io_feature> features =
      feature_set<io_feature>{io_feature::segmentation} | io_feature::ecn_marks;

  /// Throws `std::system_error`, as "cannot bind 127.0.0.1:4433: Address already in use".
  explicit basic_udp(config const& settings)
      : socket_(detail::open_udp_socket<Calls>(settings)),
        poll_(Calls::epoll_create()),
        sender_(socket_.is_v6, socket_.local, settings),
        receiver_(socket_.local, socket_.receive_offload) {
    if (poll_.get() < 0 || !watch(EPOLL_CTL_ADD, EPOLLIN))
      detail::throw_socket_error("cannot wait for datagrams at ", socket_.local);
  }
  basic_udp(basic_udp const&) = delete;
  basic_udp& operator=(basic_udp const&) = delete;

  /// At most 64 KiB at a time, as `send_room` has.
  send_status send(outgoing const& batch) noexcept {
    auto const status = sender_.send(fd(), batch);
    set_blocked(status == send_status::would_block || sender_.holds());
    return status;
  }
  [[nodiscard]] byte_span send_room() noexcept { return sender_.room(); }

  /// Up to 16 trains with one system call.
  std::span<arrival> receive() noexcept {
    if (blocked_) set_blocked(!sender_.flush(fd()));
    return receiver_.receive(fd());
  }

  /// Returns early when a signal was handled, so that a handler can end a loop.
  void wait(duration timeout) noexcept {
    auto const left = std::max(timeout, duration::zero());
    auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    timespec const span{static_cast<time_t>(seconds.count()), static_cast<long>((left - seconds).count())};
    pollfd waited{poll_.get(), POLLIN, 0};
    ++waits_;
    Calls::ppoll(&waited, 1, timeout == duration::max() ? nullptr : &span);
  }

  /// As bound: the port is known even if the system chose it; the IP may be the one that stands for all.
  [[nodiscard]] socket_address local_address() const noexcept { return socket_.local; }

  /// For somebody else's event loop: polls readable when `receive` or a blocked `send` has something to do.
  [[nodiscard]] int native_handle() const noexcept { return poll_.get(); }

  /// Whether trains still leave with one call each; false once the kernel has refused.
  [[nodiscard]] bool segmentation() const noexcept { return sender_.segmentation(); }
  /// Whether the kernel may hand over trains.
  [[nodiscard]] bool receive_offload() const noexcept { return socket_.receive_offload; }

  [[nodiscard]] udp_statistics statistics() const noexcept {
    return {sender_.calls(),     receiver_.calls(),     waits_,
            sender_.datagrams(), receiver_.datagrams(), receiver_.dropped()};
  }

 private:
  [[nodiscard]] int fd() const noexcept { return socket_.fd.get(); }

  bool watch(int operation, std::uint32_t events) noexcept {
    epoll_event event{};
    event.events = events;
    return Calls::epoll_ctl(poll_.get(), operation, fd(), &event) == 0;
  }

  /// Room to send wakes us only while somebody waits for it.
  void set_blocked(bool blocked) noexcept {
    if (blocked == blocked_) return;
    blocked_ = blocked;
    watch(EPOLL_CTL_MOD, blocked ? EPOLLIN | EPOLLOUT : EPOLLIN);
  }

  detail::udp_socket<Calls> socket_;
  detail::descriptor<Calls> poll_;
  detail::udp_sender<Calls> sender_;
  detail::udp_receiver<Calls> receiver_;
  bool blocked_ = false;
  std::uint64_t waits_ = 0;
};

using udp = basic_udp<system_calls>;

}  // namespace quoin
