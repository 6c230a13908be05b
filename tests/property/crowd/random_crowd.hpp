// SPDX-License-Identifier: BSL-1.0
/// \file
/// Several clients and servers on a network of routers, everything drawn from the seed.
#pragma once

#include <cstdint>
#include <string>

namespace quoin::property {

/// Lets every client move data on some connections, looks at all invariants of each, and says what went wrong, in
/// sentences; an empty string when nothing did. `trace`, if given, becomes what the network has done.
std::string random_crowd(std::uint64_t seed, std::string* trace = nullptr);

}  // namespace quoin::property
