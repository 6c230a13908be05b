// SPDX-License-Identifier: BSL-1.0
/// \file
/// What travels through the simulated network.
#pragma once

#include <quoin/core/address.hpp>
#include <quoin/core/types.hpp>

#include <cstdint>
#include <vector>

namespace quoin::sim {

/// One UDP datagram. While it travels, `path` is as its sender sees it: from `local` to `remote`.
/// Who receives it sees its own address as `local`.
struct datagram {
  network_path path;
  std::vector<std::uint8_t> bytes;
  ecn mark = ecn::not_ect;
};

}  // namespace quoin::sim
