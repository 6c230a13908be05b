// SPDX-License-Identifier: BSL-1.0
/// \file
/// What `get` is asked for: an https URL, cut into the server and the path.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tool {

struct url {
  std::string host;  ///< a name or an address, an IPv6 address without its brackets
  std::uint16_t port = 443;
  std::string path;       ///< as it is asked for: begins with '/', without fragment
  std::string file_name;  ///< the last part of the path, decoded: what the download is called

  /// The server as people write it, "host:port".
  [[nodiscard]] std::string authority() const;
};

/// Throws `failure` (usage) with the part that is wrong.
url parse_url(std::string_view text);

}  // namespace tool
