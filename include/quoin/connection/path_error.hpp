// SPDX-License-Identifier: BSL-1.0
/// \file
/// Why a connection cannot move.
#pragma once

#include <quoin/base/result.hpp>
#include <quoin/core/types.hpp>

#include <string_view>

namespace quoin {

enum class path_errc : std::uint8_t {
  connection_closed,
  server,            ///< only clients move (RFC 9000 9)
  not_confirmed,     ///< not before the handshake is confirmed (RFC 9000 9)
  forbidden,         ///< the peer sent disable_active_migration (RFC 9000 18.2)
  no_connection_id,  ///< the peer has given none that was not used yet; try again (RFC 9000 9.5)
  no_multipath,      ///< the connection uses one path at a time: that was not agreed on
  unknown_path,      ///< there is no path with this ID, or it was abandoned
  last_path,         ///< a connection needs a path; `close` ends it
  too_many,          ///< more paths than can be told apart
};

constexpr std::string_view name_of(path_errc why) noexcept {
  switch (why) {
    case path_errc::connection_closed: return "the connection is closed";
    case path_errc::server: return "only clients can move";
    case path_errc::not_confirmed: return "the handshake is not confirmed";
    case path_errc::forbidden: return "the peer does not allow it";
    case path_errc::no_connection_id: return "the peer has given no unused connection ID";
    case path_errc::no_multipath: return "the connection uses one path at a time";
    case path_errc::unknown_path: return "there is no such path";
    case path_errc::last_path: return "it is the only path";
    case path_errc::too_many: break;
  }
  return "too many paths";
}

/// The name of a path, or why there is none.
using path_result = basic_result<path_id, path_errc>;

}  // namespace quoin
