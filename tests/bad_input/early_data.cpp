// SPDX-License-Identifier: BSL-1.0
// What may not be in early data, and what may not be made of it (RFC 9000 7.4.1, 12.5, 17.2.3; RFC 9001 4.6, 5.6).
#include "frame_table.hpp"
#include "outcome.hpp"

#include <algorithm>
#include <set>

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

std::shared_ptr<null_sessions const> sessions(bool early = true) {
  session_settings settings;
  settings.secrets = {session_secret{1}};
  settings.early_data = early;
  settings.replay = [](early_data_claim const&) { return true; };
  return make_null_sessions(settings);
}

std::shared_ptr<null_handshake::config const> resuming_config(bool early = true) {
  auto config = std::make_shared<null_handshake::config>();
  config->alpn = {"test"};
  config->sessions = sessions(early);
  return config;
}

/// A client that has resumed, whose hello has been taken and early data accepted.
struct early_client {
  explicit early_client(transport_settings const& settings = {}) : peer(role::client, stage::start, second(settings)) {
    peer.send_handshake(initial);
    REQUIRE(peer.has_keys(early_data));
    REQUIRE(peer.victim->early_data() == early_data_status::accepted);
  }

  static peer_options second(transport_settings const& settings) {
    peer_options options;
    options.settings = settings;
    options.victim_config = resuming_config();
    hostile_peer first(role::client, stage::confirmed, options);
    REQUIRE_FALSE(first.session.empty());
    options.session = first.session;
    options.early_data = options.notes_packets = true;
    return options;
  }

  void check_closed(error_code code) {
    peer.absorb();
    REQUIRE(peer.victim->close_reason());
    CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(code));
    CHECK(peer.victim->close_reason()->origin == event::close_origin::local);
  }

  hostile_peer peer;
};

/// A victim that is a client and has a session of a server like this.
client_session session_of_victim() {
  peer_options options;
  options.sessions = sessions();
  hostile_peer server(role::server, stage::confirmed, options);
  server.send_handshake(one_rtt);
  server.absorb();
  auto session = server.victim->take_session();
  REQUIRE(session);
  return *session;
}

/// The client believes from now on that these were its server's.
void remember(client_session& session, wire::transport_parameters const& parameters) {
  bytes room(512);
  byte_writer writer{room};
  wire::write(writer, parameters, 0);
  session.parameters.assign(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(writer.size()));
}

}  // namespace

TEST_CASE("early data carries exactly the frames that RFC 9000 lets it carry", "[bad_input][rfc9000]") {
  for (auto const& row : frame_table) {
    CAPTURE(row.name);
    early_client at;
    at.peer.send(early_data, harmless_frame(row, at.peer, 0));
    if (row.packets.find('0') == std::string_view::npos) {
      at.check_closed(row.refused);
      CHECK(at.peer.victim->close_reason()->frame_type == row.type);
      continue;
    }
    at.peer.absorb();
    CHECK(at.peer.closes.empty());
    if (row.type == 0x1c || row.type == 0x1d)
      CHECK(at.peer.victim->close_reason()->origin == event::close_origin::peer);
    else
      CHECK_FALSE(at.peer.victim->closing());
  }
}

TEST_CASE("early data keeps to the limits", "[bad_input][rfc9000]") {
  transport_settings small;
  small.bidi_streams = 2;
  small.stream_window = 100;
  small.connection_window = 150;
  early_client at{small};
  auto const id = [&](std::uint64_t index) { return at.peer.own_stream(stream_direction::bidirectional, index); };
  SECTION("number of streams") {
    at.peer.send(early_data, stream(id(2), 0, text("x")));
    at.check_closed(error_code::stream_limit_error);
  }
  SECTION("bytes of a stream") {
    at.peer.send(early_data, stream(id(0), 100, text("x")));
    at.check_closed(error_code::flow_control_error);
  }
  SECTION("bytes of the connection") {
    at.peer.send(early_data, stream(id(0), 0, repeated(100, 1)));
    at.peer.send(early_data, stream(id(1), 0, repeated(51, 1)));
    at.check_closed(error_code::flow_control_error);
  }
  SECTION("reserved bits") {
    at.peer.send(early_data, ping, {.reserved_bits = 0x0c});
    at.check_closed(error_code::protocol_violation);
  }
}

