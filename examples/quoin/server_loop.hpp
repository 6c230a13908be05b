// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every server of the tool does: open, say where, go on until it is told to stop, say goodbye.
#pragma once

#include "engine.hpp"

namespace tool {

/// Prints one line, "WHAT on ADDR:PORT", once clients can connect. Returns the exit code.
int run_server(engine_settings const& settings, std::string const& what, bool quiet);

}  // namespace tool
