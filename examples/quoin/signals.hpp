// SPDX-License-Identifier: BSL-1.0
/// \file
/// SIGINT and SIGTERM as a flag that loops look at.
#pragma once

namespace tool {

/// From now on the first SIGINT or SIGTERM asks for a graceful stop; a second one ends the process.
void catch_stop_signals();
bool stop_asked();

}  // namespace tool
