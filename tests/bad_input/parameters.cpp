// SPDX-License-Identifier: BSL-1.0
// Transport parameters that must not be, judged by whole connections.
#include "outcome.hpp"

#include <limits>

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

using parameters = wire::transport_parameters;

bytes parameter(std::uint64_t id, bytes const& value) {
  return numbers({id, value.size()}) + value;
}

bytes versions(std::vector<std::uint32_t> const& numbers) {
  bytes list;
  for (auto const v : numbers)
    for (int shift = 24; shift >= 0; shift -= 8) list.push_back(static_cast<std::uint8_t>(v >> shift));
  return list;
}

/// The victim's close after it has heard parameters changed in this way.
void check_refused(role sender, peer_options options) {
  hostile_peer peer(sender, stage::handshake, std::move(options));
  if (sender == role::server) {
    peer.send_handshake(handshake);
    peer.absorb();
  }
  REQUIRE(peer.victim->close_reason());
  CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::transport_parameter_error));
  CHECK(peer.victim->open_streams() == 0);
  CHECK(peer.victim->held_bytes() == 0);
  CHECK_FALSE(peer.victim->connected());
  // A server hears them in the first message, a client under Handshake keys, which the server has for sure.
  REQUIRE_FALSE(peer.closes.empty());
  CHECK(peer.closes.back().level == (sender == role::client ? initial : handshake));
  for (auto const& close : peer.closes) {
    CHECK(close.code == static_cast<std::uint64_t>(error_code::transport_parameter_error));
    CHECK(close.frame_type == 0x06);
  }
}

void check_accepted(role sender, peer_options options) {
  hostile_peer peer(sender, stage::confirmed, std::move(options));
  CHECK_FALSE(peer.victim->closing());
  CHECK(peer.victim->confirmed());
  peer.pass(std::chrono::seconds{1});
  CHECK_FALSE(peer.victim->closing());
}

peer_options with(bytes const& more) {
  peer_options options;
  options.edit_encoded = [more](bytes encoded) { return encoded + more; };
  return options;
}

peer_options with(std::function<void(parameters&)> edit) {
  peer_options options;
  options.edit = std::move(edit);
  return options;
}

connection_id other_id() {
  return *connection_id::from(repeated(8, 0x5c));
}

/// Parameter numbers by which a client's or server's list is tested.
bytes preferred(std::size_t id_size, std::size_t token_size) {
  return repeated(4 + 2 + 16 + 2, 9) + bytes{static_cast<std::uint8_t>(id_size)} + repeated(id_size + token_size, 8);
}

}  // namespace

TEST_CASE("a client must not send what only servers send", "[bad_input][rfc9000]") {
  for (auto const& more : {parameter(0x00, repeated(8, 1)), parameter(0x02, repeated(16, 1)),
                           parameter(0x0d, preferred(8, 16)), parameter(0x10, repeated(8, 1))}) {
    CAPTURE(static_cast<int>(more[0]));
    check_refused(role::client, with(more));
  }
}

TEST_CASE("the connection IDs of the handshake must be confirmed", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    check_refused(sender, with([](parameters& p) { p.initial_source_connection_id.reset(); }));
    check_refused(sender, with([](parameters& p) { p.initial_source_connection_id = other_id(); }));
    check_refused(sender, with([](parameters& p) { p.initial_source_connection_id = connection_id{}; }));
  }
  check_refused(role::server, with([](parameters& p) { p.original_destination_connection_id.reset(); }));
  check_refused(role::server, with([](parameters& p) { p.original_destination_connection_id = other_id(); }));
  check_refused(role::server, with([](parameters& p) { p.retry_source_connection_id = other_id(); }));
}

