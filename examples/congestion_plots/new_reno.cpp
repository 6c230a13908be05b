// SPDX-License-Identifier: BSL-1.0
#include <quoin/congestion/new_reno.hpp>

#include "transfer_with.hpp"

plots::logs plots::run_new_reno(path const& over, std::filesystem::path const& folder) {
  return run_with<quoin::new_reno>("new_reno", over, folder);
}
