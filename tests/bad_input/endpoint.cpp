// SPDX-License-Identifier: BSL-1.0
// Strangers at an endpoint: junk, floods, unknown versions, tokens that are wrong in every way.
#include "hostile_peer.hpp"
#include "watched_victim.hpp"

#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/wire/frames.hpp>
#include <quoin/wire/packet/short_header.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::testing;
using namespace std::chrono_literals;

namespace {

struct counting_handler {
  int events = 0;
  void on_event(connection<test_stack>&, connection_event const&) { ++events; }
};

connection_id id_of(std::uint8_t fill, std::size_t size = 8) {
  return *connection_id::from(repeated(size, fill));
}

/// A server endpoint with its network in the test's hands.
struct server {
  explicit server(std::function<void(endpoint_config<test_stack>&)> const& edit = {}) {
    auto const charged = end.charge();
    end.hold(std::make_unique<endpoint<test_stack>>(config(edit)));
    end->clock().advance(100s);
  }

  static endpoint_config<test_stack> config(std::function<void(endpoint_config<test_stack>&)> const& edit) {
    endpoint_config<test_stack> settings;
    settings.io.bind = server_address;
    auto crypto = std::make_shared<null_handshake::config>();
    crypto->alpn = {"test"};
    settings.crypto = crypto;
    settings.accept = true;
    settings.secret.fill(7);
    if (edit) edit(settings);
    return settings;
  }

  /// Delivers a datagram and returns what is sent because of it.
  std::vector<bytes> say(bytes const& datagram, socket_address const& from = client_address) {
    REQUIRE(end->io().deliver({server_address, from}, datagram));
    end->service(handler);
    std::vector<bytes> answers;
    for (auto const& sent : end->io().take_sent()) {
      auto const segment = sent.segment_size == 0 ? sent.bytes.size() : sent.segment_size;
      for (auto rest = byte_view{sent.bytes}; !rest.empty();) {
        auto const one = rest.first(std::min(segment, rest.size()));
        answers.emplace_back(one.begin(), one.end());
        rest = rest.subspan(one.size());
      }
    }
    return answers;
  }

  void pass(duration time) {
    end->clock().advance(time);
    end->service(handler);
    end->io().take_sent();
  }

  counting_handler handler;
  watched<endpoint<test_stack>> end;
};

/// An honest client's first datagram, but for what the test says.
bytes client_initial(connection_id const& destination, bytes const& token = {}, std::size_t size = 1200,
                     connection_id const& source = id_of(0xcc), bool forged = false, version v = tested_version()) {
  wire::transport_parameters parameters;
  parameters.initial_source_connection_id = source;
  bytes encoded(200);
  byte_writer parameter_writer{encoded};
  wire::write(parameter_writer, parameters, 3);
  auto crypto_config = std::make_shared<null_handshake::config>();
  crypto_config->alpn = {"test"};
  null_handshake tls(crypto_config, {role::client, "server.test", parameter_writer.written()});
  static_cast<void>(tls.begin());
  auto const hello = tls.next()->bytes;

  bytes packet(size);
  byte_writer writer{packet};
  auto const header = wire::write_long_header(writer, event::packet_kind::initial, v, destination, source, token, 0, 4);
  writer.bytes(crypto(0, {hello.begin(), hello.end()}));
  wire::patch_length(packet, *header, size);
  level_keys<null_protection> keys;
  keys.install(key_direction::seal, v, cipher_suite::aes_128_gcm_sha256,
               derive_initial_secrets<null_kdf>(v, destination.view()).client.view());
  packet_to_seal to_seal{packet, header->packet_number_offset, 4, 0};
  keys.seal({&to_seal, 1});
  if (forged) packet.back() ^= 1;
  return packet;
}

struct close_listener {
  std::optional<std::uint64_t> code;
  result<> operator()(wire::connection_close_frame const& frame) {
    code = frame.code;
    return {};
  }
  template <class Frame>
  result<> operator()(Frame const&) {
    return {};
  }
};

/// The code of the CONNECTION_CLOSE in a server's Initial packet, if that is what it is.
std::optional<std::uint64_t> close_code(bytes datagram, connection_id const& destination) {
  auto const header = wire::read_long_header(datagram);
  if (!header || header->kind != event::packet_kind::initial) return std::nullopt;
  level_keys<null_protection> keys;
  keys.install(key_direction::open, header->version, cipher_suite::aes_128_gcm_sha256,
               derive_initial_secrets<null_kdf>(header->version, destination.view()).server.view());
  packet_to_open packet{};
  packet.bytes = byte_span{datagram}.first(header->packet_size);
  packet.packet_number_offset = header->packet_number_offset;
  keys.open({&packet, 1});
  if (packet.status != open_status::opened) return std::nullopt;
  close_listener ears;
  static_cast<void>(wire::read_frames(packet.payload, event::packet_kind::initial, ears));
  return ears.code;
}

constexpr auto invalid_token = static_cast<std::uint64_t>(error_code::invalid_token);

bytes long_datagram(std::uint32_t v, connection_id const& destination, std::size_t size, std::uint8_t first = 0xc0) {
  bytes room(size);
  byte_writer writer{room};
  writer.u8(first);
  writer.u32(v);
  writer.u8(static_cast<std::uint8_t>(destination.size()));
  writer.bytes(destination.view());
  writer.u8(8);
  writer.fill(8, 0xcc);
  return room;
}

bytes short_datagram(std::uint8_t fill, std::size_t size) {
  auto datagram = repeated(size, fill);
  if (!datagram.empty()) datagram[0] = 0x41;
  return datagram;
}

}  // namespace

