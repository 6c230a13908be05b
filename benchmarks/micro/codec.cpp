// SPDX-License-Identifier: BSL-1.0
/// \file
/// What it costs to write and to read what stands on the wire: integers, frames, headers, transport parameters. One
/// item is one integer, frame, header or set of parameters.
#include <quoin/base/interval_set.hpp>
#include <quoin/wire/frames.hpp>
#include <quoin/wire/packet/long_header.hpp>
#include <quoin/wire/packet/short_header.hpp>
#include <quoin/wire/transport_parameters.hpp>

#include "heap_watch.hpp"

#include <array>

namespace {

using namespace quoin;
using benchmarks::heap_watch;

void count_items(benchmark::State& state, heap_watch const& heap, std::int64_t each, std::size_t bytes) {
  heap.report(state, state.iterations() * each, static_cast<std::uint64_t>(state.iterations()) * bytes);
}

// ---- integers

constexpr int integers = 64;

std::uint64_t integer_of(benchmark::State const& state, int i) {
  auto const size = static_cast<unsigned>(state.range(0));
  auto const largest = size == 8 ? varint_max : (std::uint64_t{1} << (8 * size - 2)) - 1;
  return largest - static_cast<std::uint64_t>(i);
}

void write_varint(benchmark::State& state) {
  std::array<std::uint8_t, 8 * integers> room;
  std::size_t size = 0;
  heap_watch const heap;
  for (auto _ : state) {
    byte_writer writer{room};
    for (int i = 0; i < integers; ++i) writer.varint(integer_of(state, i));
    benchmark::DoNotOptimize(room);
    size = writer.size();
  }
  count_items(state, heap, integers, size);
}

void read_varint(benchmark::State& state) {
  std::array<std::uint8_t, 8 * integers> room{};
  byte_writer writer{room};
  for (int i = 0; i < integers; ++i) writer.varint(integer_of(state, i));
  heap_watch const heap;
  for (auto _ : state) {
    byte_reader reader{writer.written()};
    std::uint64_t sum = 0;
    while (auto const value = reader.varint()) sum += *value;
    benchmark::DoNotOptimize(sum);
  }
  count_items(state, heap, integers, writer.size());
}

// ---- frames

/// Looks at every frame and does nothing.
struct counting_handler {
  std::uint64_t seen = 0;
  template <class Frame>
  result<> operator()(Frame const&) {
    ++seen;
    return {};
  }
};

void read_payload(benchmark::State& state, byte_view payload, std::int64_t frames) {
  counting_handler handler;
  heap_watch const heap;
  for (auto _ : state)
    benchmark::DoNotOptimize(wire::read_frames(payload, event::packet_kind::one_rtt, handler).has_value());
  benchmark::DoNotOptimize(handler.seen);
  count_items(state, heap, frames, payload.size());
}

void write_stream_header(benchmark::State& state) {
  std::array<std::uint8_t, 32> room;
  std::uint64_t offset = 1 << 20;
  heap_watch const heap;
  for (auto _ : state) {
    byte_writer writer{room};
    wire::write_stream_header(writer, stream_id{4}, offset, 1100, false, true);
    benchmark::DoNotOptimize(room);
    offset += 1100;
  }
  count_items(state, heap, 1, 8);
}

void read_stream(benchmark::State& state) {
  std::array<std::uint8_t, 1200> room{};
  byte_writer writer{room};
  std::array<std::uint8_t, 1100> const data{};
  wire::write(writer, wire::stream_frame{stream_id{4}, 1 << 20, data, false});
  read_payload(state, writer.written(), 1);
}

/// As many ranges as the argument says.
interval_set received(std::int64_t ranges) {
  interval_set made;
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(ranges); ++i) made.insert({1'000 + 10 * i, 1'007 + 10 * i});
  return made;
}

