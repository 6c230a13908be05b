// SPDX-License-Identifier: BSL-1.0
/// \file
/// Where one of several paths stands.
#pragma once

#include <quoin/connection/path_error.hpp>
#include <quoin/connection/path_spaces.hpp>
#include <quoin/core/address.hpp>
#include <quoin/policy/congestion.hpp>

namespace quoin {

/// What is known of a path that was opened. Counts are since then; bytes are UDP payload.
struct path_facts {
  std::uint32_t id = 0;
  network_path addresses;
  path_standing standing = path_standing::open;
  bool backup = false;       ///< we asked the peer to keep it in reserve
  bool peer_backup = false;  ///< and it asked us
  bool silent = false;       ///< what was sent last is not answered
  rtt_values rtt;
  byte_count congestion_window = 0;
  byte_count bytes_in_flight = 0;
  std::size_t datagram_size = 0;
  recovery_statistics sent;
};

/// All of them, in the order of their IDs.
using path_list = static_vector<path_facts, limits::multipath_paths + 1>;

/// The ID of a path, or why there is none.
using multipath_result = basic_result<std::uint32_t, path_errc>;

/// Done, or why not.
using path_outcome = basic_result<void, path_errc>;

}  // namespace quoin
