// SPDX-License-Identifier: BSL-1.0
#include <quoin/io/udp.hpp>

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <utility>

namespace {

using quoin::socket_address;

constexpr auto loopback = socket_address::v4(127, 0, 0, 1, 0);
constexpr auto any_v6 = socket_address::v6({}, 0);

/// Remembers what was asked of the kernel and refuses what it is told to refuse.
struct recording_calls : quoin::system_calls {
  static inline std::map<std::pair<int, int>, int> options;
  static inline std::pair<int, int> refused{-1, -1};
  static inline bool no_ipv6 = false;
  static inline bool no_epoll = false;
  static inline int open = 0;

  static void reset() {
    options.clear();
    refused = {-1, -1};
    no_ipv6 = false;
    no_epoll = false;
    open = 0;
  }
  static int socket(int family, int type, int protocol) noexcept {
    if (family == AF_INET6 && no_ipv6) {
      errno = EAFNOSUPPORT;
      return -1;
    }
    ++open;
    return system_calls::socket(family, type, protocol);
  }
  static int epoll_create() noexcept {
    if (no_epoll) {
      errno = EMFILE;
      return -1;
    }
    ++open;
    return system_calls::epoll_create();
  }
  static int close(int fd) noexcept {
    --open;
    return system_calls::close(fd);
  }
  static int setsockopt(int fd, int level, int name, void const* value, socklen_t size) noexcept {
    if (refused == std::pair{level, name}) {
      errno = ENOPROTOOPT;
      return -1;
    }
    options[{level, name}] = *static_cast<int const*>(value);
    return system_calls::setsockopt(fd, level, name, value, size);
  }
};

using recorded_udp = quoin::basic_udp<recording_calls>;

quoin::udp_config at(socket_address bind) {
  quoin::udp_config settings;
  settings.bind = bind;
  return settings;
}

template <class Action>
std::string sentence_of(Action action) {
  try {
    action();
  } catch (std::system_error const& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("datagrams are never fragmented", "[io][rfc9000][cve_class_icmp_mtu]") {
  recording_calls::reset();
  recorded_udp const v4{at(loopback)};
  CHECK(recording_calls::options.at({IPPROTO_IP, IP_MTU_DISCOVER}) == IP_PMTUDISC_PROBE);
  recording_calls::reset();
  recorded_udp const dual{at(any_v6)};
  CHECK(recording_calls::options.at({IPPROTO_IP, IP_MTU_DISCOVER}) == IP_PMTUDISC_PROBE);
  CHECK(recording_calls::options.at({IPPROTO_IPV6, IPV6_MTU_DISCOVER}) == IPV6_PMTUDISC_PROBE);
  CHECK(recording_calls::options.at({IPPROTO_IPV6, IPV6_V6ONLY}) == 0);
}

TEST_CASE("what ICMP says of a path is not asked for", "[io][rfc9000]") {
  for (auto const& bind : {loopback, any_v6}) {
    recording_calls::reset();
    recorded_udp const io{at(bind)};
    for (auto const& told : {std::pair{IPPROTO_IP, IP_RECVERR}, std::pair{IPPROTO_IPV6, IPV6_RECVERR},
                             std::pair{IPPROTO_IPV6, IPV6_RECVPATHMTU}})
      CHECK(recording_calls::options.count(told) == 0);
  }
}

TEST_CASE("marks, offload and port sharing are asked for only where wanted", "[io]") {
  recording_calls::reset();
  auto settings = at(loopback);
  recorded_udp const with{settings};
  CHECK(recording_calls::options.count({IPPROTO_IP, IP_RECVTOS}) == 1);
  CHECK(recording_calls::options.count({SOL_UDP, UDP_GRO}) == 1);
  CHECK(recording_calls::options.count({SOL_SOCKET, SO_REUSEPORT}) == 0);
  recording_calls::reset();
  settings.ecn = false;
  settings.receive_offload = false;
  settings.port = quoin::port_sharing::joins;
  recorded_udp const without{settings};
  CHECK(recording_calls::options.count({IPPROTO_IP, IP_RECVTOS}) == 0);
  CHECK(recording_calls::options.count({SOL_UDP, UDP_GRO}) == 0);
  CHECK(recording_calls::options.count({SOL_SOCKET, SO_REUSEPORT}) == 1);
}

TEST_CASE("two sockets share a port when both say so", "[io]") {
  auto settings = at(loopback);
  settings.port = quoin::port_sharing::joins;
  quoin::udp const first{settings};
  settings.bind = first.local_address();
  quoin::udp const second{settings};
  CHECK(second.local_address() == first.local_address());
}

TEST_CASE("who founds a shared port has it alone at first", "[io]") {
  auto settings = at(loopback);
  settings.port = quoin::port_sharing::joins;
  quoin::udp const stranger{settings};
  settings.bind = stranger.local_address();
  settings.port = quoin::port_sharing::founds;
  CHECK(sentence_of([&] { quoin::udp{settings}; }).starts_with("cannot bind 127.0.0.1:"));

  settings.bind = loopback;
  quoin::udp const founder{settings};
  settings.bind = founder.local_address();
  CHECK(sentence_of([&] { quoin::udp{settings}; }).starts_with("cannot bind 127.0.0.1:"));
  settings.port = quoin::port_sharing::joins;
  CHECK_NOTHROW(quoin::udp{settings});
}

TEST_CASE("a kernel that will not steer a shared port is named", "[io]") {
  auto settings = at(loopback);
  settings.port = quoin::port_sharing::founds;
  recorded_udp const founder{settings};
  settings.bind = founder.local_address();
  settings.port = quoin::port_sharing::joins;
  settings.steering.push_back({BPF_RET | BPF_K, 0, 0, 0});
  recording_calls::reset();
  recording_calls::refused = {SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF};
  CHECK(sentence_of([&] { recorded_udp{settings}; }).starts_with("cannot steer what arrives at 127.0.0.1:"));
  CHECK(recording_calls::open == 0);
  recording_calls::reset();
  settings.steering.front().code = 0xffff;  // no instruction of any program
  CHECK(sentence_of([&] { recorded_udp{settings}; }).starts_with("cannot steer what arrives at 127.0.0.1:"));
}

TEST_CASE("a kernel without receive offload is no obstacle", "[io]") {
  recording_calls::reset();
  recording_calls::refused = {SOL_UDP, UDP_GRO};
  recorded_udp const io{at(loopback)};
  CHECK_FALSE(io.receive_offload());
}

TEST_CASE("a machine without IPv6 serves IPv4 when no address is named", "[io]") {
  recording_calls::reset();
  recording_calls::no_ipv6 = true;
  recorded_udp const io{quoin::udp_config{}};
  CHECK(io.local_address().family == quoin::address_family::v4);
  CHECK(io.local_address().port != 0);
  CHECK(sentence_of([] { recorded_udp{at(any_v6)}; }) ==
        "cannot open a UDP socket for [::]:0: Address family not supported by protocol");
}

TEST_CASE("a port in use is named in a sentence", "[io]") {
  quoin::udp const first{at(loopback)};
  auto const taken = first.local_address();
  CHECK(sentence_of([&] { quoin::udp{at(taken)}; }) == "cannot bind " + to_string(taken) + ": Address already in use");
  CHECK(sentence_of([] { quoin::udp{at(socket_address::v4(192, 0, 2, 1, 4433))}; }) ==
        "cannot bind 192.0.2.1:4433: Cannot assign requested address");
}

TEST_CASE("nothing stays open, however the socket ends", "[io]") {
  recording_calls::reset();
  { recorded_udp const io{at(loopback)}; }
  CHECK(recording_calls::open == 0);
  recording_calls::no_epoll = true;
  CHECK(sentence_of([] { recorded_udp{at(loopback)}; }).find("cannot wait for datagrams at 127.0.0.1:") == 0);
  CHECK(recording_calls::open == 0);
  quoin::udp const first{at(loopback)};
  auto const taken = first.local_address();
  CHECK_THROWS_AS(recorded_udp{at(taken)}, std::system_error);
  CHECK(recording_calls::open == 0);
}
