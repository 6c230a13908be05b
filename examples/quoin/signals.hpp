// SPDX-License-Identifier: BSL-1.0
/// \file
/// SIGINT, SIGTERM and SIGHUP as flags that loops look at.
#pragma once

namespace tool {

/// From now on the first SIGINT or SIGTERM asks for a graceful stop; a second one ends the process.
void catch_stop_signals();
bool stop_asked();

/// From now on SIGHUP asks for files to be read again, instead of ending the process.
void catch_reload_signal();
/// Whether it did since the last call.
bool reload_asked();

}  // namespace tool
