// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a server may say about the sessions that it lets clients resume.
#pragma once

#include <quoin/crypto/session/strike_register.hpp>

#include <array>
#include <vector>

namespace quoin {

/// What the keys of tickets are drawn from. Whoever has it reads every ticket and the early data sent with it.
using session_secret = std::array<std::uint8_t, 32>;

/// RFC 8446 4.6.1: no session lives longer than a week, whatever its server says.
inline constexpr std::chrono::seconds longest_session{7 * 24 * 3600};

/// What a server may say about its sessions.
struct session_settings {
  /// Tickets given after each handshake; each is good for one connection. 0: nothing is resumed.
  unsigned tickets = 2;

  /// How long a ticket is good, at most a week (RFC 8446 4.6.1); its keys change as often.
  std::chrono::seconds lifetime{24 * 3600};

  /// Secrets that the keys of tickets are drawn from: the first seals, all open. Servers that share them take each
  /// other's tickets. Empty: one that is drawn now, and that no other server has.
  std::vector<session_secret> secrets{};

  /// Accept early data (RFC 9001 4.6.2). Whoever records it can send it again; see `replay`.
  bool early_data = false;

  /// Who knows which early data came before; a `strike_register` of this configuration's own when it is empty. Servers
  /// that share `secrets` need one that they share, too, or each of them accepts a copy.
  replay_guard replay{};

  /// What applications want early data to rely on, such as the settings that a client remembers: early data is accepted
  /// only while this is what it was when the ticket was made (RFC 9001 4.6.3).
  std::vector<std::uint8_t> context{};
};

}  // namespace quoin
