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

/// A few tokens for each of a few servers. A token is used once, so that it does not link connections, and only in the
/// version of the connection that it came on (RFC 9369 5).
class token_store {
 public:
  static constexpr std::size_t max_servers = 64;

  /// Keeps a token; the oldest of the server, or the server whose first token is the oldest, makes room.
  void keep(std::string const& server, version of, std::vector<std::uint8_t> token) {
    auto& tokens = entry_for(server, of).tokens;
    if (tokens.size() == limits::stored_tokens) tokens.erase(tokens.begin());
    tokens.push_back(std::move(token));
  }

  /// The newest token for `server` in version `of`, which is forgotten; empty when there is none.
  std::vector<std::uint8_t> take(std::string const& server, version of) {
    for (auto& known : entries_) {
      if (known.server != server || known.of != of || known.tokens.empty()) continue;
      auto token = std::move(known.tokens.back());
      known.tokens.pop_back();
      return token;
    }
    return {};
  }

 private:
  struct entry {
    std::string server;
    version of;
    std::vector<std::vector<std::uint8_t>> tokens;
  };

  entry& entry_for(std::string const& server, version of) {
    for (auto& known : entries_)
      if (known.server == server && known.of == of) return known;
    if (entries_.size() == max_servers) entries_.erase(entries_.begin());
    return entries_.emplace_back(entry{server, of, {}});
  }

  std::vector<entry> entries_;
};

}  // namespace quoin
