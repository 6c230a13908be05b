// SPDX-License-Identifier: BSL-1.0
#include <quoin/congestion/cubic.hpp>

#include "transfer_with.hpp"

plots::logs plots::run_cubic(path const& over, std::filesystem::path const& folder) {
  return run_with<quoin::cubic>("cubic", over, folder);
}
