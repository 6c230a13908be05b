// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a file is, by its name (RFC 9110 8.3.1).
#pragma once

#include <string_view>

namespace tool {

/// "text/html; charset=utf-8" for "index.html"; "application/octet-stream" for what nobody knows.
std::string_view media_type_of(std::string_view path);

}  // namespace tool
