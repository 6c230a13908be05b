// SPDX-License-Identifier: BSL-1.0
/// \file
/// The tool's "perf" over real sockets of the loopback: server and client take turns in one thread, so that bytes,
/// requests and handshakes a second are those of both ends' work together, system calls included.
/// `allocations_per_packet` counts what both ends take from the heap in steady state for each packet that either sends.
#include "engine.hpp"
#include "perf_client.hpp"
#include "perf_server.hpp"

#include <counting_new.hpp>

#include <benchmark/benchmark.h>

#include <stdexcept>

namespace {

using namespace tool;

engine_settings settings_of(quoin::role self, backend protection, std::size_t payload) {
  engine_settings made;
  made.self = self;
  made.bind = quoin::socket_address::v4(127, 0, 0, 1, 0);
  made.tls.alpn = {"perf"};
  made.tls.insecure = self == quoin::role::client;  // the server makes a certificate for want of one
  made.transport.datagram_size = payload;
  made.transport.discover_mtu = false;
  made.protection = protection;
  if (self == quoin::role::server) made.accept = [](engine&) { return std::make_unique<perf::server>(); };
  return made;
}

/// Both ends of a connection on which `work` goes on without an end.
class loopback {
 public:
  loopback(perf::work const& work, backend protection, std::size_t payload)
      : server_(make_engine(settings_of(quoin::role::server, protection, payload))),
        client_(make_engine(settings_of(quoin::role::client, protection, payload))),
        asking_(work) {
    client_->connect(server_->local_address(), "localhost", asking_);
  }

  ~loopback() { client_->close_all(0, {}); }
  loopback(loopback const&) = delete;
  loopback& operator=(loopback const&) = delete;

  /// Until `reached(counts)`.
  template <class Reached>
  void run(Reached reached) {
    while (!reached(asking_.count())) {
      server_->turn(quoin::duration::zero());
      client_->turn(quoin::duration::zero());
      if (asking_.closed()) throw std::runtime_error("the connection was closed");
    }
  }

  [[nodiscard]] perf::counts const& count() const { return asking_.count(); }

  [[nodiscard]] std::uint64_t packets() const {
    std::uint64_t sent = 0;
    for (auto* const end : {server_.get(), client_.get()})
      end->for_each([&sent](port& each) { sent += each.statistics().packets_sent; });
    return sent;
  }

 private:
  std::unique_ptr<engine> server_;
  std::unique_ptr<engine> client_;
  perf::client asking_;
};

/// What the heap gave for each packet since it was made.
class heap_and_packets {
 public:
  explicit heap_and_packets(loopback const& of) : of_(of), packets_(of.packets()) {}

  void report(benchmark::State& state) const {
    auto const taken = static_cast<double>(quoin::testing::heap_allocations() - taken_);
    auto const packets = static_cast<double>(of_.packets() - packets_);
    state.counters["packets"] = benchmark::Counter(packets, benchmark::Counter::kIsRate);
    state.counters["allocations_per_packet"] = taken / packets;
  }

 private:
  loopback const& of_;
  std::uint64_t packets_;
  std::uint64_t taken_ = quoin::testing::heap_allocations();
};

constexpr std::uint64_t step = 10'000'000;
constexpr std::uint64_t warm_up = 20 * step;
constexpr std::uint64_t endless = std::uint64_t{1} << 60;
constexpr perf::work download{.download = endless};
constexpr perf::work upload{.upload = step, .again = true};  // one request after the other

/// As many bytes again and again, of those that `moved` counts.
void transfer(benchmark::State& state, perf::work const& work, std::uint64_t perf::counts::*moved, backend protection) {
  loopback link{work, protection, static_cast<std::size_t>(state.range(0))};
  auto const until = [&](std::uint64_t bytes) {
    link.run([&](perf::counts const& now) { return now.*moved >= bytes; });
  };
  until(warm_up);
  heap_and_packets const watch{link};
  for (auto _ : state) until(link.count().*moved + step);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(step));
  watch.report(state);
}

/// Answers of 100 bytes, so many under way at once. Streams come and go, so that there is more than packets to pay for.
void requests(benchmark::State& state, backend protection) {
  loopback link{
      {.download = 100, .streams = static_cast<std::size_t>(state.range(0)), .again = true}, protection, 1450};
  auto const until = [&link](std::uint64_t count) {
    link.run([count](perf::counts const& now) { return now.requests >= count; });
  };
  until(10'000);
  heap_and_packets const watch{link};
  constexpr std::uint64_t several = 1000;
  for (auto _ : state) until(link.count().requests + several);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(several));
  watch.report(state);
}

void transfers(char const* name, perf::work const& work, std::uint64_t perf::counts::*moved, backend protection) {
  benchmark::RegisterBenchmark(name, transfer, work, moved, protection)
      ->Arg(1200)
      ->Arg(1450)
      ->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
  transfers("download/default", download, &perf::counts::downloaded, backend::automatic);
  transfers("download/botan", download, &perf::counts::downloaded, backend::botan);
  transfers("upload/default", upload, &perf::counts::uploaded, backend::automatic);
  transfers("upload/botan", upload, &perf::counts::uploaded, backend::botan);
  benchmark::RegisterBenchmark("requests/default", requests, backend::automatic)->Arg(1)->Arg(64);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
