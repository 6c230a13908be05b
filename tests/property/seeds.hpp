// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which seeds random tests run, and how to see one failure again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quoin::property {

/// How to see one failure again: a line for people and their shells.
std::string reproduce(std::uint64_t seed, std::string_view test_case, std::string_view program = "test_property");

/// The seeds that are to be run: QUOIN_SEED alone if it is set, else the slice `part` of `parts` of 1 to QUOIN_SEEDS
/// (2000 by default).
std::vector<std::uint64_t> seeds_to_run(std::uint64_t part, std::uint64_t parts);

/// A line for digests.py: the seed of a run, and what its trace comes to.
void print_digest(std::uint64_t seed, std::string_view trace);

}  // namespace quoin::property