TEST_CASE("an honest client's first datagram is answered", "[bad_input][rfc9000]") {
  server s;
  CHECK_FALSE(s.say(client_initial(id_of(1))).empty());
  CHECK(s.end->connection_count() == 1);
}

TEST_CASE("first datagrams that cannot be an honest client's leave nothing behind", "[bad_input][rfc9000]") {
  server s;
  CHECK(s.say(client_initial(id_of(1), {}, 1199)).empty());
  CHECK(s.say(client_initial(id_of(1, 7))).empty());
  CHECK(s.say(client_initial(id_of(1), {}, 1200, id_of(0xcc), true)).empty());
  CHECK(s.say({}).empty());
  CHECK(s.say({0x40}).empty());
  CHECK(s.say({0xc0, 0, 0, 0, 1}).empty());
  CHECK(s.say(long_datagram(1, id_of(1), 1200, 0xe0)).empty());           // Handshake
  CHECK(s.say(long_datagram(1, id_of(1), 1200, 0xd0)).empty());           // 0-RTT
  CHECK(s.say(long_datagram(1, id_of(1), 1200, 0xf0)).empty());           // Retry
  CHECK(s.say(long_datagram(1, id_of(1), 1200, 0x80)).empty());           // fixed bit
  CHECK(s.say(long_datagram(0x6b3343cf, id_of(1), 1200, 0xc0)).empty());  // a Retry in v2, where v1 has an Initial
  CHECK(s.say(long_datagram(0x6b3343cf, id_of(1), 1200, 0xe0)).empty());  // 0-RTT
  CHECK(s.say(long_datagram(0x6b3343cf, id_of(1), 1200, 0xf0)).empty());  // Handshake
  CHECK(s.say(bytes{0xc0, 0, 0, 0, 1, 21} + repeated(1300, 3)).empty());
  CHECK(s.end->connection_count() == 0);
  CHECK(s.end->deadline() == never);
}

