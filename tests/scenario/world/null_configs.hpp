// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the null handshake is configured with in a world.
#pragma once

#include "lab_backend.hpp"

#include <quoin/crypto/null/crypto.hpp>

namespace quoin::scenario {

inline std::shared_ptr<null_handshake::config const> null_config_of(world_options const& options, role side) {
  auto made = std::make_shared<null_handshake::config>();
  made->alpn = side == role::client ? options.client_alpn : options.server_alpn;
  made->hello_padding = options.hello_padding;
  made->server_flight_padding = options.server_flight_padding;
  made->suite = options.suite;
  return made;
}

}  // namespace quoin::scenario
