// SPDX-License-Identifier: BSL-1.0
// A peer that lies about versions: every lie is a version negotiation error, or a packet that was never seen.
#include "outcome.hpp"

#include <quoin/handshake/retry_integrity.hpp>
#include <quoin/wire/packet/retry.hpp>
#include <quoin/wire/packet/version_negotiation.hpp>

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

constexpr std::uint32_t code_of(version v) {
  return static_cast<std::uint32_t>(v);
}

using parameters = wire::transport_parameters;

wire::version_information info(version chosen, std::vector<version> const& available) {
  wire::version_information made{chosen, {}};
  for (auto const v : available) made.available.push_back(v);
  return made;
}

peer_options saying(std::optional<wire::version_information> const& what) {
  peer_options options;
  options.version = version::v1;
  options.more_versions = true;
  options.edit = [what](parameters& p) { p.version_information = what; };
  return options;
}

/// The victim has found the lie, and says so with the code of version negotiation.
void check_found_out(hostile_peer& peer) {
  peer.absorb();
  REQUIRE(peer.victim->close_reason());
  CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::version_negotiation_error));
  CHECK_FALSE(peer.victim->close_reason()->reason.empty());
  CHECK_FALSE(peer.victim->connected());
  CHECK(peer.victim->held_bytes() == 0);
  REQUIRE_FALSE(peer.closes.empty());
  for (auto const& close : peer.closes) {
    CHECK(close.code == static_cast<std::uint64_t>(error_code::version_negotiation_error));
    CHECK(close.frame_type == 0x06);
    CHECK_FALSE(close.application);
  }
  CHECK(peer.closes.back().level == (peer.self() == role::client ? initial : handshake));
}

/// A server that says this under TLS to a client that started with v1.
void check_server_found_out(std::optional<wire::version_information> const& what, version used = version::v1) {
  hostile_peer peer(role::server, stage::start, saying(what));
  peer.use_version(used);
  peer.advance_to(stage::complete);
  check_found_out(peer);
}

bytes negotiation(hostile_peer const& peer, std::vector<std::uint32_t> const& versions) {
  bytes room(200);
  byte_writer writer{room};
  wire::write_version_negotiation(writer, peer.victim_id().view(), peer.first_destination().view(), versions, 0x2a);
  room.resize(writer.size());
  return room;
}

/// A client was told by somebody that there is only `led_to`; this is what the server says about that.
hostile_peer negotiated(std::optional<wire::version_information> const& what, version led_to = version::v1) {
  auto options = saying(what);
  auto const best = led_to == version::v1 ? version::v2 : version::v1;
  options.settings.versions = {best, led_to};
  options.version = best;
  hostile_peer peer(role::server, stage::start, options);
  peer.deliver(negotiation(peer, {code_of(led_to)}));
  CHECK(peer.victim->version() == led_to);
  CHECK(peer.absorb() == 1);
  peer.advance_to(stage::complete);
  return peer;
}

}  // namespace

TEST_CASE("a client whose choice is not the version that it uses is found out", "[bad_input][rfc9368]") {
  hostile_peer peer(role::client, stage::handshake, saying(info(version::v2, {version::v2, version::v1})));
  check_found_out(peer);
}

TEST_CASE("a client that says nothing about versions is served in its own", "[bad_input][rfc9368]") {
  for (auto const v : {version::v1, version::v2}) {
    peer_options options;
    options.version = v;
    hostile_peer peer(role::client, stage::confirmed, options);
    CHECK(peer.victim->confirmed());
    CHECK(peer.victim->version() == v);
  }
}

TEST_CASE("a server that changes the version of a client that offers another one is followed", "[bad_input][rfc9368]") {
  hostile_peer peer(role::server, stage::start, saying(info(version::v2, {version::v1, version::v2})));
  peer.use_version(version::v2);
  peer.advance_to(stage::confirmed);
  CHECK(peer.victim->confirmed());
  CHECK(peer.victim->version() == version::v2);
  CHECK(peer.spoken_by_victim == version::v2);
}

TEST_CASE("a server whose words under TLS are not those of its headers is found out", "[bad_input][rfc9368]") {
  auto const both = {version::v1, version::v2};
  check_server_found_out(info(version::v2, both));               // stays in v1 and says v2
  check_server_found_out(info(version::v1, both), version::v2);  // changes to v2 and says v1
  check_server_found_out(std::nullopt, version::v2);             // changes and says nothing
  check_server_found_out(info(version{0x1a2a3a4b}, both));       // chooses what nobody offered
  check_server_found_out(info(version{0x1a2a3a4b}, both), version::v2);
}

TEST_CASE("a server does not change to a version that was not offered", "[bad_input][rfc9368]") {
  auto options = saying(info(version::v2, {version::v2}));
  options.settings.versions = {version::v1};
  hostile_peer peer(role::server, stage::start, options);
  peer.use_version(version::v2);
  peer.send_handshake(initial);
  CHECK(peer.absorb() == 0);
  CHECK(peer.victim->version() == version::v1);
  CHECK(peer.victim->statistics().packets_received == 0);
  peer.use_version(version::v1);
  peer.send(initial, ping);
  CHECK(peer.victim->statistics().packets_received == 1);
}