TEST_CASE("unknown versions are told what we speak, but not for little and not for ever",
          "[bad_input][rfc9000][cve_class_version_loop]") {
  server s;
  CHECK(s.say(long_datagram(0x1a2a3a4a, id_of(1), 1199)).empty());
  CHECK(s.say(long_datagram(0, id_of(1), 1200)).empty());  // itself a Version Negotiation packet
  auto const answer = s.say(long_datagram(0x1a2a3a4a, id_of(1), 1200));
  REQUIRE(answer.size() == 1);
  CHECK(answer[0].size() <= 3 * 1200);
  CHECK(bytes(answer[0].begin() + 1, answer[0].begin() + 5) == repeated(4, 0));
  std::size_t answers = 0;
  for (int i = 0; i < 1000; ++i) answers += s.say(long_datagram(0x1a2a3a4a, id_of(1), 1200)).size();
  CHECK(answers <= reply_limiter::per_second_and_address);
  // IDs may be longer than ours in versions that we do not know.
  s.pass(2s);
  auto const with_long_id = s.say(bytes{0xc0, 1, 2, 3, 4, 255} + repeated(255, 5) + bytes{3} + repeated(1100, 6));
  REQUIRE(with_long_id.size() == 1);
  CHECK(with_long_id[0].size() > 255);
  // What follows in the datagram is not asked for.
  s.pass(2s);
  auto const several = long_datagram(0x1a2a3a4a, id_of(1), 1200) + long_datagram(0x1a2a3a4b, id_of(2), 1200);
  CHECK(s.say(several).size() == 1);
  CHECK(s.end->connection_count() == 0);
}

TEST_CASE("short packets of strangers are answered with less, seldom, or not at all",
          "[bad_input][rfc9000][cve_class_reset_storm]") {
  for (std::size_t size = 1; size < 100; ++size) {
    CAPTURE(size);
    server s;
    auto const answer = s.say(short_datagram(9, size));
    if (size <= 21) {
      CHECK(answer.empty());
    } else {
      REQUIRE(answer.size() == 1);
      CHECK(answer[0].size() < size);
      CHECK(answer[0].size() >= 21);
      CHECK((answer[0][0] & 0xc0) == 0x40);
    }
  }
  server s;
  std::size_t answers = 0;
  for (int i = 0; i < 1000; ++i) answers += s.say(short_datagram(static_cast<std::uint8_t>(i), 1200)).size();
  CHECK(answers <= reply_limiter::per_second_and_address);
  CHECK(s.end->connection_count() == 0);
}

TEST_CASE("two endpoints without state do not answer each other for long",
          "[bad_input][rfc9000][cve_class_reset_storm]") {
  server a;
  server b;
  bytes datagram = short_datagram(9, 1200);
  int exchanged = 0;
  for (bool to_a = true; exchanged < 100; to_a = !to_a, ++exchanged) {
    auto const answer = (to_a ? a : b).say(datagram);
    if (answer.empty()) break;
    CHECK(answer[0].size() < datagram.size());
    datagram = answer[0];
  }
  CHECK(exchanged < 30);
}

TEST_CASE("a flood of strangers from everywhere costs no memory", "[bad_input][limits][cve_class_handshake_flood]") {
  server s([](auto& settings) { settings.require_retry = true; });
  auto const round = [&](int i) {
    auto const n = static_cast<std::uint8_t>(i);
    auto const from = socket_address::v4(10, static_cast<std::uint8_t>(i >> 8), n, 1, 1000);
    s.say(short_datagram(n, 900), from);
    s.say(long_datagram(0x1a2a3a4a, id_of(n), 1200), from);
    s.say(client_initial(id_of(n)), from);
    s.say(client_initial(id_of(n), repeated(81, n)), from);
  };
  for (int i = 0; i < 1000; ++i) round(i);
  auto const before = live_heap_bytes();
  for (int i = 1000; i < 4000; ++i) round(i);
  CHECK(live_heap_bytes() <= before + 4096);
  CHECK(s.end->connection_count() == 0);
}

TEST_CASE("handshakes that strangers leave behind are few, and end", "[bad_input][limits][cve_class_pending_accept]") {
  server s([](auto& settings) { settings.max_unvalidated = 8; });
  std::size_t retries = 0;
  for (int i = 0; i < 200; ++i) {
    auto const from = socket_address::v4(10, 0, 0, static_cast<std::uint8_t>(i), 1000);
    auto const answers = s.say(client_initial(id_of(static_cast<std::uint8_t>(i))), from);
    if (!answers.empty() && wire::read_retry(answers[0])) ++retries;
  }
  CHECK(s.end->connection_count() == 8);
  CHECK(retries > 100);
  for (int i = 0; i < 200; ++i) s.pass(100ms);
  CHECK(s.end->connection_count() == 0);
}

