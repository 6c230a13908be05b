// SPDX-License-Identifier: BSL-1.0
// The relay's sockets on loopback, and which addresses may be reached through them.
#include "relay/udp_exit.hpp"
#include "descriptor.hpp"
#include "failure.hpp"
#include "relay/permit.hpp"

#include <quoin/http3/api/server_messages.hpp>
#include <quoin/http3/connect_udp/target.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <filesystem>
#include <optional>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace {

namespace udp = quoin::http3::connect_udp;
using quoin::socket_address;
using tool::relay::parse_network;
using tool::relay::permit;

socket_address address(char const* text) {
  return udp::make_target(text, 53)->address;
}

/// A target that tells what it gets, and how it was marked.
struct target {
  target() {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof any;
    int const on = 1;
    REQUIRE(::bind(socket.get(), reinterpret_cast<sockaddr*>(&any), size) == 0);
    REQUIRE(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&any), &size) == 0);
    REQUIRE(::setsockopt(socket.get(), IPPROTO_IP, IP_RECVTOS, &on, sizeof on) == 0);
    at = socket_address::v4(127, 0, 0, 1, ntohs(any.sin_port));
  }

  struct arrival {
    std::size_t size = 0;
    int ecn = -1;
    bool came = false;
  };
  arrival next(int patience_ms) const {
    pollfd watched{socket.get(), POLLIN, 0};
    if (::poll(&watched, 1, patience_ms) != 1) return {};
    std::array<char, 65536> room{};
    std::array<char, 64> control{};
    iovec into{room.data(), room.size()};
    msghdr message{};
    message.msg_iov = &into;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    auto const got = ::recvmsg(socket.get(), &message, 0);
    arrival one{static_cast<std::size_t>(got), -1, got >= 0};
    for (auto* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each))
      if (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_TOS) one.ecn = *CMSG_DATA(each) & 3;
    return one;
  }

  tool::descriptor socket{::socket(AF_INET, SOCK_DGRAM, 0)};
  socket_address at;
};

/// A relay whose tunnels all belong to one request.
struct lone_relay {
  auto open(socket_address const& to) { return callables.open(to, udp::tunnel::over(request, response)); }

  quoin::http3::request request;
  quoin::http3::response response;
  tool::relay::udp_exit exit;
  udp::relay callables = exit.callables();
};

/// What this program's connected socket to a host has for an option.
std::optional<int> option_of_socket_to(std::string_view host, int level, int option) {
  for (auto const& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    auto const socket = std::stoi(entry.path().filename());
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
    std::array<char, INET6_ADDRSTRLEN> text{};
    void const* const ip = peer.ss_family == AF_INET6
                               ? static_cast<void*>(&reinterpret_cast<sockaddr_in6*>(&peer)->sin6_addr)
                               : static_cast<void*>(&reinterpret_cast<sockaddr_in*>(&peer)->sin_addr);
    if (::inet_ntop(peer.ss_family, ip, text.data(), text.size()) == nullptr || host != text.data()) continue;
    int value = -1;
    socklen_t value_size = sizeof value;
    if (::getsockopt(socket, level, option, &value, &value_size) == 0) return value;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("a network is an address with or without a number of bits", "[tool][relay]") {
  CHECK(parse_network("127.0.0.1").bits == 32);
  CHECK(parse_network("::1").bits == 128);
  auto const ten = parse_network("10.0.0.0/8");
  CHECK(ten.contains(address("10.255.0.1")));
  CHECK(!ten.contains(address("11.0.0.1")));
  CHECK(!ten.contains(address("::1")));
  auto const odd = parse_network("192.0.2.128/25");
  CHECK(odd.contains(address("192.0.2.129")));
  CHECK(!odd.contains(address("192.0.2.127")));
  CHECK(parse_network("0.0.0.0/0").contains(address("8.8.8.8")));
  CHECK(parse_network("2001:db8::/33").contains(address("2001:db8:7fff::1")));
  CHECK(!parse_network("2001:db8::/33").contains(address("2001:db8:8000::1")));
  for (auto const* bad :
       {"", "a.test", "1.2.3", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "::1/129", "/8"})
    CHECK_THROWS_AS(parse_network(bad), tool::failure);
}

TEST_CASE("what is public is allowed by that name and all else by its own", "[tool][relay]") {
  permit const outside{{"public"}};
  CHECK(outside.allows(address("8.8.8.8")));
  for (auto const* inside : {"127.0.0.1", "10.0.0.1", "::1", "fe80::1", "::ffff:127.0.0.1"})
    CHECK(!outside.allows(address(inside)));
  permit const some{{"10.0.0.0/8", "::1"}};
  CHECK(some.allows(address("10.1.2.3")));
  CHECK(some.allows(address("::1")));
  CHECK(!some.allows(address("8.8.8.8")));
  CHECK(!permit{{}}.allows(address("8.8.8.8")));
}

TEST_CASE("payloads leave unmarked and whole or not at all", "[tool][relay]") {
  target there;
  lone_relay relay;
  auto flow = relay.open(there.at);
  REQUIRE(flow);
  CHECK(relay.exit.sockets() == 1);
  std::vector<std::uint8_t> const most(65507, 'x');
  flow->send(quoin::byte_view{most}.first(0));
  flow->send(most);
  flow->send(std::vector<std::uint8_t>(65527, 'x'));  // more than IPv4 can carry
  flow->send(quoin::byte_view{most}.first(3));
  for (auto const size : {std::size_t{0}, most.size(), std::size_t{3}}) {
    auto const one = there.next(5000);
    CHECK(one.came);
    CHECK(one.size == size);
    CHECK(one.ecn == 0);
  }
  flow->close();
  CHECK(relay.exit.sockets() == 0);
  relay.exit.service();
}

TEST_CASE("the system may not fragment what goes to a target", "[tool][relay]") {
  lone_relay relay;
  REQUIRE(relay.open(socket_address::v4(127, 0, 0, 1, 9)));
  CHECK(option_of_socket_to("127.0.0.1", IPPROTO_IP, IP_MTU_DISCOVER) == IP_PMTUDISC_DO);
}

TEST_CASE("nor what goes to one with an IPv6 address", "[tool][relay]") {
  lone_relay relay;
  if (!relay.open(address("::1"))) SKIP("no IPv6 on this machine");
  CHECK(option_of_socket_to("::1", IPPROTO_IPV6, IPV6_MTU_DISCOVER) == IPV6_PMTUDISC_DO);
}

TEST_CASE("how a target marks its packets is not asked for", "[tool][relay]") {
  lone_relay relay;
  REQUIRE(relay.open(socket_address::v4(127, 0, 0, 1, 9)));
  CHECK(option_of_socket_to("127.0.0.1", IPPROTO_IP, IP_RECVTOS) == 0);
}

TEST_CASE("a target that cannot be reached is refused with the reason", "[tool][relay]") {
  lone_relay relay;
  auto const refused = relay.open(socket_address::v4(255, 255, 255, 255, 9));
  REQUIRE(!refused);
  CHECK(refused.error().error == udp::proxy_error::destination_ip_prohibited);
  CHECK(!refused.error().details.empty());
  CHECK(relay.exit.sockets() == 0);
}
