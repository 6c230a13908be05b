// SPDX-License-Identifier: BSL-1.0
#include <quoin/congestion/bbr.hpp>

#include "transfer_with.hpp"

plots::logs plots::run_bbr(path const& over, std::filesystem::path const& folder) {
  return run_with<quoin::bbr>("bbr", over, folder);
}
