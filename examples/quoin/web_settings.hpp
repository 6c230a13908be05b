// SPDX-License-Identifier: BSL-1.0
/// \file
/// HTTP/3 as the tool speaks it.
#pragma once

#include <quoin/http3/session/settings.hpp>

namespace tool {

/// `early_data`: a server accepts it; files are the same however often they are asked for.
inline quoin::http3::session_settings web_settings(bool early_data) {
  quoin::http3::session_settings settings;
  if (early_data) settings.early = quoin::http3::early_requests::safe;
  return settings;
}

}  // namespace tool
