// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a stack becomes in the lab: the same policies over the simulated network, in virtual time.
#pragma once

#include <quoin/ambient/manual_clock.hpp>
#include <quoin/ambient/seeded_entropy.hpp>
#include <quoin/observe/recorder.hpp>
#include <quoin/observe/tee.hpp>
#include <quoin/testing/sim_io.hpp>

namespace quoin {

/// Entropy that repeats for the same seed and gives each connection a source of its own.
class lab_entropy {
 public:
  lab_entropy() noexcept : lab_entropy(1) {}
  explicit lab_entropy(std::uint64_t seed) noexcept : source_(seed) {}

  void fill(byte_span room) noexcept { source_.fill(room); }

  /// A source that is independent of this one from now on.
  [[nodiscard]] lab_entropy fork() noexcept { return lab_entropy{source_.next()}; }

 private:
  seeded_entropy source_;
};

/// `Stack` with everything that touches the world replaced; its observer is told too, beside the lab's recorder.
template <class Stack>
struct lab_stack : Stack {
  using io = sim_io;
  using clock = manual_clock;
  using entropy = lab_entropy;
  using observer = tee<recorder, typename Stack::observer>;
};

}  // namespace quoin