TEST_CASE("a first flight that is good in no version ends the handshake", "[bad_input][rfc9368]") {
  // RFC 9368 2.3: one of version 1 can be taken for one of version 2, and the other way round, unless it is malformed.
  for (auto const& [first, better] : {std::pair{version::v1, version::v2}, std::pair{version::v2, version::v1}}) {
    CAPTURE(code_of(first));
    auto options = saying(std::nullopt);
    options.version = first;
    options.edit = [first = first, better = better](parameters& p) {
      p.version_information = info(first, {better, first});
      p.ack_delay_exponent = 21;
    };
    hostile_peer peer(role::client, stage::handshake, options);
    peer.absorb();
    REQUIRE(peer.victim->close_reason());
    CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::transport_parameter_error));
    CHECK_FALSE(peer.victim->connected());
    REQUIRE_FALSE(peer.closes.empty());
    CHECK(peer.closes.back().code == static_cast<std::uint64_t>(error_code::transport_parameter_error));
    options.edit = [first = first, better = better](parameters& p) {
      p.version_information = info(first, {better, first});
    };
    hostile_peer honest(role::client, stage::confirmed, options);
    CHECK(honest.victim->version() == better);
  }
}

TEST_CASE("a server that has begun to answer does not change the version any more", "[bad_input][rfc9369]") {
  hostile_peer peer(role::server, stage::handshake, saying(std::nullopt));
  CHECK(peer.victim->version() == version::v1);
  auto const before = peer.victim->statistics().packets_received;
  peer.use_version(version::v2);
  peer.send(initial, ping);
  peer.send(handshake, ping);
  CHECK(peer.victim->version() == version::v1);
  CHECK(peer.victim->statistics().packets_received == before);
  CHECK_FALSE(peer.victim->closing());
}

TEST_CASE("Version Negotiation that the server confirms under TLS is followed", "[bad_input][rfc9368]") {
  // RFC 9368 8: a server that speaks version 1 alone need not know what version_information is.
  for (auto const& what :
       {std::optional<wire::version_information>{}, std::optional{info(version::v1, {version::v1})}}) {
    auto peer = negotiated(what);
    peer.advance_to(stage::confirmed);
    CHECK(peer.victim->confirmed());
    CHECK(peer.victim->version() == version::v1);
  }
}

TEST_CASE("Version Negotiation that the server does not confirm was forged", "[bad_input][rfc9368]") {
  for (auto const& what :
       {info(version::v1, {}), info(version::v1, {version::v2, version::v1}), info(version::v2, {version::v1})}) {
    auto peer = negotiated(what);
    check_found_out(peer);
  }
  auto silent = negotiated(std::nullopt, version::v2);
  check_found_out(silent);
}

TEST_CASE("Version Negotiation in answer to an attempt that follows one is ignored", "[bad_input][rfc9368]") {
  peer_options options;
  options.more_versions = true;
  options.settings.versions = {version::v2, version::v1};
  options.version = version::v2;
  hostile_peer peer(role::server, stage::start, options);
  peer.deliver(negotiation(peer, {1}));
  CHECK(peer.absorb() == 1);
  peer.deliver(negotiation(peer, {0x6b3343cf}));
  peer.deliver(negotiation(peer, {77}));
  CHECK(peer.absorb() == 0);
  CHECK(peer.victim->version() == version::v1);
  CHECK_FALSE(peer.victim->closing());
}

TEST_CASE("packets of a version that is not the negotiated one are dropped", "[bad_input][rfc9369]") {
  for (auto const self : both_roles)
    for (auto const& [used, other] : {std::pair{version::v1, version::v2}, std::pair{version::v2, version::v1}}) {
      CAPTURE(name_of_role(self), code_of(used));
      peer_options options;
      options.version = used;
      options.more_versions = true;
      scene at(self, stage::handshake, options);
      at.peer.send(handshake, bytes{0x1e}, {.version = code_of(other)});
      at.peer.send(early_data, bytes{0x1e}, {.version = code_of(other)});
      at.peer.send(initial, bytes{0x1e}, {.version = code_of(other)});
      at.peer.send(handshake, bytes{0x1e}, {.version = 0x1a2a3a4aU});
      at.check_ignored();
    }
}

TEST_CASE("a server reads Initial packets of the version that it left until a Handshake packet comes",
          "[bad_input][rfc9369]") {
  hostile_peer peer(role::client, stage::start, saying(info(version::v1, {version::v2, version::v1})));
  auto const late = peer.packet(initial, ping);
  auto const too_late = peer.packet(initial, ping);
  peer.advance_to(stage::handshake);
  CHECK(peer.spoken_by_victim == version::v2);
  auto const before = peer.victim->statistics().packets_received;
  auto const padded_to = [](bytes packet) {
    packet.resize(1200);
    return packet;
  };
  peer.deliver(padded_to(late));
  CHECK(peer.victim->statistics().packets_received == before + 1);
  peer.advance_to(stage::confirmed);
  CHECK(peer.victim->confirmed());
  auto const after = peer.victim->statistics().packets_received;
  peer.deliver(padded_to(too_late));
  CHECK(peer.victim->statistics().packets_received == after);
  CHECK_FALSE(peer.victim->closing());
}

TEST_CASE("a Retry is believed with the tag of its own version only", "[bad_input][rfc9369]") {
  for (auto const& [used, other] : {std::pair{version::v1, version::v2}, std::pair{version::v2, version::v1}}) {
    peer_options options;
    options.version = used;
    hostile_peer peer(role::server, stage::start, options);
    auto const retry = [&](version in_header, version of_tag) {
      bytes room(200);
      byte_writer writer{room};
      wire::write_retry_without_tag(writer, in_header, peer.victim_id(), *connection_id::from(repeated(8, 3)),
                                    repeated(40, 9), 5);
      writer.bytes(retry_integrity_tag<null_protection>(of_tag, peer.first_destination(), writer.written()));
      room.resize(writer.size());
      return room;
    };
    peer.deliver(retry(used, other));
    peer.deliver(retry(other, other));
    CHECK_FALSE(peer.victim->retried());
    peer.deliver(retry(used, used));
    CHECK(peer.victim->retried());
  }
}
