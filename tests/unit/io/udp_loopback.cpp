// SPDX-License-Identifier: BSL-1.0
#include <quoin/io/faulty_io.hpp>
#include <quoin/io/udp.hpp>

#include <conformance/io.hpp>

#include <poll.h>

namespace {

using namespace std::chrono_literals;
using quoin::ecn;
using quoin::send_status;
using quoin::socket_address;
using quoin::udp;
using quoin::conformance::numbered;
using quoin::conformance::receive_datagrams;
using quoin::conformance::train;

constexpr auto v4_loopback = socket_address::v4(127, 0, 0, 1, 0);
constexpr auto v6_loopback = socket_address::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 0);

udp::config at(socket_address bind) {
  udp::config settings;
  settings.bind = bind;
  return settings;
}

socket_address with_port(socket_address address, std::uint16_t port) {
  address.port = port;
  return address;
}

bool readable(int fd) {
  pollfd polled{fd, POLLIN, 0};
  return ::poll(&polled, 1, 0) == 1;
}

}  // namespace

static_assert(quoin::datagram_io<udp>);

TEST_CASE("udp over IPv4 is an I/O policy", "[io]") {
  udp a{at(v4_loopback)};
  udp b{at(v4_loopback)};
  quoin::conformance::check_io(a, b);
  CHECK(a.segmentation());
}

TEST_CASE("udp over IPv6 is an I/O policy", "[io]") {
  udp a{at(v6_loopback)};
  udp b{at(v6_loopback)};
  quoin::conformance::check_io(a, b);
}

TEST_CASE("udp without the kernel's help is an I/O policy", "[io]") {
  auto plain = at(v4_loopback);
  plain.segmentation = false;
  plain.receive_offload = false;
  udp a{plain};
  udp b{plain};
  CHECK_FALSE(a.segmentation());
  CHECK_FALSE(a.receive_offload());
  quoin::conformance::check_io(a, b);
}

TEST_CASE("udp behind a decorator is an I/O policy", "[io]") {
  using io = quoin::faulty_io<udp>;
  io::config settings;
  settings.bind = v4_loopback;
  io a{settings};
  io b{settings};
  quoin::conformance::check_io(a, b);
}

TEST_CASE("forty datagrams leave with one system call and arrive with a few", "[io]") {
  udp a{at(v4_loopback)};
  udp b{at(v4_loopback)};
  auto const sent = train(40, 1452, 1452);
  REQUIRE(a.send(quoin::conformance::from_to(a, b, sent, 1452)) == send_status::sent);
  REQUIRE(receive_datagrams(b, 40).size() == 40);
  CHECK(a.statistics().sends == 1);
  CHECK(a.statistics().datagrams_sent == 40);
  CHECK(b.statistics().datagrams_received == 40);
  if (b.receive_offload()) CHECK(b.statistics().receives <= 3);
}

TEST_CASE("a socket for all addresses tells where each datagram arrived and sends from where it is told", "[io]") {
  udp server{at({})};
  auto const port = server.local_address().port;
  REQUIRE(port != 0);
  udp client{at(v4_loopback)};
  auto const second = socket_address::v4(127, 0, 0, 2, port);

  auto const ping = numbered(100, 1);
  REQUIRE(client.send({{client.local_address(), second}, ping, 100, ecn::ect0}) == send_status::sent);
  auto const arrived = receive_datagrams(server, 1);
  REQUIRE(arrived.size() == 1);
  CHECK(arrived[0].path == quoin::network_path{second, client.local_address()});
  CHECK(arrived[0].mark == ecn::ect0);

  auto const pong = train(3, 300, 200);
  REQUIRE(server.send({arrived[0].path, pong, 300, ecn::ce}) == send_status::sent);
  auto const answers = receive_datagrams(client, 3);
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].path == quoin::network_path{client.local_address(), second});
  CHECK(answers[0].mark == ecn::ce);
}

