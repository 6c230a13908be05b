// SPDX-License-Identifier: BSL-1.0
/// \file
/// HTTP/3 as the tool speaks it.
#pragma once

#include <quoin/http3/session/settings.hpp>

namespace tool {

/// `early_data`: a server accepts it; files are the same however often they are asked for. `extended_connect`: clients
/// may ask for tunnels.
inline quoin::http3::session_settings web_settings(bool early_data, bool extended_connect = false) {
  quoin::http3::session_settings settings;
  settings.extended_connect = extended_connect;
  settings.keep_alive = {};  // --timeout and --keep-alive say how long a server may be silent
  if (early_data) settings.early = quoin::http3::early_requests::safe;
  return settings;
}

}  // namespace tool
