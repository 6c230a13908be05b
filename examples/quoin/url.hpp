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
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool same_server(url const& other) const { return host == other.host && port == other.port; }
};

/// Throws `failure` (bad_url) with the part that is wrong.
url parse_url(std::string_view text);

/// The same where the download is called otherwise: the URL may end in '/', or with the server.
url parse_nameless_url(std::string_view text);

/// What a reference such as a Location field leads to from `base` (RFC 3986 5.2). Throws `failure` (bad_url).
url resolved(url const& base, std::string_view reference);

}  // namespace tool
