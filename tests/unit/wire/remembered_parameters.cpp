// SPDX-License-Identifier: BSL-1.0
#include <quoin/wire/transport_parameters/remembered.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;

namespace {

wire::transport_parameters of_a_server() {
  wire::transport_parameters p;
  p.original_destination_connection_id = p.initial_source_connection_id = p.retry_source_connection_id =
      connection_id::from(std::array<std::uint8_t, 4>{1, 2, 3, 4});
  p.stateless_reset_token = stateless_reset_token{9};
  p.preferred_address = wire::preferred_address{socket_address::v4(1, 2, 3, 4, 5), {}, *p.initial_source_connection_id, {}};
  p.ack_delay_exponent = 5;
  p.max_ack_delay = std::chrono::milliseconds{99};
  p.max_idle_timeout = std::chrono::seconds{9};
  p.max_udp_payload_size = 1300;
  p.initial_max_data = 10;
  p.initial_max_stream_data_bidi_local = 11;
  p.initial_max_stream_data_bidi_remote = 12;
  p.initial_max_stream_data_uni = 13;
  p.initial_max_streams_bidi = 14;
  p.initial_max_streams_uni = 15;
  p.active_connection_id_limit = 5;
  p.disable_active_migration = true;
  return p;
}

}  // namespace

TEST_CASE("of a server's parameters everything is remembered but what belongs to one connection", "[wire][rfc9000]") {
  auto const all = of_a_server();
  auto const kept = wire::remembered_of(all);
  CHECK_FALSE(kept.original_destination_connection_id);
  CHECK_FALSE(kept.initial_source_connection_id);
  CHECK_FALSE(kept.retry_source_connection_id);
  CHECK_FALSE(kept.stateless_reset_token);
  CHECK_FALSE(kept.preferred_address);
  CHECK(kept.ack_delay_exponent == 3);
  CHECK(kept.max_ack_delay == std::chrono::milliseconds{25});
  CHECK(kept.max_idle_timeout == all.max_idle_timeout);
  CHECK(kept.max_udp_payload_size == 1300);
  CHECK(kept.disable_active_migration);
  std::array<std::uint8_t, 512> room{};
  byte_writer writer{room};
  REQUIRE(wire::write(writer, all, 77));
  CHECK(wire::read_transport_parameters(wire::encode_remembered(writer.written()), role::server).value() == kept);
  CHECK(wire::encode_remembered(byte_view{room}.first(3)).empty());
}

TEST_CASE("a limit that is lower than remembered breaks a promise, a higher one does not", "[wire][rfc9000]") {
  auto const then = wire::remembered_of(of_a_server());
  CHECK(wire::keeps(then, then));
  using parameters = wire::transport_parameters;
  for (auto const limit :
       {&parameters::active_connection_id_limit, &parameters::initial_max_data,
        &parameters::initial_max_stream_data_bidi_local, &parameters::initial_max_stream_data_bidi_remote,
        &parameters::initial_max_stream_data_uni, &parameters::initial_max_streams_bidi,
        &parameters::initial_max_streams_uni}) {
    auto now = then;
    ++(now.*limit);
    CHECK(wire::keeps(now, then));
    now.*limit -= 2;
    CHECK_FALSE(wire::keeps(now, then));
  }
}
