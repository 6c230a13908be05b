// SPDX-License-Identifier: BSL-1.0
/// \file
/// A server's sessions where nothing is secret: real tickets, real anti-replay, sealed by the null protection.
#pragma once

#include <quoin/crypto/null/protection.hpp>
#include <quoin/crypto/session/session_issuer.hpp>

namespace quoin {

using null_sessions = session_issuer<null_protection>;

/// The same settings give the same tickets. Early data is looked at from 1970 on, where the lab's calendar begins.
inline std::shared_ptr<null_sessions const> make_null_sessions(session_settings settings) {
  return std::make_shared<null_sessions const>(std::move(settings), session_secret{1, 2, 3}, hash_key{4, 5},
                                               wall_time{});
}

}  // namespace quoin
