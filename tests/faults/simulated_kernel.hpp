// SPDX-License-Identifier: BSL-1.0
/// \file
/// The part of a kernel that UDP sockets need, in memory, behind the seam that `basic_udp` has for its system calls.
/// Any of them fails as a test says. One kernel lives at a time in a thread.
#pragma once

#include <quoin/io/detail/control_messages.hpp>
#include <quoin/io/detail/system_calls.hpp>
#include <quoin/io/faulty_io.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace quoin::testing {

/// Those that can fail, by what they are for.
enum class system_call : std::uint8_t { open, configure, send, receive, watch };
inline constexpr std::size_t system_call_count = 5;

inline constexpr int fills_up = 0;

/// The `at`-th call of its kind by one side, counted from 0, says `error`; with `for_good`, all that follow do, too.
struct failing_call {
  role side = role::client;
  system_call which = system_call::send;
  std::uint64_t at = 0;
  int error = 0;  ///< `fills_up`, of a send: one datagram is taken, and the next call would block
  bool for_good = false;
};

class simulated_kernel {
 public:
  struct packet {
    socket_address from;
    std::vector<std::uint8_t> bytes;
    ecn mark = ecn::not_ect;
  };

  simulated_kernel() { current_ = this; }
  simulated_kernel(simulated_kernel const&) = delete;
  simulated_kernel& operator=(simulated_kernel const&) = delete;
  ~simulated_kernel() { current_ = nullptr; }
  static simulated_kernel& current() { return *current_; }

  /// Whose calls the next ones are.
  role acting = role::client;
  /// Which call fails, until nothing does.
  std::optional<failing_call> failing{};
  bool failed = false;        ///< it has
  bool segments = true;       ///< it, or the card, cuts trains
  std::size_t mistakes = 0;   ///< calls that name no descriptor of ours
  std::uint64_t carried = 0;  ///< datagrams that left

  /// What a network does to the n-th datagram of a side: `drop` and `duplicate`.
  std::array<std::vector<io_fault_at>, 2> on_the_way{};
  /// A NAT shows `inside` as `outside`; what others send to any earlier address is lost.
  socket_address inside{};
  socket_address outside{};

  [[nodiscard]] std::uint64_t calls(role side, system_call which) const {
    return calls_[index_of(side)][index_of(which)];
  }
  [[nodiscard]] std::size_t open_descriptors() const { return sockets_.size() + others_.size(); }
  /// Whether something has arrived that somebody can fetch.
  [[nodiscard]] bool holds_arrivals() const {
    if (failing && failing->for_good && failing->which == system_call::receive) return false;
    for (auto const& [fd, each] : sockets_)
      if (!each.arrived.empty()) return true;
    return false;
  }

  // ---- the calls

