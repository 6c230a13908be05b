// SPDX-License-Identifier: BSL-1.0
/// \file
/// The address tokens that a client has been given for later connections (RFC 9000 8.1.3).
#pragma once

#include <quoin/core/limits.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace quoin {

/// A few tokens for each of a few servers. A token is used once, so that it does not link connections.
class token_store {
 public:
  static constexpr std::size_t max_servers = 64;

  /// Keeps a token; the oldest of the server, or the server unused for longest, makes room.
  void keep(std::string const& server, std::vector<std::uint8_t> token) {
    auto& tokens = entry_for(server);
    if (tokens.size() == limits::stored_tokens) tokens.erase(tokens.begin());
    tokens.push_back(std::move(token));
  }

  /// The newest token for `server`, which is forgotten; empty when there is none.
  std::vector<std::uint8_t> take(std::string const& server) {
    for (auto& [name, tokens] : servers_) {
      if (name != server || tokens.empty()) continue;
      auto token = std::move(tokens.back());
      tokens.pop_back();
      return token;
    }
    return {};
  }

 private:
  std::vector<std::vector<std::uint8_t>>& entry_for(std::string const& server) {
    for (auto& [name, tokens] : servers_)
      if (name == server) return tokens;
    if (servers_.size() == max_servers) servers_.erase(servers_.begin());
    return servers_.emplace_back(server, std::vector<std::vector<std::uint8_t>>{}).second;
  }

  std::vector<std::pair<std::string, std::vector<std::vector<std::uint8_t>>>> servers_;
};

}  // namespace quoin