TEST_CASE("early data is shown to nobody before the handshake is complete", "[bad_input][rfc9001]") {
  early_client at;
  auto const id = stream_id{at.peer.own_stream(stream_direction::bidirectional)};
  at.peer.send(early_data, stream(id.value(), 0, text("early")));
  bytes room(16);
  CHECK(at.peer.victim->read(id, room, at.peer.now).error() == stream_errc::not_ready);
  CHECK_FALSE(at.peer.victim->next_event());
  CHECK(at.peer.victim->replayable());
  at.peer.absorb();
  at.peer.send_handshake(handshake);
  at.peer.absorb();
  REQUIRE(at.peer.victim->connected());
  CHECK_FALSE(at.peer.victim->replayable());
  auto const got = at.peer.victim->read(id, room, at.peer.now);
  REQUIRE(got);
  CHECK(got->size == 5);
  // The keys go a moment after 1-RTT packets have come; a copy of the packet is one too many in any case.
  at.peer.send(one_rtt, ping);
  at.peer.pass(std::chrono::seconds{10});
  auto const before = at.peer.victim->statistics().packets_received;
  at.peer.send(early_data, ping);
  CHECK(at.peer.victim->statistics().packets_received == before);
}

TEST_CASE("early data from an address that is not proven reach nobody and are answered with little",
          "[bad_input][rfc9000][cve_class_unproven_early_data]") {
  early_client at;
  auto& victim = at.peer.victim;
  auto const id = stream_id{at.peer.own_stream(stream_direction::bidirectional)};
  bytes room(16);
  SECTION("without a copy of the hello they are not heard at all") {
    auto const before = victim->statistics().packets_received;
    at.peer.seems_at = socket_address::v4(198, 51, 100, 9, 1111);
    at.peer.send(early_data, stream(id.value(), 0, text("GET")));
    CHECK(victim->statistics().packets_received == before);
    CHECK(victim->held_bytes() == 0);
    CHECK(victim->open_streams() == 0);
    at.peer.pass(std::chrono::seconds{1});
    CHECK(victim->path().remote == client_address);
  }
  SECTION("with it they wait for the end of the handshake, which never comes") {
    at.peer.send(early_data, stream(id.value(), 0, text("GET")));
    at.peer.pass(std::chrono::minutes{5});
    CHECK(victim->read(id, room, at.peer.now).error() == stream_errc::not_ready);
    CHECK_FALSE(victim->next_event().value_or(connection_event{}).what == connection_event::kind::connected);
    CHECK_FALSE(victim->connected());
    CHECK(victim->closing());
  }
  SECTION("and who takes them all the same answers within three times what came") {
    victim->accept_replayable();
    at.peer.send(early_data, stream(id.value(), 0, text("GET")));
    CHECK(victim->replayable());
    REQUIRE(victim->read(id, room, at.peer.now));
    auto const answer = repeated(50000, 1);
    REQUIRE(victim->write(id, answer));
    at.peer.pass(std::chrono::seconds{5});
    CHECK(at.peer.bytes_sent_by_victim > 0);
    CHECK(at.peer.bytes_sent_by_victim <= 3 * at.peer.bytes_sent_to_victim);
    CHECK(victim->replayable());
  }
}

TEST_CASE("early packets are acknowledged in 1-RTT packets, and none is sent by a server", "[bad_input][rfc9000]") {
  early_client at;
  auto const number = at.peer.next_number(early_data);
  for (int i = 0; i < 5; ++i) at.peer.send(early_data, ping);
  at.peer.pass(std::chrono::milliseconds{100});
  at.peer.send_handshake(handshake);
  at.peer.pass(std::chrono::milliseconds{100});
  std::set<encryption_level> acked;
  for (auto const& one : at.peer.packets) {
    CHECK(one.level != early_data);
    if (one.acked && (one.level == one_rtt || *one.acked >= number + 4)) acked.insert(one.level);
  }
  CHECK(acked == std::set{one_rtt});
  CHECK(at.peer.acked_by_victim.back() >= number + 4);
}

TEST_CASE("early packets that come before the hello are held within caps", "[bad_input][rfc9001]") {
  auto const options = early_client::second({});
  hostile_peer peer(role::client, stage::start, options);
  bytes const first = peer.packet(initial, crypto(0, peer.handshake_bytes[0]));
  // There are no keys at the victim yet. The peer has its own.
  REQUIRE(peer.has_keys(early_data));
  for (int i = 0; i < 50; ++i) peer.send(early_data, ping);
  CHECK(peer.victim->held_bytes() <= limits::undecryptable_bytes);
  CHECK(peer.victim->statistics().packets_dropped == 50 - limits::undecryptable_packets);
  auto datagram = first;
  datagram.resize(1200);
  peer.deliver(datagram);
  CHECK(peer.victim->held_bytes() == 0);
  CHECK(peer.victim->statistics().packets_received == 1 + limits::undecryptable_packets);
}

