// SPDX-License-Identifier: BSL-1.0
/// \file
/// From what the user said to what an engine is made from.
#pragma once

#include "options.hpp"

namespace tool {

/// Bind address and credentials included. Throws `failure`.
engine_settings server_settings(common_options const& common, server_options const& server);

/// Everything but the bind address, which depends on the address that is tried.
engine_settings client_settings(common_options const& common, client_options const& client);

}  // namespace tool
