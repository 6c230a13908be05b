// SPDX-License-Identifier: BSL-1.0
// A client's first moments: Version Negotiation and Retry packets that it must not believe.
#include "outcome.hpp"

#include <quoin/handshake/retry_integrity.hpp>
#include <quoin/wire/packet/retry.hpp>
#include <quoin/wire/packet/version_negotiation.hpp>

using namespace quoin;
using namespace quoin::testing;
using namespace std::chrono_literals;
using enum quoin::encryption_level;

namespace {

bytes negotiation(byte_view destination, byte_view source, std::vector<std::uint32_t> const& versions) {
  bytes room(200);
  byte_writer writer{room};
  wire::write_version_negotiation(writer, destination, source, versions, 0x2a);
  room.resize(writer.size());
  return room;
}

bytes retry(connection_id const& destination, connection_id const& source, connection_id const& original,
            bytes const& token, version v = tested_version(), std::uint8_t unused = 5) {
  bytes room(1000);
  byte_writer writer{room};
  wire::write_retry_without_tag(writer, v, destination, source, token, unused);
  auto const tag = retry_integrity_tag<null_protection>(v, original, writer.written());
  writer.bytes(tag);
  room.resize(writer.size());
  return room;
}

connection_id id_of(std::uint8_t fill) {
  return *connection_id::from(repeated(8, fill));
}

/// Nothing came of it: the same handshake still goes through.
void check_unimpressed(hostile_peer& peer) {
  CHECK_FALSE(peer.victim->closing());
  CHECK_FALSE(peer.victim->retried());
  CHECK(peer.absorb() == 0);
  peer.advance_to(stage::confirmed);
  CHECK(peer.victim->confirmed());
}

}  // namespace

TEST_CASE("Version Negotiation that cannot be meant is ignored", "[bad_input][rfc9000]") {
  hostile_peer peer(role::server);
  auto const own = peer.victim_id().view();
  auto const first = peer.first_destination().view();
  auto const other = static_cast<std::uint32_t>(other_version());
  peer.deliver(negotiation(own, first, {1, 0x6b3343cf}));        // lists what the client speaks
  peer.deliver(negotiation(own, id_of(3).view(), {other}));      // does not repeat the client's choice
  peer.deliver(negotiation(id_of(3).view(), first, {other}));    // is for somebody else
  peer.deliver(negotiation(own, first, {}));                     // says nothing
  peer.deliver(negotiation(own, first, {other}) + bytes{0, 0});  // ends in half a version
  check_unimpressed(peer);
}

TEST_CASE("Version Negotiation after the first answer is ignored", "[bad_input][rfc9000]") {
  hostile_peer peer(role::server, stage::handshake);
  peer.deliver(negotiation(peer.victim_id().view(), peer.first_destination().view(),
                           {static_cast<std::uint32_t>(other_version())}));
  CHECK_FALSE(peer.victim->closing());
  peer.advance_to(stage::confirmed);
  CHECK(peer.victim->confirmed());
}

TEST_CASE("Version Negotiation without a version in common ends the attempt in silence", "[bad_input][rfc9000]") {
  hostile_peer peer(role::server);
  peer.deliver(negotiation(peer.victim_id().view(), peer.first_destination().view(), {0x0a1a2a3a, 77}));
  CHECK(peer.absorb() == 0);
  CHECK(peer.victim->closed());
  REQUIRE(peer.victim->close_reason());
  CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::version_negotiation_error));
}

TEST_CASE("a second Version Negotiation is ignored", "[bad_input][rfc9000][v1]") {
  peer_options options;
  options.more_versions = true;
  hostile_peer peer(role::server, stage::start, options);
  auto const own = peer.victim_id().view();
  auto const first = peer.first_destination().view();
  peer.deliver(negotiation(own, first, {0x6b3343cf}));
  CHECK(peer.victim->version() == version::v2);
  CHECK(peer.absorb() == 1);
  peer.deliver(negotiation(own, first, {1}));
  peer.deliver(negotiation(own, first, {77}));
  CHECK(peer.victim->version() == version::v2);
  CHECK_FALSE(peer.victim->closing());
  CHECK(peer.absorb() == 0);
}

TEST_CASE("a server ignores Version Negotiation", "[bad_input][rfc9000][cve_class_version_loop]") {
  scene at(role::client);
  at.peer.deliver(negotiation(at.peer.victim_id().view(), at.peer.own_id().view(), {77}));
  at.check_ignored();
}

