// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a client keeps of its connections for later ones: address tokens and sessions (RFC 9000 8.1.3, RFC 9001 4.5).
#pragma once

#include <quoin/connection/connection.hpp>
#include <quoin/endpoint/session_store.hpp>
#include <quoin/endpoint/token_store.hpp>

#include <new>
#include <optional>
#include <string>
#include <utility>

namespace quoin {

/// How a client wants to meet a server again.
struct connect_options {
  /// Resume a session if one is kept; who sees both connections can tell that they belong together.
  bool resume = true;
  bool early_data = false;  ///< offer early data with it: see `connection::early`
};

template <class Stack>
class keepsakes {
 public:
  static constexpr bool resumption = step::can_resume<Stack>;
  using crypto_config = typename Stack::crypto::handshake::config;

  /// Gives a connection what was kept for its server and version.
  void hand_out(connection_start<Stack>& start, connect_options const& options, crypto_config const& crypto,
                wall_time date) {
    start.token = tokens_.take(start.server_name, start.version);
    if (options.resume) start.session = session_for(start.server_name, start.version, crypto, date);
    start.early_data = options.early_data;
  }

  /// Takes what a client's connection has been given since the last call.
  void collect(connection<Stack>& from) {
    if (from.self() != role::client) return;
    try {
      if (auto token = from.take_token(); !token.empty())
        tokens_.keep(from.server_name(), from.version(), std::move(token));
      if constexpr (resumption)
        while (auto session = from.take_session()) sessions_.keep(std::move(*session));
    } catch (std::bad_alloc const&) {
      // The next connection does without it.
    }
  }

  [[nodiscard]] session_store& sessions() noexcept { return sessions_; }

 private:
  std::optional<client_session> session_for(std::string_view server_name, version spoken, crypto_config const& crypto,
                                            wall_time date) {
    if constexpr (resumption) {
      using handshake = typename Stack::crypto::handshake;
      return sessions_.take(server_name, [&](client_session const& kept) {
        auto const facts = handshake::facts_of(kept.state);
        return kept.version == spoken && facts && facts->expires > date && handshake::offers(crypto, facts->alpn);
      });
    }
    return std::nullopt;
  }

  token_store tokens_;
  session_store sessions_;
};

}  // namespace quoin
