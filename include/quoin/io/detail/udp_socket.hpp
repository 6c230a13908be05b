// SPDX-License-Identifier: BSL-1.0
/// \file
/// Opens a UDP socket the way QUIC needs it, and says in a sentence why when it cannot.
#pragma once

#include <quoin/core/types.hpp>
#include <quoin/io/address_text.hpp>
#include <quoin/io/detail/control_messages.hpp>
#include <quoin/io/detail/system_calls.hpp>
#include <quoin/io/port_sharing.hpp>

#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>
#include <vector>

#include <linux/filter.h>

namespace quoin {

/// What the user says to make a `udp`.
struct udp_config {
  /// Where to receive. Port 0 lets the system choose. Of no family: every address of the machine, IPv6 and IPv4.
  /// The IPv6 address :: receives IPv4 as well.
  socket_address bind{};
  /// Bytes that the kernel may queue for us and for the network; it may give less (net.core.rmem_max, wmem_max).
  byte_count receive_buffer = 4 * 1024 * 1024;
  byte_count send_buffer = 4 * 1024 * 1024;
  bool segmentation = true;     ///< several datagrams in one send (UDP_SEGMENT), while the kernel takes them
  bool receive_offload = true;  ///< several datagrams in one receive (UDP_GRO), where the kernel has it
  bool ecn = true;              ///< set and read ECN marks
  port_sharing port = port_sharing::alone;
  /// With `port_sharing::joins`: the program of the kernel that chooses whose a datagram is, for the whole group
  /// (SO_ATTACH_REUSEPORT_CBPF). It returns a number in the order in which the sockets came, the founder's being 0; a
  /// number that nobody has, or no program, leaves the choice to a hash of the addresses.
  std::vector<sock_filter> steering{};
};

namespace detail {

/// Owns a file descriptor.
template <class Calls>
class descriptor {
 public:
  descriptor() noexcept = default;
  explicit descriptor(int fd) noexcept : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~descriptor() {
    if (fd_ >= 0) Calls::close(fd_);
  }
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_ = -1;
};

template <class Calls>
struct udp_socket {
  descriptor<Calls> fd;
  socket_address local;
  bool is_v6 = false;
  bool receive_offload = false;
};

[[noreturn]] inline void throw_socket_error(char const* what, socket_address const& address) {
  auto const error = errno;
  std::string sentence{what};
  sentence += to_string(address);
  throw std::system_error(error, std::system_category(), sentence);
}

template <class Calls>
bool set_option(int fd, int level, int name, int value) noexcept {
  return Calls::setsockopt(fd, level, name, &value, sizeof value) == 0;
}

/// The privileged option goes beyond the system's maximum; without the privilege, what the maximum allows must do.
template <class Calls>
void set_buffer(int fd, int forced, int plain, byte_count size) noexcept {
  auto const value = static_cast<int>(std::min<byte_count>(size, std::numeric_limits<int>::max() / 2));
  if (!set_option<Calls>(fd, SOL_SOCKET, forced, value)) set_option<Calls>(fd, SOL_SOCKET, plain, value);
}

template <class Calls>
void set_ip_options(int fd, bool is_v6, udp_config const& config) noexcept {
  // RFC 9000 14: datagrams must not be fragmented. PROBE sets DF and leaves it to us to find the path's MTU.
  // A dual-stack socket needs IPv4's options as well; a socket that does not know an option does without it.
  set_option<Calls>(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
  set_option<Calls>(fd, IPPROTO_IP, IP_PKTINFO, 1);
  if (config.ecn) set_option<Calls>(fd, IPPROTO_IP, IP_RECVTOS, 1);
  if (!is_v6) return;
  set_option<Calls>(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
  set_option<Calls>(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  if (config.ecn) set_option<Calls>(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
}

template <class Calls>
bool attach_steering(int fd, std::vector<sock_filter> const& program) noexcept {
  // The kernel only reads it.
  sock_fprog const code{static_cast<unsigned short>(program.size()), const_cast<sock_filter*>(program.data())};
  return Calls::setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &code, sizeof code) == 0;
}

/// Throws `std::system_error` whose text names the address: "cannot bind 127.0.0.1:4433: Address already in use".
template <class Calls>
udp_socket<Calls> open_udp_socket(udp_config const& config) {
  constexpr int type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  auto wanted = config.bind;
  bool const anywhere = !wanted.known();
  if (anywhere) wanted = socket_address::v6({}, wanted.port);

  udp_socket<Calls> socket;
  socket.is_v6 = wanted.family == address_family::v6;
  socket.fd = descriptor<Calls>{Calls::socket(socket.is_v6 ? AF_INET6 : AF_INET, type, 0)};
  if (socket.fd.get() < 0 && anywhere && errno == EAFNOSUPPORT) {
    wanted = socket_address::v4(0, 0, 0, 0, wanted.port);
    socket.is_v6 = false;
    socket.fd = descriptor<Calls>{Calls::socket(AF_INET, type, 0)};
  }
  auto const fd = socket.fd.get();
  if (fd < 0) throw_socket_error("cannot open a UDP socket for ", wanted);

  if (config.port == port_sharing::joins && !set_option<Calls>(fd, SOL_SOCKET, SO_REUSEPORT, 1))
    throw_socket_error("cannot share the port of ", wanted);
  bool const unspecified = wanted.ip == std::array<std::uint8_t, 16>{};
  if (socket.is_v6 && !set_option<Calls>(fd, IPPROTO_IPV6, IPV6_V6ONLY, unspecified ? 0 : 1))
    throw_socket_error("cannot choose the address family of ", wanted);
  set_ip_options<Calls>(fd, socket.is_v6, config);
  set_buffer<Calls>(fd, SO_RCVBUFFORCE, SO_RCVBUF, config.receive_buffer);
  set_buffer<Calls>(fd, SO_SNDBUFFORCE, SO_SNDBUF, config.send_buffer);
  socket.receive_offload = config.receive_offload && set_option<Calls>(fd, SOL_UDP, UDP_GRO, 1);

  kernel_address raw{};
  auto size = to_kernel(wanted, socket.is_v6, raw);
  if (Calls::bind(fd, &raw.any, size) != 0) throw_socket_error("cannot bind ", wanted);
  if (config.port == port_sharing::founds && !set_option<Calls>(fd, SOL_SOCKET, SO_REUSEPORT, 1))
    throw_socket_error("cannot share the port of ", wanted);
  if (!config.steering.empty() && !attach_steering<Calls>(fd, config.steering))
    throw_socket_error("cannot steer what arrives at ", wanted);
  size = sizeof raw;
  if (Calls::getsockname(fd, &raw.any, &size) != 0) throw_socket_error("cannot ask for the address of ", wanted);
  socket.local = from_kernel(&raw.any, size);
  return socket;
}

}  // namespace detail
}  // namespace quoin