TEST_CASE("values out of their range are refused", "[bad_input][rfc9000][cve_class_bad_parameter]") {
  constexpr std::uint64_t too_many_streams = (std::uint64_t{1} << 60) + 1;
  struct row {
    char const* name;
    bytes encoded;
  };
  for (auto const sender : both_roles)
    for (auto const& r : std::vector<row>{
             {"max_udp_payload_size", parameter(0x03, number(1199))},
             {"ack_delay_exponent", parameter(0x0a, number(21))},
             {"max_ack_delay", parameter(0x0b, number(1 << 14))},
             {"disable_active_migration with a value", parameter(0x0c, {1})},
             {"grease_quic_bit with a value", parameter(0x2ab2, {1})},
             {"twice", parameter(0x01, number(30)) + parameter(0x01, number(30))},
             {"longer than the extension", numbers({0x01, 50, 1})},
             {"cut", numbers({0x01})},
             {"a number longer than its value", parameter(0x01, bytes{0x80, 0})},
             {"a number shorter than its value", parameter(0x01, bytes{1, 1})},
             {"an unknown one that is cut", numbers({27, 5, 1})},
             {"version_information without a version", parameter(0x11, {})},
             {"version_information of less than a version", parameter(0x11, repeated(3, 1))},
             {"version_information of one version and a half", parameter(0x11, repeated(6, 1))},
             {"version_information whose choice is 0", parameter(0x11, versions({0, 1}))},
             {"version_information that lists 0", parameter(0x11, versions({1, 1, 0}))},
             {"version_information twice", parameter(0x11, versions({1, 1})) + parameter(0x11, versions({1, 1}))},
         }) {
      CAPTURE(name_of_role(sender), r.name);
      check_refused(sender, with(r.encoded));
    }
  check_refused(role::client, with(parameter(0x11, versions({1, 0x6b3343cf}))));  // does not list its own choice
  // These are in the honest list already: write them with wrong values from the start.
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    auto const replace = [](std::uint64_t id, bytes const& value) {
      peer_options options;
      options.edit = [id](parameters& p) {
        if (id == 0x08) p.initial_max_streams_bidi = 0;
        if (id == 0x09) p.initial_max_streams_uni = 0;
        if (id == 0x0e) p.active_connection_id_limit = 2;
        if (id == 0x0f) p.initial_source_connection_id.reset();
        if (id == 0x02) p.stateless_reset_token.reset();
      };
      options.edit_encoded = [id, value](bytes encoded) { return encoded + parameter(id, value); };
      return options;
    };
    check_refused(sender, replace(0x08, number(too_many_streams)));
    check_refused(sender, replace(0x09, number(too_many_streams)));
    check_refused(sender, replace(0x0e, number(1)));
    check_refused(sender, replace(0x0f, repeated(21, 1)));
    if (sender == role::client) continue;
    check_refused(sender, replace(0x02, repeated(15, 1)));
    check_refused(sender, replace(0x02, repeated(17, 1)));
    check_refused(sender, with(parameter(0x0d, preferred(0, 16))));
    check_refused(sender, with(parameter(0x0d, preferred(21, 16))));
    check_refused(sender, with(parameter(0x0d, preferred(8, 15))));
    check_refused(sender, with(parameter(0x0d, preferred(8, 17))));
  }
}

TEST_CASE("a server addressed without an ID cannot offer an address with one", "[bad_input][rfc9000]") {
  auto options = with(parameter(0x0d, preferred(8, 16)));
  options.zero_length_id = true;
  check_refused(role::server, options);
}

TEST_CASE("what nobody knows is ignored, and extremes are endured", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    check_accepted(sender, with(parameter(31 * 7 + 27, repeated(0)) + parameter(31 * 1000 + 27, repeated(100, 3)) +
                                parameter(varint_max, text("x"))));
    std::vector<std::uint32_t> many_versions(100, 0x1a2a3a4a);
    many_versions.front() = many_versions.back() = static_cast<std::uint32_t>(tested_version());
    check_accepted(sender, with(parameter(0x11, versions(many_versions))));
    check_accepted(sender, with(parameter(0x01, number(varint_max, 8))));
    check_accepted(sender, with(parameter(0x0a, number(20)) + parameter(0x0b, number((1 << 14) - 1))));
    bytes many;
    for (std::uint64_t i = 0; i < 2000; ++i) many = std::move(many) + parameter(31 * (i + 20) + 27, repeated(10, 1));
    check_accepted(sender, with(many));
  }
}

TEST_CASE("an ACK delay of the largest value and scale is only a large delay", "[bad_input][rfc9002]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::confirmed, with(parameter(0x0a, number(20))));
    at.peer.victim->ping();
    at.peer.absorb();
    at.peer.now += std::chrono::milliseconds{40};
    auto const newest = at.peer.received(one_rtt).back().end - 1;
    at.peer.send(one_rtt, ack(newest, newest, varint_max));
    CHECK_FALSE(at.peer.victim->closing());
    auto const rtt = at.peer.victim->statistics().rtt;
    CHECK(rtt.smoothed >= duration::zero());
    CHECK(rtt.smoothed <= std::chrono::milliseconds{40});
    at.check_ignored(false);
  }
}

TEST_CASE("what a victim says of itself is within the rules whatever its settings are",
          "[bad_input][rfc9000][multipath]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    peer_options options;
    options.extensions.multipath.paths = std::numeric_limits<std::uint32_t>::max();
    options.preferred.v4 = socket_address::v4(192, 0, 2, 3, 4433);
    hostile_peer peer(sender, stage::confirmed, options);
    // What only servers may say is refused in the words of a client.
    auto const said = wire::read_transport_parameters(peer.victim_parameters, peer.victim->self());
    REQUIRE(said);
    CHECK(said->active_connection_id_limit >= 2);
    CHECK(said->max_udp_payload_size >= 1200);
    CHECK(said->preferred_address.has_value() == (sender == role::client));
    if (said->preferred_address) CHECK_FALSE(said->preferred_address->id.empty());
    // initial_max_path_id (draft-ietf-quic-multipath 2.1).
    std::optional<std::uint64_t> most;
    byte_reader reader{peer.victim_parameters};
    while (reader.remaining() > 0) {
      auto const id = reader.varint();
      auto const size = reader.varint();
      REQUIRE(size);
      auto const value = reader.bytes(*size);
      REQUIRE(value);
      if (id == 0x3e) most = byte_reader{*value}.varint();
    }
    REQUIRE(most);
    CHECK(*most <= 0xffff'ffff);
  }
}
