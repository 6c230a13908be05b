// SPDX-License-Identifier: BSL-1.0
// Stateless resets of one server among several with the same secret (RFC 9000 21.11).
#include <quoin/cid/quic_lb.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/test.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;

namespace {

struct fleet_stack : test_stack {
  using cid_format = quic_lb_plain<quic_lb_layout{2, 5}>;
};

struct silent {
  void on_event(connection<fleet_stack>&, connection_event const&) {}
};

endpoint_config<fleet_stack> server(cid_config<fleet_stack::cid_format> const& cid) {
  endpoint_config<fleet_stack> config;
  auto crypto = std::make_shared<null_handshake::config>();
  crypto->alpn = {"test"};
  config.crypto = crypto;
  config.accept = true;
  config.secret.fill(1);
  config.cid = cid;
  return config;
}

/// How many datagrams a server answers a short packet for `id` with.
std::size_t answers(cid_config<fleet_stack::cid_format> const& cid, connection_id const& id) {
  endpoint<fleet_stack> end{server(cid), manual_clock{instant{std::chrono::seconds{100}}}, seeded_entropy{1}};
  std::vector<std::uint8_t> packet{0x41};
  packet.insert(packet.end(), id.view().begin(), id.view().end());
  packet.resize(100, 0x55);
  end.io().deliver({socket_address::v4(192, 0, 2, 2, 4433), socket_address::v4(192, 0, 2, 1, 1111)}, packet, 0,
                   ecn::not_ect);
  silent handler;
  end.service(handler);
  return end.io().take_sent().size();
}

connection_id id_of(cid_config<fleet_stack::cid_format> const& cid) {
  std::array<std::uint8_t, connection_id::max_size> const randomness{9, 8, 7};
  return fleet_stack::cid_format{cid}.make(randomness);
}

}  // namespace

TEST_CASE("a server resets what only it can have forgotten", "[endpoint][rfc9000]") {
  CHECK(answers({1, {0, 7}}, id_of({1, {0, 7}})) == 1);
}

TEST_CASE("a server sends no reset for a connection that may live at another",
          "[endpoint][rfc9000][cve_class_reset_of_a_living_connection]") {
  CHECK(answers({1, {0, 7}}, id_of({1, {0, 8}})) == 0);
  // Of another configuration, or of none: nobody can say whose it is.
  CHECK(answers({1, {0, 7}}, id_of({2, {0, 7}})) == 0);
  CHECK(answers({1, {0, 7}}, id_of({})) == 0);
  CHECK(answers({}, id_of({})) == 0);
}

TEST_CASE("a configuration that no ID can carry is refused with a sentence", "[endpoint]") {
  CHECK_THROWS_AS(endpoint<fleet_stack>{server({9, {0, 7}})}, std::invalid_argument);
}
