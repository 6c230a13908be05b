// SPDX-License-Identifier: BSL-1.0
#include <quoin/congestion/prague.hpp>

#include "transfer_with.hpp"

plots::logs plots::run_prague(path const& over, std::filesystem::path const& folder) {
  return run_with<quoin::prague>("prague", over, folder);
}