TEST_CASE("a Retry that cannot be meant is ignored", "[bad_input][rfc9000][cve_class_short_retry]") {
  hostile_peer peer(role::server);
  auto const& own = peer.victim_id();
  auto const& first = peer.first_destination();
  auto const token = repeated(40, 9);
  peer.deliver(retry(own, id_of(3), first, {}));          // without a token
  peer.deliver(retry(own, id_of(3), id_of(4), token));    // whose tag is for another first Initial
  peer.deliver(retry(own, first, first, token));          // that changes nothing
  peer.deliver(retry(id_of(5), id_of(3), first, token));  // for somebody else
  peer.deliver(retry(own, id_of(3), first, token, other_version()));
  auto const good = retry(own, id_of(3), first, token);
  for (std::size_t at = 1; at < good.size(); ++at) {
    auto changed = good;
    changed[at] ^= 0x01;
    peer.deliver(changed);
    peer.deliver({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(at)});
  }
  check_unimpressed(peer);
}

TEST_CASE("a Retry after an Initial is ignored", "[bad_input][rfc9000]") {
  hostile_peer peer(role::server);
  peer.send(initial, ping);
  peer.absorb();
  peer.deliver(retry(peer.victim_id(), id_of(3), peer.first_destination(), repeated(40, 9)));
  check_unimpressed(peer);
}

TEST_CASE("a second Retry is ignored, and the first must be confirmed", "[bad_input][rfc9000]") {
  hostile_peer peer(role::server);
  auto const first = peer.first_destination();
  peer.deliver(retry(peer.victim_id(), id_of(3), first, repeated(40, 9)));
  CHECK(peer.victim->retried());
  CHECK(peer.absorb() == 1);
  peer.deliver(retry(peer.victim_id(), id_of(4), first, repeated(40, 8)));
  peer.deliver(retry(peer.victim_id(), id_of(4), id_of(3), repeated(40, 8)));
  CHECK(peer.absorb() == 0);
  CHECK_FALSE(peer.victim->closing());
}

TEST_CASE("a Retry that the server's parameters do not confirm ends the handshake", "[bad_input][rfc9000]") {
  for (bool const wrong : {false, true}) {
    CAPTURE(wrong);
    hostile_peer peer(role::server, stage::start, {.edit = [wrong](auto& p) {
                        if (wrong) p.retry_source_connection_id = id_of(4);
                      }});
    peer.deliver(retry(peer.victim_id(), id_of(3), peer.first_destination(), repeated(40, 9)));
    peer.absorb();
    peer.use_initial_keys_of(id_of(3));
    peer.advance_to(stage::handshake);
    peer.send_handshake(handshake);
    peer.absorb();
    REQUIRE(peer.victim->close_reason());
    CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::transport_parameter_error));
  }
}

TEST_CASE("the unused bits of Version Negotiation and Retry packets mean nothing", "[bad_input][rfc8999][rfc9000]") {
  for (unsigned bits = 0; bits < 0x80; ++bits) {
    CAPTURE(bits);
    auto const unused = static_cast<std::uint8_t>(bits);
    hostile_peer told(role::server);
    auto list = negotiation(told.victim_id().view(), told.first_destination().view(), {0x0a1a2a3a});
    list[0] = static_cast<std::uint8_t>(0x80 | bits);
    told.deliver(list);
    CHECK(told.victim->closed());
    if (bits > 0x0f) continue;
    hostile_peer asked(role::server);
    auto const source = id_of(3);
    asked.deliver(
        retry(asked.victim_id(), source, asked.first_destination(), repeated(40, 9), tested_version(), unused));
    CHECK(asked.victim->retried());
  }
}

TEST_CASE("a client keeps whatever token a server gives it, byte by byte", "[bad_input][rfc9001]") {
  for (auto const size : {std::size_t{1}, std::size_t{16}, limits::token_size}) {
    CAPTURE(size);
    hostile_peer peer(role::server, stage::confirmed);
    bytes token(size);
    for (std::size_t i = 0; i < size; ++i) token[i] = static_cast<std::uint8_t>(i * 151 + size);
    peer.send(one_rtt, numbers({0x07, size}) + token);
    CHECK(peer.victim->take_token() == token);
    CHECK(peer.victim->take_token().empty());
  }
}

TEST_CASE("after a Retry the client says the same under the same name, and its token is good for this connection alone",
          "[bad_input][rfc9000]") {
  peer_options options;
  options.notes_packets = true;
  hostile_peer peer(role::server, stage::start, options);
  auto const first = peer.first_destination();
  peer.deliver(retry(peer.victim_id(), id_of(3), first, repeated(40, 9)));
  peer.use_initial_keys_of(id_of(3));
  CHECK(peer.absorb() == 1);
  REQUIRE(peer.packets.size() == 2);
  CHECK(peer.packets[0].destination == first);
  CHECK(peer.packets[1].destination == id_of(3));
  CHECK(peer.packets[0].source == peer.packets[1].source);
  CHECK_FALSE(peer.packets[0].crypto.empty());
  CHECK(peer.packets[0].crypto == peer.packets[1].crypto);
  // RFC 9000 8.1.3: only what a NEW_TOKEN frame brings is for another connection.
  CHECK(peer.victim->take_token().empty());
}
