// SPDX-License-Identifier: BSL-1.0
/// \file
/// Small conversions between what people write and what programs count.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tool {

/// The parts between commas, without empty ones.
std::vector<std::string> split_list(std::string_view text);

/// "1.5 MiB": at most one digit behind the point.
std::string readable_bytes(double bytes);

/// "12.3 ms", "4.5 s".
std::string readable_seconds(double seconds);

/// The bytes that `%41` and the like stand for; nothing when an escape is broken or stands for a NUL.
std::optional<std::string> percent_decoded(std::string_view text);

/// "0x1f"
std::string hexadecimal(std::uint64_t value);

}  // namespace tool
