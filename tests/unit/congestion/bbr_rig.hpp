// SPDX-License-Identifier: BSL-1.0
/// \file
/// One BBR flow over one path, for the draft's example test cases.
#pragma once

#include "flow.hpp"

#include <quoin/congestion/bbr.hpp>

namespace quoin::test {

using phase = bbr::phase;

struct bbr_run {
  world network;
  duration round_trip;
  flow<bbr> sender;

  explicit bbr_run(double megabits = 10, duration rtt = 40ms, byte_count queue = 1'000'000)
      : network(path_of(megabits, rtt, queue)), round_trip(rtt), sender(network, rtt / 2) {}

  [[nodiscard]] bbr_model::model const& model() const { return sender.controller().model(); }
  [[nodiscard]] phase now_in() const { return model().phase; }
  [[nodiscard]] double megabits() const { return static_cast<double>(sender.controller().bandwidth()) * 8e-6; }
  [[nodiscard]] double pacing_megabits() const { return model().pacing_rate * 8e-6; }

  bool reaches(phase wanted, duration patience = 20s) {
    sender.send();
    return network.run_until([&] { return now_in() == wanted; }, patience);
  }
  bool leaves(phase current, duration patience = 20s) {
    return network.run_until([&] { return now_in() != current; }, patience);
  }
  void set_megabits(double megabits) {
    network.link.settings.bottleneck.bits_per_second = static_cast<std::uint64_t>(megabits * 1e6);
  }
  double goodput(duration span) {
    auto const before = sender.received;
    network.run(span);
    return sender.megabits_since(before, span);
  }
  /// Something to send again, and as much as is wanted.
  void resume() {
    sender.stop_offering();
    sender.to_send = ~byte_count{0};
    sender.send();
  }
};

}  // namespace quoin::test