TEST_CASE("a full endpoint makes no connection to refuse one", "[bad_input][limits]") {
  server s([](auto& settings) { settings.max_connections = 1; });
  s.say(client_initial(id_of(1)));
  REQUIRE(s.end->connection_count() == 1);
  for (int i = 2; i < 250; ++i) {
    auto const n = static_cast<std::uint8_t>(i);
    auto const answer = s.say(client_initial(id_of(n)), socket_address::v4(10, 0, 0, n, 1000));
    REQUIRE(answer.size() == 1);
    CHECK(answer[0].size() < 1200);
    CHECK(close_code(answer[0], id_of(n)) == static_cast<std::uint64_t>(error_code::connection_refused));
    CHECK(s.end->connection_count() == 1);
  }
}

TEST_CASE("a Retry token is good for its address, its time and its packet alone",
          "[bad_input][rfc9000][cve_class_default_token_handler]") {
  server s([](auto& settings) { settings.require_retry = true; });
  auto const answers = s.say(client_initial(id_of(1)));
  REQUIRE(answers.size() == 1);
  auto const retry = wire::read_retry(answers[0]);
  REQUIRE(retry);
  bytes const token{retry->token.begin(), retry->token.end()};
  auto const chosen = retry->source;
  auto const refused = [&](std::vector<bytes> const& got, connection_id const& destination) {
    REQUIRE(got.size() == 1);
    CHECK(close_code(got[0], destination) == invalid_token);
    CHECK(got[0].size() < 200);
    CHECK(s.end->connection_count() == 0);
  };
  SECTION("another port") {
    refused(s.say(client_initial(chosen, token), socket_address::v4(192, 0, 2, 1, 1112)), chosen);
  }
  SECTION("another address") {
    refused(s.say(client_initial(chosen, token), socket_address::v4(192, 0, 2, 9, 1111)), chosen);
  }
  SECTION("another destination") {
    refused(s.say(client_initial(id_of(9), token)), id_of(9));
  }
  SECTION("another version") {
    refused(s.say(client_initial(chosen, token, 1200, id_of(0xcc), false, other_version())), chosen);
  }
  SECTION("damaged on its way: what does not authenticate is not answered") {
    auto wrong = token;
    wrong[30] ^= 0x10;
    CHECK(s.say(client_initial(chosen, wrong, 1200, id_of(0xcc), true)).empty());
    auto datagram = client_initial(chosen, token);
    datagram[40] ^= 0x10;  // in the token
    CHECK(s.say(datagram).empty());
    CHECK_FALSE(s.say(client_initial(chosen, token)).empty());
    CHECK(s.end->connection_count() == 1);
  }
  SECTION("left out: there is another Retry and no connection") {
    auto const got = s.say(client_initial(chosen));
    REQUIRE(got.size() == 1);
    CHECK(wire::read_retry(got[0]));
    CHECK(s.end->connection_count() == 0);
  }
  SECTION("too late") {
    s.pass(11s);
    refused(s.say(client_initial(chosen, token)), chosen);
  }
  SECTION("changed") {
    for (std::size_t i = 1; i < token.size(); ++i) {
      auto wrong = token;
      wrong[i] ^= 0x10;
      s.pass(2s);
      refused(s.say(client_initial(chosen, wrong), client_address), chosen);
    }
  }
  SECTION("cut: no Retry token any more, so there is another Retry") {
    for (std::size_t size = 1; size < token.size(); ++size) {
      s.pass(2s);
      auto const got =
          s.say(client_initial(chosen, {token.begin(), token.begin() + static_cast<std::ptrdiff_t>(size)}));
      REQUIRE(got.size() == 1);
      CHECK(wire::read_retry(got[0]));
      CHECK(s.end->connection_count() == 0);
    }
  }
  SECTION("from a server with another secret") {
    server other([](auto& settings) {
      settings.require_retry = true;
      settings.secret.fill(8);
    });
    auto const got = other.say(client_initial(chosen, token));
    REQUIRE(got.size() == 1);
    CHECK(close_code(got[0], chosen) == invalid_token);
  }
  SECTION("a server without a secret of its own makes a random one") {
    server other([](auto& settings) {
      settings.require_retry = true;
      settings.secret = {};
    });
    auto const got = other.say(client_initial(chosen, token));
    REQUIRE(got.size() == 1);
    CHECK(close_code(got[0], chosen) == invalid_token);
  }
  SECTION("as it was meant") {
    CHECK_FALSE(s.say(client_initial(chosen, token)).empty());
    CHECK(s.end->connection_count() == 1);
  }
}

