// SPDX-License-Identifier: BSL-1.0
/// \file
/// What network cards and kernels do to datagrams between an endpoint and the simulated network, well or badly.
#pragma once

#include <quoin/sim/datagram.hpp>

#include <functional>
#include <vector>

namespace quoin {

/// Datagrams of one path side by side, laid out as in `arrival`.
struct sim_train {
  network_path path;
  std::vector<std::uint8_t> bytes;
  std::size_t segment_size = 0;
  ecn mark = ecn::not_ect;
};

/// Both directions; empty functions change nothing.
struct sim_offload {
  /// Sees what is about to be received, one datagram in each train, oldest first.
  std::function<void(std::vector<sim_train>&)> receiving{};
  /// Sees one batch that leaves, cut into its datagrams.
  std::function<void(std::vector<sim::datagram>&)> sending{};
};

/// Puts neighbours together as Linux does (UDP_GRO): those of one path, with one mark and of one size, behind which a
/// shorter one ends the train.
inline void put_together(std::vector<sim_train>& all, std::size_t most_datagrams = 64) {
  constexpr std::size_t most_bytes = 65'535;
  std::vector<sim_train> made;
  for (auto& next : all) {
    auto const size = next.bytes.size();
    auto* const last = made.empty() ? nullptr : &made.back();
    // A train that ended is no multiple of its segments any more.
    bool const fits = last != nullptr && size > 0 && last->segment_size >= size && last->path == next.path &&
                      last->mark == next.mark && last->bytes.size() % last->segment_size == 0 &&
                      last->bytes.size() / last->segment_size < most_datagrams &&
                      last->bytes.size() + size <= most_bytes;
    if (fits) {
      last->bytes.insert(last->bytes.end(), next.bytes.begin(), next.bytes.end());
      continue;
    }
    next.segment_size = size;
    made.push_back(std::move(next));
  }
  all = std::move(made);
}

}  // namespace quoin
