// SPDX-License-Identifier: BSL-1.0
/// \file
/// What one packet costs in recovery: sent and acknowledged in steady state, alone and with losses, and the receiving
/// half's bookkeeping. One item is one packet.
#include <quoin/ack/received_packets.hpp>
#include <quoin/congestion/bbr.hpp>
#include <quoin/congestion/cubic.hpp>
#include <quoin/congestion/fixed_window.hpp>
#include <quoin/congestion/new_reno.hpp>
#include <quoin/congestion/prague.hpp>
#include <quoin/recovery/recovery.hpp>

#include "heap_watch.hpp"

#include <array>

namespace {

using namespace quoin;
using namespace std::chrono_literals;
using benchmarks::heap_watch;

constexpr auto space = packet_space::application;

/// An ACK frame of one range, or of many with every `period`th packet missing.
struct ack {
  packet_number largest = 0;
  packet_number smallest = 0;
  packet_number period = 0;
  bool has_ecn = false;
  ecn_counts ecn;

  template <class F>
  void for_each_range(F f) const {
    if (period == 0) return f(smallest, largest);
    for (auto top = largest;;) {
      auto const bottom = std::max(top - top % period + 1, smallest);
      if (bottom <= top) f(bottom, top);
      if (bottom <= smallest + 1) return;
      top = bottom - 2;
    }
  }
};

struct sink {
  std::uint64_t bytes = 0;
  void acked(packet_space, packet_number, sent_frame const& frame) { bytes += frame.length; }
  void lost(packet_space, sent_frame const& frame) { bytes += frame.length; }
  void packet_acked(packet_space, packet_number, byte_count) {}
  void packet_lost(packet_space, packet_number, byte_count, event::loss_trigger) {}
  void probe(packet_space, sent_frame const&) {}
};

/// A flight of `flight` packets, of which the oldest `batch` are acknowledged when as many more are sent.
template <class C>
void sent_and_acked(benchmark::State& state, packet_number period) {
  auto const batch = static_cast<packet_number>(state.range(0));
  auto const flight = static_cast<packet_number>(state.range(1));
  congestion_path path;
  path.max_datagram_size = 1452;
  recovery<C> machine(role::server, path);
  machine.on_handshake_confirmed();
  sink told;
  auto now = instant{} + 1h;
  sent_frame frame;
  frame.what = sent_frame::kind::stream;
  frame.length = 1400;
  auto send = [&] {
    auto const number = machine.next_number(space);
    frame.offset = number * 1400;
    machine.on_sent(space, {number, 1452, true, true, ecn::not_ect}, {&frame, 1}, now);
  };
  for (packet_number i = 0; i < flight; ++i) send();
  packet_number acked = 0;
  heap_watch const heap;
  for (auto _ : state) {
    now += 100us;
    for (packet_number i = 0; i < batch; ++i) send();
    auto const outcome = machine.on_ack(space, ack{acked + batch - 1, acked, period, false, {}}, 0ms, now, told);
    if (!outcome) state.SkipWithError("refused");
    acked += batch;
    benchmark::DoNotOptimize(machine.deadline());
  }
  benchmark::DoNotOptimize(told.bytes);
  auto const packets = state.iterations() * state.range(0);
  heap.report(state, packets, static_cast<std::uint64_t>(packets) * path.max_datagram_size);
}

void ledger(benchmark::State& state) {
  sent_and_acked<fixed_window<1'000'000'000>>(state, 0);
}
void with_new_reno(benchmark::State& state) {
  sent_and_acked<new_reno>(state, 0);
}
void with_cubic(benchmark::State& state) {
  sent_and_acked<cubic>(state, 0);
}
void with_prague(benchmark::State& state) {
  sent_and_acked<prague>(state, 0);
}
void with_bbr(benchmark::State& state) {
  sent_and_acked<bbr>(state, 0);
}
void with_bbr_and_loss(benchmark::State& state) {
  sent_and_acked<bbr>(state, 20);
}
void with_cubic_and_loss(benchmark::State& state) {
  sent_and_acked<cubic>(state, 20);
}

/// Packets arrive in order and every `range(0)`th one is answered.
void received(benchmark::State& state) {
  received_packets packets{true};
  packets.set_ack_threshold(static_cast<std::uint32_t>(state.range(0)));
  auto now = instant{} + 1h;
  packet_number number = 0;
  heap_watch const heap;
  for (auto _ : state) {
    now += 1us;
    benchmark::DoNotOptimize(packets.is_new(number));
    packets.on_received(number, now, true, ecn::ect0);
    if (packets.ack_due(now)) {
      packets.on_ack_sent();
      if (number % 64 == 63) packets.on_ack_acknowledged(number - 32);
    }
    ++number;
  }
  heap.report(state, state.iterations());
}

}  // namespace

BENCHMARK(ledger)->Args({2, 1000})->Args({32, 1000});
BENCHMARK(with_new_reno)->Args({2, 1000})->Args({32, 1000});
BENCHMARK(with_cubic)->Args({2, 1000})->Args({32, 1000});
BENCHMARK(with_prague)->Args({2, 1000})->Args({32, 1000});
BENCHMARK(with_bbr)->Args({2, 1000})->Args({32, 1000});
BENCHMARK(with_cubic_and_loss)->Args({40, 1000});
BENCHMARK(with_bbr_and_loss)->Args({40, 1000});
BENCHMARK(received)->Arg(2)->Arg(32);
