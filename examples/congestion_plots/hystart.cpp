// SPDX-License-Identifier: BSL-1.0
#include <quoin/congestion/new_reno.hpp>

#include "transfer_with.hpp"

plots::logs plots::run_hystart(path const& over, std::filesystem::path const& folder) {
  return run_with<quoin::new_reno_hystart>("hystart", over, folder);
}
