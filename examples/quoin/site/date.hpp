// SPDX-License-Identifier: BSL-1.0
/// \file
/// Points in time as HTTP writes them (RFC 9110 5.6.7).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tool::site {

using std::chrono::sys_seconds;

/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(sys_seconds at);

/// Any of the three forms that a recipient has to know; nothing when it is none of them. A year of two digits is never
/// more than fifty years after `now`.
std::optional<sys_seconds> parsed_date(std::string_view text, sys_seconds now);

}  // namespace tool::site
