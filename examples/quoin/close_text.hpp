// SPDX-License-Identifier: BSL-1.0
/// \file
/// Why a connection ended, in one sentence for the person who asked for it.
#pragma once

#include "failure.hpp"

#include <quoin/connection/event.hpp>

#include <string>
#include <vector>

namespace tool {

/// What the sentence may speak of.
struct attempt {
  std::string host;     ///< as it was asked for
  std::string address;  ///< where the packets went
  double timeout_seconds = 0;
  std::vector<std::string> alpn;
  bool connected = false;
  bool heard = false;  ///< anything at all arrived
};

std::string explain(quoin::close_info const& why, attempt const& to);

/// And the same as a number.
exit_code exit_code_for(quoin::close_info const& why, attempt const& to);

/// Of a peer's words only what can be shown on a terminal.
std::string printable(std::string_view text);

/// One line for a log: who closed and with which code.
std::string brief(quoin::close_info const& why);

}  // namespace tool