void write_ack(benchmark::State& state) {
  auto const ranges = received(state.range(0));
  ecn_counts const marks{1'000, 0, 3};
  std::array<std::uint8_t, 400> room;
  std::size_t size = 0;
  heap_watch const heap;
  for (auto _ : state) {
    byte_writer writer{room};
    wire::write_ack(writer, ranges, 100, &marks);
    benchmark::DoNotOptimize(room);
    size = writer.size();
  }
  count_items(state, heap, 1, size);
}

/// Reads ACK frames and walks their ranges, as recovery does.
struct walking_handler {
  std::uint64_t sum = 0;
  result<> operator()(wire::ack_frame const& frame) {
    frame.for_each_range([this](packet_number smallest, packet_number largest) { sum += largest - smallest; });
    return {};
  }
  template <class Other>
  result<> operator()(Other const&) {
    return {};
  }
};

void read_ack(benchmark::State& state) {
  walking_handler handler;
  auto const ranges = received(state.range(0));
  std::array<std::uint8_t, 400> room;
  byte_writer writer{room};
  wire::write_ack(writer, ranges, 100, nullptr);
  heap_watch const heap;
  for (auto _ : state)
    benchmark::DoNotOptimize(wire::read_frames(writer.written(), event::packet_kind::one_rtt, handler).has_value());
  benchmark::DoNotOptimize(handler.sum);
  count_items(state, heap, 1, writer.size());
}

/// What a packet of control holds: credit for a connection and ten streams.
void read_control(benchmark::State& state) {
  std::array<std::uint8_t, 400> room;
  byte_writer writer{room};
  wire::write(writer, wire::max_data_frame{1 << 28});
  for (std::uint64_t i = 0; i < 10; ++i) wire::write(writer, wire::max_stream_data_frame{stream_id{4 * i}, 1 << 20});
  read_payload(state, writer.written(), 11);
}

// ---- headers

connection_id id_of(std::uint8_t fill) {
  std::array<std::uint8_t, 8> bytes;
  bytes.fill(fill);
  return *connection_id::from(bytes);
}

void write_short_header(benchmark::State& state) {
  std::array<std::uint8_t, 32> room;
  auto const destination = id_of(7);
  packet_number number = 1'000;
  heap_watch const heap;
  for (auto _ : state) {
    byte_writer writer{room};
    benchmark::DoNotOptimize(wire::write_short_header(writer, destination, false, false, number++, 2));
    benchmark::DoNotOptimize(room);
  }
  count_items(state, heap, 1, 11);
}

void write_and_read_long_header(benchmark::State& state) {
  std::array<std::uint8_t, 1200> room{};
  auto const destination = id_of(7);
  auto const source = id_of(8);
  heap_watch const heap;
  for (auto _ : state) {
    byte_writer writer{room};
    auto const header =
        wire::write_long_header(writer, event::packet_kind::initial, version::v1, destination, source, {}, 1, 2);
    wire::patch_length(room, *header, room.size());
    benchmark::DoNotOptimize(wire::read_long_header(room));
  }
  count_items(state, heap, 1, 28);
}

// ---- transport parameters

wire::transport_parameters parameters() {
  wire::transport_parameters made;
  made.initial_max_data = 1 << 24;
  made.initial_max_stream_data_bidi_local = made.initial_max_stream_data_bidi_remote = 1 << 20;
  made.initial_max_streams_bidi = made.initial_max_streams_uni = 100;
  made.initial_source_connection_id = id_of(9);
  return made;
}

void write_parameters(benchmark::State& state) {
  auto const values = parameters();
  std::array<std::uint8_t, 512> room;
  std::size_t size = 0;
  heap_watch const heap;
  for (auto _ : state) {
    byte_writer writer{room};
    wire::write(writer, values, 12'345);
    benchmark::DoNotOptimize(room);
    size = writer.size();
  }
  count_items(state, heap, 1, size);
}

void read_parameters(benchmark::State& state) {
  std::array<std::uint8_t, 512> room;
  byte_writer writer{room};
  wire::write(writer, parameters(), 12'345);
  heap_watch const heap;
  for (auto _ : state)
    benchmark::DoNotOptimize(wire::read_transport_parameters(writer.written(), role::client).has_value());
  count_items(state, heap, 1, writer.size());
}

}  // namespace

BENCHMARK(write_varint)->Arg(1)->Arg(2)->Arg(4)->Arg(8);
BENCHMARK(read_varint)->Arg(1)->Arg(2)->Arg(4)->Arg(8);
BENCHMARK(write_stream_header);
BENCHMARK(read_stream);
BENCHMARK(write_ack)->Arg(1)->Arg(8)->Arg(32);
BENCHMARK(read_ack)->Arg(1)->Arg(8)->Arg(32);
BENCHMARK(read_control);
BENCHMARK(write_short_header);
BENCHMARK(write_and_read_long_header);
BENCHMARK(write_parameters);
BENCHMARK(read_parameters);
