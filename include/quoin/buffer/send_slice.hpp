// SPDX-License-Identifier: BSL-1.0
/// \file
/// Bytes that an application lends for sending, so that they go into packets without being copied first.
#pragma once

#include <quoin/base/bytes.hpp>

#include <memory>

namespace quoin {

/// Bytes that stay valid and unchanged until they are acknowledged or given up. `owner` keeps them alive; without one
/// they must live as long as the connection.
struct send_slice {
  byte_view bytes;
  std::shared_ptr<void const> owner;
};

}  // namespace quoin