TEST_CASE("that a client lets go of the QUIC bit is not remembered for its next connection", "[bad_input][rfc9287]") {
  auto const clear_bits = [](hostile_peer& peer) {
    peer.advance_to(stage::confirmed);
    for (int i = 0; i < 60; ++i) {
      peer.send(one_rtt, ping);
      peer.pass(std::chrono::milliseconds{30});
    }
    return std::count_if(peer.packets.begin(), peer.packets.end(), [](auto const& one) { return !one.fixed_bit; });
  };
  peer_options options;
  options.victim_config = resuming_config();
  options.notes_packets = true;
  options.edit = [](wire::transport_parameters& p) { p.grease_quic_bit = true; };
  hostile_peer first(role::client, stage::confirmed, options);
  CHECK(clear_bits(first) > 0);
  options.session = first.session;
  options.edit = [](wire::transport_parameters& p) { p.grease_quic_bit = false; };
  hostile_peer second(role::client, stage::start, options);
  second.send_handshake(initial);
  CHECK(clear_bits(second) == 0);
  CHECK(second.victim->resumed());
}

TEST_CASE("a server that accepts early data under lower limits than it promised is refused", "[bad_input][rfc9000]") {
  auto session = session_of_victim();
  // The client remembers more than this server has ever said.
  auto remembered = *wire::read_transport_parameters(session.parameters, role::server);
  SECTION("data") {
    ++remembered.initial_max_data;
  }
  SECTION("streams") {
    ++remembered.initial_max_streams_uni;
  }
  SECTION("connection IDs") {
    ++remembered.active_connection_id_limit;
  }
  remember(session, remembered);
  peer_options options;
  options.sessions = sessions();
  options.victim_session = session;
  hostile_peer server(role::server, stage::complete, options);
  REQUIRE(server.victim->close_reason());
  CHECK(server.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::protocol_violation));
}

TEST_CASE("limits of the handshake take the place of those that were remembered", "[bad_input][rfc9000]") {
  auto session = session_of_victim();
  auto remembered = *wire::read_transport_parameters(session.parameters, role::server);
  remembered.initial_max_streams_bidi = 1;
  remembered.initial_max_data = 10;
  remember(session, remembered);
  peer_options options;
  options.sessions = sessions();
  options.victim_session = session;
  hostile_peer server(role::server, stage::start, options);
  auto& victim = server.victim;
  auto const id = victim->early().open(stream_direction::bidirectional);
  REQUIRE(id);
  auto const request = repeated(20, 'x');
  REQUIRE(victim->early().write(*id, replay_safe{byte_view{request}}));
  CHECK_FALSE(victim->early().open(stream_direction::bidirectional));
  server.absorb();
  CHECK(server.stream_data[id->value()].size() == 10);
  server.advance_to(stage::confirmed);
  REQUIRE(victim->early_data() == early_data_status::accepted);
  CHECK(server.stream_data[id->value()].size() == 20);
  for (int i = 0; i < 50; ++i) CHECK(victim->open(stream_direction::bidirectional));
}

TEST_CASE("who rejects early data cannot acknowledge it", "[bad_input][rfc9001]") {
  peer_options options;
  options.sessions = sessions(false);
  options.victim_session = session_of_victim();
  hostile_peer server(role::server, stage::start, options);
  auto& victim = server.victim;
  REQUIRE(victim->early_data() == early_data_status::offered);
  auto const id = victim->early().open(stream_direction::bidirectional);
  REQUIRE(id);
  auto const request = text("GET");
  REQUIRE(victim->early().write(*id, replay_safe{byte_view{request}}));
  server.absorb();
  server.advance_to(stage::complete);
  REQUIRE(victim->early_data() == early_data_status::rejected);
  REQUIRE(victim->connected());
  server.send(one_rtt, numbers({0x02, 0, 0, 0, 0}));
  REQUIRE(victim->close_reason());
  CHECK(victim->close_reason()->code == static_cast<std::uint64_t>(error_code::protocol_violation));
  CHECK(victim->close_reason()->frame_type == 0x02);
}

TEST_CASE("a client opens no 0-RTT packet", "[bad_input][rfc9001]") {
  peer_options options;
  options.sessions = sessions();
  options.victim_session = session_of_victim();
  hostile_peer server(role::server, stage::start, options);
  auto const before = server.victim->statistics().packets_received;
  server.send(early_data, ping);
  CHECK(server.victim->statistics().packets_received == before);
  CHECK(server.victim->held_bytes() == 0);
  server.advance_to(stage::confirmed);
  CHECK_FALSE(server.victim->closing());
}
