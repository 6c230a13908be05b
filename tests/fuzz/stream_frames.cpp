// SPDX-License-Identifier: BSL-1.0
// Any frames about streams, and an application that calls anything in between: errors are the protocol's, and no more
// is kept than was promised.
#include <quoin/schedule/round_robin.hpp>
#include <quoin/stream/streams.hpp>
#include <quoin/wire/frames.hpp>

#include "require.hpp"
#include "script.hpp"

#include <array>

namespace {

using namespace quoin;
using fuzz::require;

constexpr byte_count window = 4'000;
constexpr byte_count send_room = 3'000;

/// Gives frames about streams to them and passes all others by.
struct feeder {
  streams<round_robin>& to;
  result<> operator()(wire::stream_frame const& f) { return to.on_stream(f, {}, {}, no_stream_sink{}); }
  result<> operator()(wire::reset_stream_frame const& f) { return to.on_reset_stream(f); }
  result<> operator()(wire::stop_sending_frame const& f) { return to.on_stop_sending(f); }
  result<> operator()(wire::max_data_frame const& f) { return to.on_max_data(f); }
  result<> operator()(wire::max_stream_data_frame const& f) { return to.on_max_stream_data(f); }
  result<> operator()(wire::max_streams_frame const& f) { return to.on_max_streams(f); }
  result<> operator()(wire::stream_data_blocked_frame const& f) { return to.on_stream_data_blocked(f); }
  result<> operator()(wire::streams_blocked_frame const& f) { return to.on_streams_blocked(f); }
  template <class Other>
  result<> operator()(Other const&) {
    return {};
  }
};

/// The payload of a packet, and what became of it.
void send_something(streams<round_robin>& from, fuzz::script& input) {
  std::array<std::uint8_t, 1200> room{};
  byte_writer writer{byte_span{room}.first(100 + input.number() % 1100)};
  sent_frames frames;
  from.write_control(writer, frames);
  from.write_data(writer, frames);
  if (writer.size() == 0) return;
  auto const read =
      wire::read_frames(writer.written(), event::packet_kind::one_rtt, [](auto const&) { return result<>{}; });
  require(read.has_value(), "what is written can be read");
  bool const lost = (input.byte() & 1) != 0;
  for (auto const& frame : frames) lost ? from.on_lost(frame) : from.on_acked(frame);
}

void application_call(streams<round_robin>& on, fuzz::script& input) {
  auto const what = input.byte();
  stream_id const id{input.byte() % 16U};
  std::array<std::uint8_t, 500> room{};
  switch (what % 9) {
    case 0:
      static_cast<void>(on.open((what & 16) != 0 ? stream_direction::bidirectional : stream_direction::unidirectional));
      break;
    case 1: static_cast<void>(on.write(id, byte_view{room})); break;
    case 2: static_cast<void>(on.finish(id)); break;
    case 3: static_cast<void>(on.reset(id, what)); break;
    case 4: static_cast<void>(on.stop_sending(id, what)); break;
    case 5: static_cast<void>(on.read(id, room, {}, {})); break;
    case 6:
      if (auto const seen = on.peek(id); seen) static_cast<void>(on.consume(id, seen->size() / 2, {}, {}));
      break;
    case 7: static_cast<void>(on.prioritize(id, {static_cast<std::uint8_t>(what & 7), (what & 8) != 0})); break;
    default:
      while (on.next_event()) {
      }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::script input{data, size};
  stream_settings ours;
  ours.self = (input.byte() & 1) != 0 ? role::client : role::server;
  ours.connection_window = ours.max_connection_window = 2 * window;
  ours.stream_window = ours.max_stream_window = window;
  ours.bidi_streams = ours.uni_streams = 4;
  ours.send_buffer = send_room;
  streams<round_robin> subject{ours};
  wire::transport_parameters theirs;
  theirs.initial_max_data = 6'000;
  theirs.initial_max_stream_data_bidi_local = theirs.initial_max_stream_data_bidi_remote = 2'000;
  theirs.initial_max_stream_data_uni = 2'000;
  theirs.initial_max_streams_bidi = theirs.initial_max_streams_uni = 4;
  subject.on_peer_limits(theirs);
  while (!input.empty()) {
    auto const what = input.byte();
    if (what % 4 == 0) {
      application_call(subject, input);
    } else if (what % 4 == 1) {
      send_something(subject, input);
    } else {
      feeder frames{subject};
      auto const outcome = wire::read_frames(input.take(input.byte()), event::packet_kind::one_rtt, frames);
      if (!outcome) {
        require(!outcome.error().reason.empty(), "every refusal has a reason");
        return 0;  // the connection would be over
      }
    }
    // Each of at most eight streams of its own sends, and what is received stays within the connection's window.
    require(subject.held_bytes() <= 2 * window + 12 * send_room + subject.open_count() * chunk::capacity,
            "no more is kept than was promised");
  }
  return 0;
}