  int socket(int family) {
    if (fails(system_call::open)) return -1;
    sockets_[++newest_].is_v6 = family == AF_INET6;
    return newest_;
  }
  int bind(int fd, sockaddr const* address, socklen_t size) {
    if (fails(system_call::open)) return -1;
    auto wanted = quoin::detail::from_kernel(address, size);
    if (wanted.port == 0) wanted.port = ++newest_port_;
    for (auto const& [other, each] : sockets_)
      if (each.at == wanted) return error(EADDRINUSE);
    find(fd).at = wanted;
    return 0;
  }
  int getsockname(int fd, sockaddr* address, socklen_t* size) {
    if (fails(system_call::open)) return -1;
    quoin::detail::kernel_address raw{};
    *size = quoin::detail::to_kernel(find(fd).at, find(fd).is_v6, raw);
    std::memcpy(address, &raw, *size);
    return 0;
  }
  int setsockopt(int fd, int level, int name) {
    static_cast<void>(find(fd));
    if (fails(system_call::configure)) return -1;
    return level == SOL_UDP && name == UDP_GRO ? error(ENOPROTOOPT) : 0;
  }
  ssize_t sendmsg(int fd, msghdr const& message) {
    if (fails(system_call::send) && errno != fills_up) return -1;
    return take(find(fd), message);
  }
  int sendmmsg(int fd, mmsghdr* messages, unsigned count) {
    if (std::exchange(is_full_[index_of(acting)], false)) return error(EAGAIN);
    if (fails(system_call::send)) {
      if (errno != fills_up) return -1;
      is_full_[index_of(acting)] = count > 1;
      count = 1;
    }
    for (unsigned i = 0; i < count; ++i)
      messages[i].msg_len = static_cast<unsigned>(take(find(fd), messages[i].msg_hdr));
    return static_cast<int>(count);
  }
  int recvmmsg(int fd, mmsghdr* messages, unsigned count) {
    if (fails(system_call::receive)) return -1;
    auto& waiting = find(fd).arrived;
    unsigned filled = 0;
    for (; filled < count && !waiting.empty(); ++filled, waiting.pop_front())
      hand_over(waiting.front(), find(fd).is_v6, messages[filled]);
    return filled == 0 ? error(EAGAIN) : static_cast<int>(filled);
  }
  int epoll_create() {
    if (fails(system_call::watch)) return -1;
    others_[++newest_].side = acting;
    return newest_;
  }
  int epoll_ctl(int fd, int operation, int target, std::uint32_t events) {
    if (!others_.contains(fd)) ++mistakes;
    static_cast<void>(find(target));
    if (fails(system_call::watch)) return -1;
    auto& watched = others_[fd].watched;
    if (operation != EPOLL_CTL_ADD && !watched.contains(target)) return error(ENOENT);
    if (operation == EPOLL_CTL_ADD && watched.contains(target)) return error(EEXIST);
    if (operation == EPOLL_CTL_DEL)
      watched.erase(target);
    else
      watched[target] = events;
    return 0;
  }
  /// Whether a wait of that side would end at once, because something is there or because an error is.
  [[nodiscard]] bool wakes(role side) const {
    bool const broken =
        failing && failed && failing->for_good && failing->side == side && failing->which == system_call::receive;
    for (auto const& [fd, each] : others_)
      for (auto const& [target, events] : each.watched) {
        auto const found = sockets_.find(target);
        if (each.side != side || found == sockets_.end()) continue;
        if (broken || (events & EPOLLOUT) != 0 || !found->second.arrived.empty()) return true;
      }
    return false;
  }
  int close(int fd) {
    if (sockets_.erase(fd) + others_.erase(fd) == 0) ++mistakes;
    return 0;
  }

 private:
  struct open_socket {
    socket_address at;
    bool is_v6 = false;
    std::deque<packet> arrived;
  };

  static int error(int number) {
    errno = number;
    return -1;
  }

  bool fails(system_call which) {
    auto const number = calls_[index_of(acting)][index_of(which)]++;
    if (!failing || failing->side != acting || failing->which != which) return false;
    if (number != failing->at && !(failing->for_good && number > failing->at)) return false;
    failed = true;
    errno = failing->error;
    return true;
  }

  open_socket& find(int fd) {
    auto const found = sockets_.find(fd);
    if (found != sockets_.end()) return found->second;
    ++mistakes;
    return nobodys_;
  }

  /// One message's bytes, cut as it says, on their way.
  ssize_t take(open_socket& from, msghdr const& message) {
    auto const to = quoin::detail::from_kernel(static_cast<sockaddr const*>(message.msg_name), message.msg_namelen);
    byte_view rest{static_cast<std::uint8_t const*>(message.msg_iov->iov_base), message.msg_iov->iov_len};
    auto const size = rest.size();
    auto segment = size;
    packet one{from.at, {}, ecn::not_ect};
    auto header = message;
    for (auto* each = CMSG_FIRSTHDR(&header); each != nullptr; each = CMSG_NXTHDR(&header, each)) {
      if (each->cmsg_level == SOL_UDP && each->cmsg_type == UDP_SEGMENT && !segments) return error(EIO);
      if (each->cmsg_level == SOL_UDP && each->cmsg_type == UDP_SEGMENT)
        segment = quoin::detail::control_value<std::uint16_t>(*each, CMSG_DATA(each));
      if (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_TOS)
        one.mark = static_cast<ecn>(quoin::detail::control_value<int>(*each, CMSG_DATA(each)) & 3);
    }
    for (; !rest.empty(); rest = rest.subspan(one.bytes.size())) {
      auto const next = rest.first(std::min(segment, rest.size()));
      one.bytes.assign(next.begin(), next.end());
      carry(one, to);
    }
    return static_cast<ssize_t>(size);
  }

