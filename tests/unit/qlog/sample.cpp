// SPDX-License-Identifier: BSL-1.0
// Writes logs for validate.py, which checks them against the schema of their version.
#include "qlog_reading.hpp"

#include <conformance/observer.hpp>

using namespace quoin;

namespace {

/// The payload of a packet that holds one frame of every type.
std::vector<std::uint8_t> every_frame() {
  std::vector<std::uint8_t> room(2000);
  byte_writer w{room};
  std::array<std::uint8_t, 4> const bytes{1, 2, 3, 4};
  interval_set received;
  received.insert({0, 5});
  received.insert({9, 10});
  ecn_counts const counts{1, 2, 3};
  using wire::write;
  bool const written =
      wire::write_ack(w, received, 100, nullptr) == 2 && wire::write_ack(w, received, 100, &counts) == 2 &&
      write(w, wire::ping_frame{}) && write(w, wire::crypto_frame{5, bytes}) &&
      write(w, wire::stream_frame{stream_id{3}, 7, bytes, true}) &&
      write(w, wire::reset_stream_frame{stream_id{3}, 7, 8}) && write(w, wire::stop_sending_frame{stream_id{3}, 7}) &&
      write(w, wire::new_token_frame{bytes}) && write(w, wire::max_data_frame{1}) &&
      write(w, wire::max_stream_data_frame{stream_id{3}, 7}) &&
      write(w, wire::max_streams_frame{stream_direction::bidirectional, 7}) &&
      write(w, wire::max_streams_frame{stream_direction::unidirectional, 7}) && write(w, wire::data_blocked_frame{1}) &&
      write(w, wire::stream_data_blocked_frame{stream_id{3}, 7}) &&
      write(w, wire::streams_blocked_frame{stream_direction::bidirectional, 7}) &&
      write(w, wire::streams_blocked_frame{stream_direction::unidirectional, 7}) &&
      write(w, wire::new_connection_id_frame{2, 1, *connection_id::from(bytes), {}}) &&
      write(w, wire::retire_connection_id_frame{7}) && write(w, wire::path_challenge_frame{}) &&
      write(w, wire::path_response_frame{}) &&
      write(w, wire::connection_close_frame{false, 0x12f, 6, as_bytes("reason")}) &&
      write(w, wire::connection_close_frame{false, 0x12345, 6, bytes}) &&
      write(w, wire::connection_close_frame{true, 7, 0, {}}) && write(w, wire::handshake_done_frame{}) &&
      write(w, wire::padding_frame{20});
  REQUIRE(written);
  return {w.written().begin(), w.written().end()};
}

}  // namespace

TEST_CASE("sample logs of every event and every frame", "[qlog][sample]") {
  scratch_folder scratch;
  auto const* const asked = std::getenv("QUOIN_QLOG_SAMPLES");
  auto const* const version = std::getenv("QUOIN_QLOG_VERSION");
  std::filesystem::path const folder = asked != nullptr ? std::filesystem::path{asked} : scratch.path();
  qlog_settings settings;
  if (version != nullptr && std::string_view{version} == "draft") settings.version = qlog_version::draft;
  auto const payload = every_frame();

  qlog_observer plausible{folder / "plausible.sqlog", role::client, settings};
  conformance::tell_plausible_connection([&](auto const& e) { plausible.on(e); });
  CHECK(plausible.writing());

  auto limited = settings;
  limited.max_file_bytes = 20'000;
  qlog_observer frames{folder / "frames.sqlog", role::server, limited};
  std::array<std::uint8_t, 3> const remembered{0x04, 0x01, 0x10};  // initial_max_data
  frames.on(event::parameters_set{{}, false, remembered, true});
  std::uint64_t number = 0;
  while (frames.writing())
    frames.on(event::packet_received{{}, event::packet_kind::one_rtt, number++, 1200, payload, {}});
  CHECK(number > 2);

  qlog_observer extremes{folder / "extremes.sqlog", role::client, settings};
  conformance::tell_extremes([&](auto const& e) { extremes.on(e); });
  CHECK(extremes.writing());
}
