// SPDX-License-Identifier: BSL-1.0
/// \file
/// Datagrams over a UDP socket of Linux, in few system calls: trains out by UDP_SEGMENT, trains in by UDP_GRO and
/// recvmmsg, with ECN marks and local addresses both ways.
#pragma once

#include <quoin/io/detail/udp_receiver.hpp>
#include <quoin/io/detail/udp_sender.hpp>
#include <quoin/io/detail/wake_event.hpp>
#include <quoin/policy/io.hpp>

#include <algorithm>
#include <memory>
#include <vector>

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

/// One UDP socket, and more where a connection shall move to another address. `Calls` makes the system calls;
/// everything but a test uses `udp`.
///
/// A batch that `would_block` stays the caller's: nothing of it was taken. When the socket fills up amid a batch, the
/// rest is copied and kept here, the batch counts as sent, and the rest goes before anything else does: at the next
/// `send` or `receive`. IPv4 peers of a dual-stack socket have plain IPv4 addresses.
template <class Calls>
class basic_udp {
 public:
  using config = udp_config;
  static constexpr feature_set<io_feature> features =
      feature_set<io_feature>{io_feature::segmentation} | io_feature::ecn_marks | io_feature::local_addresses |
      io_feature::waking | io_feature::draining | io_feature::receive_errors;

  /// Throws `std::system_error`, as "cannot bind 127.0.0.1:4433: Address already in use".
  explicit basic_udp(config const& settings) : config_(settings), first_(settings), poll_(Calls::epoll_create()) {
    add(first_);
  }
  basic_udp(basic_udp const&) = delete;
  basic_udp& operator=(basic_udp const&) = delete;

  /// At most 64 KiB at a time, as `send_room` has.
  send_status send(outgoing const& batch) noexcept {
    auto& from = others_.empty() ? first_ : socket_for(batch.path.local);
    auto const status = from.sender.send(from.fd(), batch);
    set_blocked(from, status == send_status::would_block || from.sender.holds());
    return status;
  }
  [[nodiscard]] byte_span send_room() noexcept { return first_.sender.room(); }

  /// Up to 16 trains with one system call.
  std::span<arrival> receive() noexcept {
    waker_.clear();
    left_.clear();
    if (others_.empty()) return receive(first_);
    // Each in turn, so that a busy one cannot keep the others from being heard.
    for (std::size_t tries = 0; tries <= others_.size(); ++tries) {
      next_ = next_ >= others_.size() ? 0 : next_ + 1;
      auto const arrived = receive(next_ == 0 ? first_ : *others_[next_ - 1]);
      if (!arrived.empty()) return arrived;
    }
    return {};
  }

  /// Of several sockets, nobody knows before each was asked.
  [[nodiscard]] bool drained() const noexcept { return others_.empty() && first_.receiver.drained(); }

  /// Why a socket could not be asked; it is not watched until it can.
  [[nodiscard]] std::error_code receive_error() const noexcept { return {trouble(), std::system_category()}; }

  /// Returns early when a signal was handled, so that a handler can end a loop, and soon while a socket is not watched,
  /// for then nothing else would.
  void wait(duration timeout) noexcept {
    if (trouble() != 0) timeout = std::min<duration>(timeout, std::chrono::milliseconds{100});
    auto const left = std::max(timeout, duration::zero());
    auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    timespec const span{static_cast<time_t>(seconds.count()), static_cast<long>((left - seconds).count())};
    pollfd waited{poll_.get(), POLLIN, 0};
    ++waits_;
    Calls::ppoll(&waited, 1, timeout == duration::max() ? nullptr : &span);
  }

  /// Throws `std::system_error`.
  void allow_wake() {
    if (waker_.is_open()) return;
    if (!waker_.open() || !watch(waker_.fd(), EPOLL_CTL_ADD, EPOLLIN))
      detail::throw_socket_error("cannot be woken while waiting for datagrams at ", first_.socket.local);
  }
  /// For any thread, once it is allowed.
  void wake() noexcept { waker_.set(); }

  /// As bound: the port is known even if the system chose it; the IP may be the one that stands for all.
  [[nodiscard]] socket_address local_address() const noexcept { return first_.socket.local; }

