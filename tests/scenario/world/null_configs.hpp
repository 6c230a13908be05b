// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the null handshake is configured with in a world.
#pragma once

#include "audited_crypto.hpp"
#include "lab_backend.hpp"

#include <quoin/crypto/null/crypto.hpp>

namespace quoin::scenario {

inline std::shared_ptr<null_handshake::config const> null_config_of(world_options const& options, role side) {
  auto made = std::make_shared<null_handshake::config>();
  made->alpn = side == role::client ? options.client_alpn : options.server_alpn;
  made->hello_padding = options.hello_padding;
  made->server_flight_padding = options.server_flight_padding;
  made->suite = options.suite;
  if (side == role::server && options.tickets > 0) {
    session_settings sessions;
    sessions.tickets = options.tickets;
    sessions.secrets = {session_secret{options.session_secret}};
    sessions.early_data = options.early_data;
    sessions.context = options.session_context;
    sessions.replay = guard_with(std::make_shared<strike_register>(hash_key{1, 2}, wall_time{}, options.strikes));
    made->sessions = make_null_sessions(std::move(sessions));
  }
  return made;
}

}  // namespace quoin::scenario
