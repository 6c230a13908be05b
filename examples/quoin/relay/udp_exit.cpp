// SPDX-License-Identifier: BSL-1.0
#include "udp_exit.hpp"

#include "../failure.hpp"

#include <quoin/io/detail/kernel_address.hpp>

#include <array>
#include <cerrno>

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace tool::relay {
namespace {

namespace udp = quoin::http3::connect_udp;
using std::chrono::steady_clock;

/// Of one socket before the others get their turn.
constexpr int datagrams_a_turn = 32;

/// RFC 9298 3.1: packets go whole or not at all, with DF in IPv4. ECN is left alone, which is Not-ECT (RFC 9298 6.2).
bool forbid_fragments(int fd, quoin::address_family family) {
  if (family == quoin::address_family::v4) {
    int const always = IP_PMTUDISC_DO;
    return ::setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &always, sizeof always) == 0;
  }
  int const always = IPV6_PMTUDISC_DO;
  return ::setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &always, sizeof always) == 0;
}

udp::relay_error problem(int error) {
  auto const kind = [error] {
    switch (error) {
      case EMFILE:
      case ENFILE:
      case ENOBUFS:
      case ENOMEM: return udp::proxy_error::connection_limit_reached;
      case ENETUNREACH:
      case EHOSTUNREACH:
      case EADDRNOTAVAIL:
      case EAFNOSUPPORT: return udp::proxy_error::destination_ip_unroutable;
      case EACCES:
      case EPERM: return udp::proxy_error::destination_ip_prohibited;
      default: return udp::proxy_error::proxy_internal_error;
    }
  }();
  return {kind, reason_of(error)};
}

/// What the system says of a socket that can be used again later; all else is an ICMP message or worse.
bool is_momentary(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == EMSGSIZE || error == ENOBUFS ||
         error == ENOMEM;
}

}  // namespace

struct udp_exit::line {
  descriptor socket;
  udp::tunnel* tunnel;
  steady_clock::time_point used = steady_clock::now();

  /// RFC 9298 3.1: a socket that is of no use takes the tunnel with it.
  void give_up() { tunnel->abort(quoin::http3::error_code::connect_error); }

  void send(quoin::byte_view payload) {
    used = steady_clock::now();
    // What does not fit into a packet, or not into the socket's buffer, is dropped, as on any network.
    if (::send(socket.get(), payload.data(), payload.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && !is_momentary(errno))
      give_up();
  }
};

udp_exit::udp_exit(steady_clock::duration idle)
    : poll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      idle_(idle),
      room_(65536),
      names_([this] {
        std::uint64_t const one = 1;
        static_cast<void>(::write(wake_.get(), &one, sizeof one));
      }) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (!poll_.valid() || !wake_.valid() || ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0)
    throw failure("cannot watch sockets for CONNECT-UDP: " + reason_of(errno));
}

udp_exit::~udp_exit() = default;

udp::relay udp_exit::callables() {
  udp::relay made;
  made.resolve = [this](udp::target const& named, resolver::answer told) { names_.ask(named, std::move(told)); };
  made.open = [this](quoin::socket_address const& to, udp::tunnel& tunnel) { return open(to, tunnel); };
  return made;
}

udp_exit::opened udp_exit::open(quoin::socket_address const& to, udp::tunnel& tunnel) {
  bool const v6 = to.family == quoin::address_family::v6;
  descriptor made{::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  quoin::detail::kernel_address raw{};
  auto const size = quoin::detail::to_kernel(to, v6, raw);
  // Connected, so that the system lets nobody else's packets in.
  if (!made.valid() || !forbid_fragments(made.get(), to.family) || ::connect(made.get(), &raw.any, size) != 0)
    return quoin::unexpected{problem(errno)};
  auto owned = std::make_unique<line>(line{std::move(made), &tunnel});
  auto* const one = owned.get();
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = one;
  if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, one->socket.get(), &event) != 0) return quoin::unexpected{problem(errno)};
  lines_.emplace(one, std::move(owned));
  return udp::flow{[one](quoin::byte_view payload) { one->send(payload); }, [this, one] { forget(one); }};
}

void udp_exit::forget(line* gone) {
  auto found = lines_.extract(gone);
  if (found.empty()) return;
  found.mapped()->socket = {};
  forgotten_.push_back(std::move(found.mapped()));
}

void udp_exit::read(line& from) {
  for (int i = 0; i < datagrams_a_turn; ++i) {
    auto const got = ::recv(from.socket.get(), room_.data(), room_.size(), MSG_DONTWAIT);
    if (got < 0) {
      if (!is_momentary(errno)) from.give_up();
      return;
    }
    from.used = steady_clock::now();
    // RFC 9298 6.1: what does not fit is dropped.
    static_cast<void>(from.tunnel->send(quoin::byte_view{room_}.first(static_cast<std::size_t>(got))));
  }
}

void udp_exit::service() {
  std::array<epoll_event, 64> events{};
  auto const count = ::epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    auto* const one = static_cast<line*>(events[static_cast<std::size_t>(i)].data.ptr);
    if (one != nullptr) {
      if (lines_.contains(one)) read(*one);
      continue;
    }
    std::uint64_t rings = 0;
    static_cast<void>(::read(wake_.get(), &rings, sizeof rings));
    names_.service();
  }
  forgotten_.clear();
}

void udp_exit::expire() {
  auto const now = steady_clock::now();
  for (auto const& [key, one] : lines_)
    if (now - one->used >= idle_) one->tunnel->close();
  forgotten_.clear();
}

}  // namespace tool::relay
