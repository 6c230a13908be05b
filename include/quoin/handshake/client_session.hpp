// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a client remembers of a connection to resume it (RFC 9001 4.5, 4.6; RFC 9000 7.4.1).
#pragma once

#include <quoin/core/types.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace quoin {

/// A session as its server gave it: good for one connection, and secret. All of it comes from the same connection.
struct client_session {
  quoin::version version = quoin::version::v1;  ///< it is good for no other (RFC 9369 5)
  std::string server_name;
  std::string alpn;
  std::vector<std::uint8_t> parameters;        ///< the server's, as early data relies on them, encoded
  std::vector<std::uint8_t> application_data;  ///< what the application asked to have remembered with it
  std::vector<std::uint8_t> state;             ///< the handshake's own

  bool operator==(client_session const&) const = default;
};

}  // namespace quoin
