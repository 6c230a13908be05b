// SPDX-License-Identifier: BSL-1.0
/// \file
/// What it costs to write and read field sections: a browser's request as it comes again and again, and Huffman code by
/// itself. One item is one section.
#include <quoin/qpack/decoder.hpp>
#include <quoin/qpack/encoder.hpp>

#include "browser_request.hpp"
#include "heap_watch.hpp"

#include <array>
#include <vector>

namespace {

namespace qpack = quoin::qpack;

using quoin::benchmarks::request;
using quoin::benchmarks::request_size;

struct ends {
  qpack::encoder encoder;
  qpack::decoder decoder;

  explicit ends(qpack::table_use use)
      : encoder({use, 4096}, {1, 2}),
        decoder({.max_table_capacity = 4096, .blocked_streams = 16, .max_section_size = 1 << 16}) {
    encoder.on_peer_settings(4096, 16);
  }

  void exchange_instructions() {
    static_cast<void>(decoder.on_encoder_stream(encoder.pending()));
    encoder.sent(encoder.pending().size());
    static_cast<void>(encoder.on_decoder_stream(decoder.pending()));
    decoder.sent(decoder.pending().size());
  }
};

/// Encoder, decoder and both of their streams.
template <qpack::table_use Use>
void exchange(benchmark::State& state) {
  ends pair{Use};
  std::vector<std::uint8_t> section;
  std::uint64_t stream = 0;
  std::size_t fields = 0;
  auto const one_request = [&] {
    section.clear();
    pair.encoder.encode(stream, request, section);
    pair.exchange_instructions();
    static_cast<void>(
        pair.decoder.decode(stream, section, [&](qpack::field const& one) { fields += one.name.size(); }));
    stream += 4;
  };
  for (int warm = 0; warm < 8; ++warm) one_request();
  quoin::benchmarks::heap_watch const heap;
  for (auto _ : state) {
    one_request();
    benchmark::DoNotOptimize(fields);
  }
  heap.report(state, static_cast<std::int64_t>(state.iterations()),
              static_cast<std::uint64_t>(state.iterations()) * request_size());
  state.counters["encoded_bytes"] = static_cast<double>(section.size());
}
BENCHMARK(exchange<qpack::table_use::off>);
BENCHMARK(exchange<qpack::table_use::conservative>);
BENCHMARK(exchange<qpack::table_use::aggressive>);

void huffman_decode(benchmark::State& state) {
  std::array<std::uint8_t, 512> coded{};
  auto const text = quoin::as_bytes(request[4].value);
  quoin::byte_writer writer{coded};
  qpack::write_huffman(writer, text);
  std::array<std::uint8_t, 512> room{};
  for (auto _ : state) {
    auto size = qpack::read_huffman(writer.written(), room);
    benchmark::DoNotOptimize(size);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(huffman_decode);

void huffman_encode(benchmark::State& state) {
  auto const text = quoin::as_bytes(request[4].value);
  std::array<std::uint8_t, 512> room{};
  for (auto _ : state) {
    quoin::byte_writer writer{room};
    auto ok = qpack::write_huffman(writer, text);
    benchmark::DoNotOptimize(ok);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(huffman_encode);

}  // namespace
