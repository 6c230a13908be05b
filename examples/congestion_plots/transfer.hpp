// SPDX-License-Identifier: BSL-1.0
/// \file
/// A bulk transfer over a simulated bottleneck, which leaves its qlogs behind.
#pragma once

#include <quoin/core/time.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

namespace plots {

/// The path: symmetric, with its bottleneck and queue in both directions.
struct path {
  double megabits = 10;
  double round_trip_ms = 40;
  double queue_kilobytes = 200;
  double loss_percent = 0;
  double l4s_threshold_ms = 0;      ///< of ECT(1); 0: the queue marks nothing so early
  double classic_threshold_ms = 0;  ///< of either mark; 0: the queue marks nothing
  double seconds = 15;
};

/// Where a transfer wrote what its ends saw.
struct logs {
  std::filesystem::path sender;
  std::filesystem::path receiver;
};

/// Each of these lets a client send for as long as `over` says, and writes two logs into `folder`. Throws
/// `std::runtime_error` when no connection comes about.
logs run_new_reno(path const& over, std::filesystem::path const& folder);
logs run_hystart(path const& over, std::filesystem::path const& folder);
logs run_cubic(path const& over, std::filesystem::path const& folder);
logs run_bbr(path const& over, std::filesystem::path const& folder);
logs run_prague(path const& over, std::filesystem::path const& folder);

}  // namespace plots
