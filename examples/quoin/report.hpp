// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a transfer cost and how the path behaved, for people and for scripts.
#pragma once

#include <quoin/connection/event.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace tool {

using json = nlohmann::ordered_json;

/// Adds up over several connections; the round-trip times are the last one's.
void accumulate(quoin::connection_statistics& total, quoin::connection_statistics const& one);

json to_json(quoin::connection_statistics const& of);

/// "packets 123 sent, 456 received, 0 lost; RTT 1.2 ms (least 0.8 ms)"
std::string readable(quoin::connection_statistics const& of);

/// ", early data accepted" and the like; nothing where none was offered.
std::string early_data_clause(quoin::early_data_status status);

/// Seconds of processor time that this process has used, its own and the kernel's for it.
double processor_seconds();

/// Megabytes (10^6) a second; 0 for no time at all.
double megabytes_per_second(std::uint64_t bytes, double seconds);

/// Rounded to three digits behind the point, which is all that anybody reads.
double rounded(double value);

}  // namespace tool
