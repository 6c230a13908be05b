// SPDX-License-Identifier: BSL-1.0
/// \file
/// What it costs to get stream bytes into packets and out of them again, without encryption and without a network. One
/// item is one packet.
#include <quoin/schedule/round_robin.hpp>
#include <quoin/schedule/strict_priority.hpp>
#include <quoin/stream/streams.hpp>

#include "heap_watch.hpp"

#include <array>
#include <memory>
#include <vector>

namespace {

constexpr std::size_t packet_room = 1'400;
constexpr std::uint64_t plenty = std::uint64_t{1} << 59;

quoin::stream_settings settings(quoin::role self) {
  quoin::stream_settings s;
  s.self = self;
  s.connection_window = s.max_connection_window = s.stream_window = s.max_stream_window = plenty;
  s.bidi_streams = 1'000;
  return s;
}

quoin::wire::transport_parameters limits() {
  quoin::wire::transport_parameters p;
  p.initial_max_data = p.initial_max_stream_data_bidi_local = p.initial_max_stream_data_bidi_remote = plenty;
  p.initial_max_streams_bidi = 1'000;
  return p;
}

/// One packet a turn: written from a slice or a copy, acknowledged at once.
template <class Scheduler, bool ZeroCopy>
void send(benchmark::State& state) {
  quoin::streams<Scheduler> streams{settings(quoin::role::client)};
  streams.on_peer_limits(limits());
  std::vector<quoin::stream_id> ids(static_cast<std::size_t>(state.range(0)));
  for (auto& id : ids) id = *streams.open(quoin::stream_direction::bidirectional);
  static std::array<std::uint8_t, 1 << 16> const source{};
  std::array<std::uint8_t, packet_room> room{};
  std::uint64_t bytes = 0;
  quoin::benchmarks::heap_watch const heap;
  for (auto _ : state) {
    if (!streams.has_data()) {
      for (auto const id : ids) {
        if constexpr (ZeroCopy)
          static_cast<void>(streams.write(id, quoin::send_slice{source, nullptr}));
        else
          static_cast<void>(streams.write(id, quoin::byte_view{source}));
      }
    }
    quoin::byte_writer writer{room};
    quoin::sent_frames frames;
    streams.write_data(writer, frames);
    benchmark::DoNotOptimize(room);
    for (auto const& frame : frames) {
      bytes += frame.length;
      streams.on_acked(frame);
    }
  }
  heap.report(state, state.iterations(), bytes);
}

struct taking_sink {
  static constexpr bool takes_stream_data = true;
  std::size_t on_stream_data(quoin::stream_id, quoin::byte_view bytes, bool) const noexcept { return bytes.size(); }
};

/// In order, taken where it lies.
void receive_in_order(benchmark::State& state) {
  quoin::streams<quoin::round_robin> streams{settings(quoin::role::server)};
  std::array<std::uint8_t, packet_room> const data{};
  std::uint64_t offset = 0;
  quoin::benchmarks::heap_watch const heap;
  for (auto _ : state) {
    auto const outcome = streams.on_stream({quoin::stream_id{0}, offset, data, false}, {}, {}, taking_sink{});
    benchmark::DoNotOptimize(outcome);
    offset += data.size();
  }
  heap.report(state, state.iterations(), offset);
}

/// Each pair of packets swapped, read out of the buffer.
void receive_swapped(benchmark::State& state) {
  quoin::streams<quoin::round_robin> streams{settings(quoin::role::server)};
  std::array<std::uint8_t, packet_room> const data{};
  std::array<std::uint8_t, 2 * packet_room> out{};
  std::uint64_t offset = 0;
  quoin::stream_id const id{0};
  quoin::benchmarks::heap_watch const heap;
  for (auto _ : state) {
    static_cast<void>(streams.on_stream({id, offset + data.size(), data, false}, {}, {}, quoin::no_stream_sink{}));
    static_cast<void>(streams.on_stream({id, offset, data, false}, {}, {}, quoin::no_stream_sink{}));
    benchmark::DoNotOptimize(streams.read(id, out, {}, {}));
    while (streams.next_event()) {
    }
    offset += out.size();
  }
  heap.report(state, 2 * state.iterations(), offset);
}

}  // namespace

BENCHMARK(send<quoin::round_robin, true>)->Name("streams/send/slice/round_robin")->Arg(1)->Arg(100);
BENCHMARK(send<quoin::round_robin, false>)->Name("streams/send/copy/round_robin")->Arg(1)->Arg(100);
BENCHMARK(send<quoin::strict_priority, true>)->Name("streams/send/slice/strict_priority")->Arg(1)->Arg(100);
BENCHMARK(receive_in_order)->Name("streams/receive/in_order");
BENCHMARK(receive_swapped)->Name("streams/receive/swapped");