TEST_CASE("many first datagrams of one client before its Retry leave nothing behind",
          "[bad_input][rfc9000][cve_class_retry_race]") {
  server s([](auto& settings) { settings.require_retry = true; });
  for (int i = 0; i < 100; ++i) {
    auto const answers = s.say(client_initial(id_of(1)));
    REQUIRE(answers.size() <= 1);
    if (answers.empty()) continue;
    auto const retry = wire::read_retry(answers[0]);
    REQUIRE(retry);
    CHECK(retry->source != id_of(1));
  }
  CHECK(s.end->connection_count() == 0);
  // Two in one datagram are answered once.
  s.pass(2s);
  auto const answers = s.say(client_initial(id_of(1), {}, 600) + client_initial(id_of(1), {}, 600));
  REQUIRE(answers.size() == 1);
  CHECK(wire::read_retry(answers[0]));
}

TEST_CASE("no stateless reset is sent for a connection that is there", "[bad_input][rfc9000]") {
  server s;
  REQUIRE_FALSE(s.say(client_initial(id_of(1))).empty());
  std::vector<connection_id> ids;
  s.end->for_each_connection(
      [&](auto& each) { each.for_each_connection_id([&](connection_id const& id) { ids.push_back(id); }); });
  REQUIRE_FALSE(ids.empty());
  for (auto const& id : ids)
    for (auto const& from : {client_address, socket_address::v4(10, 0, 0, 1, 7)}) {
      bytes unreadable{0x41};
      unreadable.insert(unreadable.end(), id.view().begin(), id.view().end());
      CHECK(s.say(unreadable + repeated(900, 0x55), from).empty());
    }
  CHECK(s.end->connection_count() == 1);
  // It is the connection that keeps it from being sent.
  CHECK(s.say(short_datagram(9, 900)).size() == 1);
}

TEST_CASE("an endpoint that accepts no connections tells nobody which versions it speaks", "[bad_input][rfc9368]") {
  server s([](auto& settings) { settings.accept = false; });
  CHECK(s.say(long_datagram(0x1a2a3a4a, id_of(1), 1200)).empty());
  CHECK(s.say(client_initial(id_of(1))).empty());
}

TEST_CASE("a token that proves nothing is as good as none where none is needed",
          "[bad_input][rfc9000][cve_class_short_token]") {
  for (std::size_t size = 1; size < 120; ++size) {
    CAPTURE(size);
    server s;
    auto const got = s.say(client_initial(id_of(1), repeated(size, 0x6e)));
    std::size_t sent = 0;
    for (auto const& datagram : got) sent += datagram.size();
    CHECK(s.end->connection_count() == 1);
    CHECK(sent > 0);
    CHECK(sent <= 3 * 1200);
  }
}

TEST_CASE("packets for a connection from somewhere else are dropped",
          "[bad_input][rfc9000][cve_class_event_for_each_source]") {
  server s;
  auto const first = client_initial(id_of(1));
  s.say(first);
  auto const elsewhere = socket_address::v4(10, 0, 0, 1, 7);
  CHECK(s.say(first, elsewhere).empty());
  CHECK(s.say(short_datagram(1, 900), elsewhere).empty());
  CHECK(s.end->connection_count() == 1);
}
