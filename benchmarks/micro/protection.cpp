// SPDX-License-Identifier: BSL-1.0
// What it costs to seal and to open 1-RTT packets, header protection included, for each backend, size and batch.
#include <quoin/crypto/accelerated/protection.hpp>
#include <quoin/keys/level_keys.hpp>

#include "heap_watch.hpp"

#include <algorithm>
#include <vector>

namespace {

using namespace quoin;
using benchmarks::heap_watch;

constexpr std::size_t number_offset = 9;  // a connection ID of eight bytes

std::vector<std::vector<std::uint8_t>> plain_packets(std::size_t count, std::size_t size) {
  std::vector<std::vector<std::uint8_t>> packets(count, std::vector<std::uint8_t>(size, 0x41));
  for (std::size_t i = 0; i < count; ++i) packets[i][number_offset + 1] = static_cast<std::uint8_t>(i);
  return packets;
}

template <class Protection>
level_keys<Protection> keys_of(cipher_suite suite) {
  level_keys<Protection> keys;
  std::vector<std::uint8_t> const secret(hash_size(hash_of(suite)), 0x33);
  keys.install(key_direction::seal, version::v1, suite, secret);
  keys.install(key_direction::open, version::v1, suite, secret);
  return keys;
}

void report(benchmark::State& state, heap_watch const& heap) {
  auto const packets = state.iterations() * state.range(1);
  heap.report(state, packets, static_cast<std::uint64_t>(packets * state.range(0)));
}

template <class Protection, cipher_suite Suite>
void seal(benchmark::State& state) {
  auto keys = keys_of<Protection>(Suite);
  auto packets = plain_packets(static_cast<std::size_t>(state.range(1)), static_cast<std::size_t>(state.range(0)));
  std::vector<packet_to_seal> batch;
  for (std::size_t i = 0; i < packets.size(); ++i) batch.push_back({packets[i], number_offset, 2, i});
  heap_watch const heap;
  for (auto _ : state) {
    keys.seal(batch);
    benchmark::ClobberMemory();
  }
  report(state, heap);
}

/// Each round opens a fresh copy of the sealed packets; the copying is part of what is measured.
template <class Protection, cipher_suite Suite>
void open(benchmark::State& state) {
  auto keys = keys_of<Protection>(Suite);
  auto sealed = plain_packets(static_cast<std::size_t>(state.range(1)), static_cast<std::size_t>(state.range(0)));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    sealed[i][number_offset] = 0;
    packet_to_seal packet{sealed[i], number_offset, 2, i};
    keys.seal({&packet, 1});
  }
  auto work = sealed;
  std::vector<packet_to_open> batch(work.size());
  heap_watch const heap;
  for (auto _ : state) {
    for (std::size_t i = 0; i < work.size(); ++i) {
      std::copy(sealed[i].begin(), sealed[i].end(), work[i].begin());
      batch[i].bytes = work[i];
      batch[i].packet_number_offset = number_offset;
    }
    keys.open(batch);
    benchmark::ClobberMemory();
  }
  if (keys.forged() != 0) state.SkipWithError("a packet did not open");
  report(state, heap);
}

void sizes_and_batches(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"size", "batch"});
  for (int const size : {64, 1200, 1450})
    for (int const batch : {1, 16, 64}) bench->Args({size, batch});
}

constexpr auto aes_128 = cipher_suite::aes_128_gcm_sha256;
constexpr auto aes_256 = cipher_suite::aes_256_gcm_sha384;
constexpr auto chacha = cipher_suite::chacha20_poly1305_sha256;

#define QUOIN_BENCHMARK_SUITE(backend, suite)                         \
  BENCHMARK_TEMPLATE(seal, backend, suite)->Apply(sizes_and_batches); \
  BENCHMARK_TEMPLATE(open, backend, suite)->Apply(sizes_and_batches)

QUOIN_BENCHMARK_SUITE(botan_protection, aes_128);
QUOIN_BENCHMARK_SUITE(botan_protection, aes_256);
QUOIN_BENCHMARK_SUITE(botan_protection, chacha);
#if defined(QUOIN_HAS_IPSEC_MB) && defined(__x86_64__)
QUOIN_BENCHMARK_SUITE(ipsec_mb_protection, aes_128);
QUOIN_BENCHMARK_SUITE(ipsec_mb_protection, aes_256);
QUOIN_BENCHMARK_SUITE(accelerated_protection, aes_128);
#endif

}  // namespace

BENCHMARK_MAIN();