  void carry(packet one, socket_address to) {
    auto const number = sent_[index_of(acting)]++;
    ++carried;
    int copies = 1;
    for (auto const& each : on_the_way[index_of(acting)])
      if (each.index == number) copies = each.fault == io_fault::drop ? 0 : 2;
    if (inside != outside) {
      if (to == inside) return;
      if (to == outside) to = inside;
      if (one.from == inside) one.from = outside;
    }
    for (auto& [fd, each] : sockets_)
      if (each.at == to)
        for (int i = 0; i < copies; ++i) each.arrived.push_back(one);
  }

  static void hand_over(packet const& one, bool is_v6, mmsghdr& into) {
    auto& header = into.msg_hdr;
    auto const size = std::min(one.bytes.size(), header.msg_iov->iov_len);
    std::memcpy(header.msg_iov->iov_base, one.bytes.data(), size);
    into.msg_len = static_cast<unsigned>(size);
    header.msg_flags = size < one.bytes.size() ? MSG_TRUNC : 0;
    quoin::detail::kernel_address raw{};
    header.msg_namelen = quoin::detail::to_kernel(one.from, is_v6, raw);
    std::memcpy(header.msg_name, &raw, header.msg_namelen);
    auto* const control = CMSG_FIRSTHDR(&header);
    control->cmsg_level = IPPROTO_IP;
    control->cmsg_type = IP_TOS;
    control->cmsg_len = CMSG_LEN(sizeof(std::uint8_t));
    *CMSG_DATA(control) = static_cast<std::uint8_t>(one.mark);
    header.msg_controllen = CMSG_SPACE(sizeof(std::uint8_t));
  }

  static inline thread_local simulated_kernel* current_ = nullptr;
  std::map<int, open_socket> sockets_;
  struct watch_list {
    role side = role::client;
    std::map<int, std::uint32_t> watched;
  };
  std::map<int, watch_list> others_;
  open_socket nobodys_;
  int newest_ = 1'000;
  std::uint16_t newest_port_ = 40'000;
  std::array<std::array<std::uint64_t, system_call_count>, 2> calls_{};
  std::array<std::uint64_t, 2> sent_{};
  std::array<bool, 2> is_full_{};
};

/// For `basic_udp`.
struct simulated_calls {
  static simulated_kernel& kernel() { return simulated_kernel::current(); }
  static int socket(int family, int, int) noexcept { return kernel().socket(family); }
  static int bind(int fd, sockaddr const* address, socklen_t size) noexcept { return kernel().bind(fd, address, size); }
  static int getsockname(int fd, sockaddr* address, socklen_t* size) noexcept {
    return kernel().getsockname(fd, address, size);
  }
  static int setsockopt(int fd, int level, int name, void const*, socklen_t) noexcept {
    return kernel().setsockopt(fd, level, name);
  }
  static ssize_t sendmsg(int fd, msghdr const* message, int) noexcept { return kernel().sendmsg(fd, *message); }
  static int sendmmsg(int fd, mmsghdr* messages, unsigned count, int) noexcept {
    return kernel().sendmmsg(fd, messages, count);
  }
  static int recvmmsg(int fd, mmsghdr* messages, unsigned count, int) noexcept {
    return kernel().recvmmsg(fd, messages, count);
  }
  static int ppoll(pollfd*, nfds_t, timespec const*) noexcept { return 0; }
  static int epoll_create() noexcept { return kernel().epoll_create(); }
  static int epoll_ctl(int fd, int operation, int target, epoll_event* event) noexcept {
    return kernel().epoll_ctl(fd, operation, target, event->events);
  }
  /// Nobody wakes anybody: there is one thread.
  static int eventfd() noexcept { return -1; }
  static bool write_event(int) noexcept { return false; }
  static bool read_event(int) noexcept { return false; }
  static int close(int fd) noexcept { return kernel().close(fd); }
};

}  // namespace quoin::testing
