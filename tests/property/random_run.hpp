// SPDX-License-Identifier: BSL-1.0
/// \file
/// One run of the property test: everything in it is drawn from its seed.
#pragma once

#include "world/world.hpp"

#include <optional>
#include <string>

namespace quoin::property {

class checker;

struct run_options {
  std::uint64_t seed = 1;
  bool real_crypto = false;
  std::optional<scenario::flavour> stack{};  ///< drawn when there is none
  std::string qlog_folder{};                 ///< where logs go, if the stack writes any
  bool cut = false;                          ///< the network dies after the handshake
  checker* also = nullptr;                   ///< is told what the invariants are told
};

/// Moves random data on random streams over a random bad network and says what went wrong, in sentences; an empty
/// string when nothing did. `trace`, if given, becomes the trace of the run.
std::string random_run(run_options const& options, std::string* trace = nullptr);

}  // namespace quoin::property