  /// Opens one more socket, unless one that is open receives there anyway. Of no family: every address of the machine.
  socket_address open_local(socket_address const& local) {
    if (local.port != 0 && covers(first_, local)) return local;
    for (auto const& other : others_)
      if (local.port != 0 && covers(*other, local)) return local;
    auto settings = config_;
    settings.bind = local;
    auto opened = std::make_unique<bound>(settings);
    add(*opened);
    left_.reserve(left_.size() + others_.size() + 1);  // so that closing needs no memory
    others_.push_back(std::move(opened));
    return others_.back()->socket.local;
  }
  /// What has arrived there and is being read may be read to its end.
  void close_local(socket_address const& local) noexcept {
    auto const closed =
        std::partition(others_.begin(), others_.end(), [&](auto const& other) { return other->socket.local != local; });
    for (auto each = closed; each != others_.end(); ++each) {
      (*each)->socket.fd = {};
      left_.push_back(std::move(*each));
    }
    others_.erase(closed, others_.end());
  }

  /// For somebody else's event loop: polls readable when `receive` or a blocked `send` has something to do.
  [[nodiscard]] int native_handle() const noexcept { return poll_.get(); }

  /// Whether trains still leave with one call each; false once the kernel has refused.
  [[nodiscard]] bool segmentation() const noexcept { return first_.sender.segmentation(); }
  /// Whether the kernel may hand over trains.
  [[nodiscard]] bool receive_offload() const noexcept { return first_.socket.receive_offload; }

  /// Of the first socket.
  [[nodiscard]] udp_statistics statistics() const noexcept {
    return {first_.sender.calls(),     first_.receiver.calls(),     waits_,
            first_.sender.datagrams(), first_.receiver.datagrams(), first_.receiver.dropped()};
  }

 private:
  struct bound {
    explicit bound(config const& settings)
        : socket(detail::open_udp_socket<Calls>(settings)),
          sender(socket.is_v6, socket.local, settings),
          receiver(socket.local, socket.receive_offload) {}

    [[nodiscard]] int fd() const noexcept { return socket.fd.get(); }

    detail::udp_socket<Calls> socket;
    detail::udp_sender<Calls> sender;
    detail::udp_receiver<Calls> receiver;
    bool blocked = false;
    int trouble = 0;  // the error because of which it is not watched
  };

  static bool covers(bound const& open, socket_address const& local) noexcept {
    auto const& at = open.socket.local;
    return at.port == local.port && (at.ip == local.ip || at.ip == decltype(at.ip){});
  }

  bound& socket_for(socket_address const& local) noexcept {
    for (auto const& other : others_)
      if (covers(*other, local)) return *other;
    return first_;
  }

  std::span<arrival> receive(bound& at) noexcept {
    if (at.blocked) set_blocked(at, !at.sender.flush(at.fd()));
    auto const arrived = at.receiver.receive(at.fd());
    if (at.receiver.error() != 0 || at.trouble != 0) [[unlikely]]
      note_trouble(at, at.receiver.error());
    return arrived;
  }

  /// A socket that cannot be read stays readable: watched, it would end every wait at once.
  void note_trouble(bound& at, int error) noexcept {
    if (error != 0 && at.trouble == 0) watch(at.fd(), EPOLL_CTL_DEL, 0);
    bool const heard_again = error == 0 && (watch(at.fd(), EPOLL_CTL_ADD, events_of(at)) || errno == EEXIST);
    at.trouble = error != 0 ? error : heard_again ? 0 : errno;
  }

  [[nodiscard]] int trouble() const noexcept {
    for (auto const& other : others_)
      if (other->trouble != 0) return other->trouble;
    return first_.trouble;
  }

  void add(bound const& opened) {
    if (poll_.get() < 0 || !watch(opened.fd(), EPOLL_CTL_ADD, EPOLLIN))
      detail::throw_socket_error("cannot wait for datagrams at ", opened.socket.local);
  }

  bool watch(int fd, int operation, std::uint32_t events) noexcept {
    epoll_event event{};
    event.events = events;
    return Calls::epoll_ctl(poll_.get(), operation, fd, &event) == 0;
  }

  /// Room to send wakes us only while somebody waits for it.
  void set_blocked(bound& at, bool blocked) noexcept {
    if (blocked == at.blocked) return;
    at.blocked = blocked;
    if (at.trouble == 0) watch(at.fd(), EPOLL_CTL_MOD, events_of(at));
  }
  static std::uint32_t events_of(bound const& at) noexcept { return at.blocked ? EPOLLIN | EPOLLOUT : EPOLLIN; }

  config config_;
  bound first_;
  detail::descriptor<Calls> poll_;
  detail::wake_event<Calls> waker_;
  std::vector<std::unique_ptr<bound>> others_;
  std::vector<std::unique_ptr<bound>> left_;  // closed, with what the last `receive` may have returned
  std::size_t next_ = 0;                      // whose turn it was to be heard
  std::uint64_t waits_ = 0;
};

using udp = basic_udp<system_calls>;

}  // namespace quoin