TEST_CASE("one socket serves IPv4 and IPv6 peers under their own addresses", "[io]") {
  udp server{at({})};
  if (server.local_address().family != quoin::address_family::v6) SKIP("no IPv6 on this machine");
  auto const port = server.local_address().port;
  for (auto const& loopback : {v4_loopback, v6_loopback}) {
    udp client{at(loopback)};
    auto const ping = numbered(64, 2);
    REQUIRE(client.send({{{}, with_port(loopback, port)}, ping, 64, ecn::ect1}) == send_status::sent);
    auto const arrived = receive_datagrams(server, 1);
    REQUIRE(arrived.size() == 1);
    CHECK(arrived[0].path == quoin::network_path{with_port(loopback, port), client.local_address()});
    CHECK(arrived[0].mark == ecn::ect1);
    REQUIRE(server.send({arrived[0].path, ping, 64, ecn::ect0}) == send_status::sent);
    auto const answer = receive_datagrams(client, 1);
    REQUIRE(answer.size() == 1);
    CHECK(answer[0].path.remote == with_port(loopback, port));
    CHECK(answer[0].mark == ecn::ect0);
  }
}

TEST_CASE("an empty datagram is an arrival without bytes", "[io][cve_class_empty_datagram]") {
  udp b{at(v4_loopback)};
  int const raw = ::socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE(raw >= 0);
  quoin::detail::kernel_address to{};
  auto const size = quoin::detail::to_kernel(b.local_address(), false, to);
  REQUIRE(::sendto(raw, "", 0, 0, &to.any, size) == 0);
  ::close(raw);
  b.wait(1s);
  auto const arrived = b.receive();
  REQUIRE(arrived.size() == 1);
  CHECK(arrived[0].bytes.empty());
  CHECK(arrived[0].path.remote.known());
}

TEST_CASE("the largest datagram arrives whole, one byte more is too large", "[io]") {
  udp a{at(v4_loopback)};
  udp b{at(v4_loopback)};
  auto const largest = numbered(65507, 1);
  REQUIRE(a.send(quoin::conformance::from_to(a, b, largest, 65507)) == send_status::sent);
  auto const arrived = receive_datagrams(b, 1);
  REQUIRE(arrived.size() == 1);
  CHECK(arrived[0].bytes == largest);
  auto const beyond = numbered(65508, 1);
  CHECK(a.send(quoin::conformance::from_to(a, b, beyond, 65508)) == send_status::too_large);
}

TEST_CASE("a peer of the wrong family is unreachable, and the socket goes on", "[io]") {
  udp a{at(v4_loopback)};
  udp b{at(v4_loopback)};
  auto const bytes = numbered(10, 1);
  CHECK(a.send({{{}, with_port(v6_loopback, 9)}, bytes, 10, ecn::not_ect}) == send_status::unreachable);
  CHECK(a.send({{{}, {}}, bytes, 10, ecn::not_ect}) == send_status::unreachable);
  CHECK(a.send({{{}, with_port(v4_loopback, 0)}, bytes, 10, ecn::not_ect}) == send_status::unreachable);
  CHECK(a.send(quoin::conformance::from_to(a, b, bytes, 10)) == send_status::sent);
  CHECK(receive_datagrams(b, 1).size() == 1);
}

TEST_CASE("a closed port on the way changes nothing for the others, whatever ICMP says of it", "[io][rfc9000]") {
  udp a{at(v4_loopback)};
  udp b{at(v4_loopback)};
  auto const closed = udp{at(v4_loopback)}.local_address();
  auto const ping = numbered(100, 1);
  for (int i = 0; i < 20; ++i) {
    // Each time the kernel answers with a "port unreachable", which could be anybody's (RFC 9000 14.2.1).
    CHECK(a.send({{a.local_address(), closed}, ping, 100, ecn::not_ect}) == send_status::sent);
    REQUIRE(a.send(quoin::conformance::from_to(a, b, ping, 100)) == send_status::sent);
  }
  CHECK(receive_datagrams(b, 20).size() == 20);
}

TEST_CASE("the handle polls readable while there is something to receive", "[io]") {
  udp a{at(v4_loopback)};
  udp b{at(v4_loopback)};
  CHECK_FALSE(readable(b.native_handle()));
  auto const bytes = numbered(10, 1);
  REQUIRE(a.send(quoin::conformance::from_to(a, b, bytes, 10)) == send_status::sent);
  b.wait(1s);
  CHECK(readable(b.native_handle()));
  CHECK(b.receive().size() == 1);
  CHECK_FALSE(readable(b.native_handle()));
}
