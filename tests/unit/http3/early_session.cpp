// SPDX-License-Identifier: BSL-1.0
// A client's session before the handshake is complete (RFC 9114 7.2.4.2, RFC 8470), and what its server may say then.
#include "byte_transport.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace http3_test;

namespace {

h3::wire_settings const last_time{.max_field_section_size = 1000,
                                  .qpack_max_table_capacity = 4096,
                                  .qpack_blocked_streams = 16,
                                  .enable_connect_protocol = true,
                                  .h3_datagram = true,
                                  .webtransport = true,
                                  .webtransport_max_data = 50'000,
                                  .webtransport_max_streams = {20, 30}};

struct early_client {
  early_client() {
    transport.who = role::client;
    session.on_early(transport, last_time);
  }

  h3::send_result<stream_id> ask(std::string_view method, bool ends = true, std::string_view value = "x") {
    h3::field const fields[] = {{":method", method, false},
                                {":scheme", "https", false},
                                {":authority", "a.test", false},
                                {":path", "/", false},
                                {"x", value, false}};
    return session.open(transport, fields, ends);
  }

  /// The server's control stream with these settings; what the session closes with, if it does.
  std::optional<std::uint64_t> settings_come(h3::wire_settings const& now) {
    session.on_connected(transport);
    stream_id const control{role::server, stream_direction::unidirectional, 0};
    session.on_event(transport, {stream_event::kind::opened, control, 0});
    auto const payload = h3::encode_remembered(now);
    transport.streams[control].in = bytes{0} + frame(4, payload);
    session.on_event(transport, {stream_event::kind::readable, control, 0});
    return transport.closed ? std::optional{transport.closed->first} : std::nullopt;
  }

  byte_transport transport;
  h3::session<byte_transport> session{role::client, {}, hash_key{1, 2}};
};

bool waits(h3::send_result<stream_id> const& asked) {
  return !asked && asked.error() == h3::send_errc::limit_reached;
}

}  // namespace

TEST_CASE("only safe requests without content are early data", "[http3][rfc8470]") {
  early_client c;
  for (auto const* const method : {"GET", "HEAD", "OPTIONS", "TRACE"}) CHECK(c.ask(method));
  for (auto const* const method : {"POST", "PUT", "DELETE", "PATCH", "get"}) CHECK(waits(c.ask(method)));
  CHECK(waits(c.ask("GET", false)));
  CHECK(c.transport.opened[0] == 4);
  c.session.on_connected(c.transport);
  CHECK(c.ask("POST", false));
}

TEST_CASE("early data keeps to the settings of last time", "[http3][rfc9114]") {
  early_client c;
  auto const large = c.ask("GET", true, std::string(1000, 'x'));
  REQUIRE_FALSE(large);
  CHECK(large.error() == h3::send_errc::too_large);
  // Neither the table nor its stream is used, as the server may have neither when it has to read all this later.
  early_client other;
  for (int i = 0; i < 5; ++i) REQUIRE(other.ask("GET", true, "the same each time"));
  stream_id const encoder{role::client, stream_direction::unidirectional, 1};
  CHECK(other.transport.streams.at(encoder).out == bytes{2});
}

TEST_CASE("settings of last time are read as they were written", "[http3][rfc9114]") {
  auto const read = h3::read_settings(h3::encode_remembered(last_time));
  REQUIRE(read);
  CHECK(*read == last_time);
  CHECK(h3::early_data_context({}, true) != h3::early_data_context({}, false));
}

TEST_CASE("settings in early data say what our end can do, as that of the server is not known", "[http3][rfc9297]") {
  auto const said = [](h3::transport_abilities ours) {
    h3::session_settings settings;
    settings.webtransport.sessions = 2;
    byte_transport on;
    on.who = role::client;
    on.ours = ours;
    on.largest_datagram = 0;
    on.partial_resets = false;
    h3::session<byte_transport> session{role::client, settings, hash_key{1, 2}};
    session.on_early(on, last_time);
    auto const& control = on.streams.at({role::client, stream_direction::unidirectional, 0}).out;
    return h3::read_settings(byte_view{control}.subspan(3, control[2])).value();
  };
  CHECK(said({true, true}).h3_datagram);
  CHECK(said({true, true}).webtransport);
  CHECK(said({true, true}).limits_sessions());
  CHECK(said({true, false}).h3_datagram);
  CHECK_FALSE(said({true, false}).webtransport);
  CHECK_FALSE(said({false, true}).h3_datagram);
  CHECK_FALSE(said({false, true}).webtransport);
}

TEST_CASE("a server that took early data keeps what it relied on", "[http3][rfc9114]") {
  CHECK(!early_client{}.settings_come(last_time));
  auto more = last_time;
  more.max_field_section_size = 2000;
  more.qpack_blocked_streams = 17;
  CHECK(!early_client{}.settings_come(more));

  auto const refused = [](auto change) {
    auto now = last_time;
    change(now);
    return early_client{}.settings_come(now);
  };
  CHECK(refused([](auto& now) { now.max_field_section_size = 999; }) == 0x109);
  CHECK(refused([](auto& now) { now.qpack_blocked_streams = 15; }) == 0x109);
  CHECK(refused([](auto& now) { now.enable_connect_protocol = false; }) == 0x109);
  CHECK(refused([](auto& now) { now.h3_datagram = false; }) == 0x109);
  CHECK(refused([](auto& now) { now.webtransport = false; }) == 0x109);
  CHECK(refused([](auto& now) { now.webtransport_max_data = 49'999; }) == 0x109);
  CHECK(refused([](auto& now) { now.webtransport_max_streams[0] = 19; }) == 0x109);
  CHECK(refused([](auto& now) { now.webtransport_max_streams[1] = 29; }) == 0x109);
  CHECK(refused([](auto& now) { now.qpack_max_table_capacity = 8192; }) == 0x202);
  CHECK(early_client{}.settings_come({}) == 0x202);  // what is missing has its default
}

TEST_CASE("after a rejection nothing has to be as it was", "[http3][rfc9114]") {
  early_client c;
  c.session.on_early_rejected();
  CHECK(!c.settings_come({.max_field_section_size = 10}));
}
