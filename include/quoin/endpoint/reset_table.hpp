// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which connection a stateless reset ends: its connection ID is random, only its last bytes mean something (RFC
/// 9000 10.3.1).
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/siphash.hpp>
#include <quoin/core/connection_id.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace quoin {

/// The tokens that peers gave with IDs in use, under a keyed hash. A token found here only says whom to ask: the
/// connection compares it again in constant time.
class reset_table {
 public:
  explicit reset_table(hash_key const& key) : numbers_(0, keyed_hash{key}) {}

  void add(stateless_reset_token const& token, std::uint32_t number) { numbers_.try_emplace(token, number); }

  void remove(stateless_reset_token const& token, std::uint32_t number) {
    auto const at = numbers_.find(token);
    if (at != numbers_.end() && at->second == number) numbers_.erase(at);
  }

  /// Whose token `datagram` ends in, if anybody's.
  [[nodiscard]] std::optional<std::uint32_t> find(byte_view datagram) const {
    stateless_reset_token token{};
    if (numbers_.empty() || datagram.size() < token.size()) return std::nullopt;
    std::copy_n(datagram.end() - static_cast<std::ptrdiff_t>(token.size()), token.size(), token.begin());
    auto const at = numbers_.find(token);
    if (at == numbers_.end()) return std::nullopt;
    return at->second;
  }

 private:
  struct keyed_hash {
    hash_key key;
    std::size_t operator()(stateless_reset_token const& token) const noexcept { return siphash(key, token); }
  };

  std::unordered_map<stateless_reset_token, std::uint32_t, keyed_hash> numbers_;
};

}  // namespace quoin
