// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a server's board says, for people and for programs.
#pragma once

#include "board.hpp"

#include <string>

namespace tool::status {

/// Counts are since the server's start, bytes of UDP payload, times in milliseconds unless they say otherwise.
std::string as_json(board const& of, std::chrono::seconds up);

/// A page that draws what it reads again and again from `data`, a path on the same server. It needs nothing else.
std::string page_for(std::string_view data);

}  // namespace tool::status
