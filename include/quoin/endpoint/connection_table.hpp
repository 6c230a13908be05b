// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which connection a connection ID leads to (RFC 9000 5.2).
#pragma once

#include <quoin/base/siphash.hpp>
#include <quoin/core/connection_id.hpp>

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace quoin {

/// A map from connection IDs to connection numbers under a keyed hash: peers choose some of the IDs, and must not be
/// able to make them collide (RFC 9000 21.9).
class connection_table {
 public:
  explicit connection_table(hash_key const& key) : numbers_(0, keyed_hash{key}) {}

  /// False, and nothing changes, when the ID leads somewhere already.
  bool add(connection_id const& id, std::uint32_t number) { return numbers_.try_emplace(id, number).second; }

  /// Removes the ID if it leads to `number`.
  void remove(connection_id const& id, std::uint32_t number) {
    auto const at = numbers_.find(id);
    if (at != numbers_.end() && at->second == number) numbers_.erase(at);
  }

  [[nodiscard]] std::optional<std::uint32_t> find(connection_id const& id) const {
    auto const at = numbers_.find(id);
    if (at == numbers_.end()) return std::nullopt;
    return at->second;
  }

  [[nodiscard]] std::size_t size() const noexcept { return numbers_.size(); }

 private:
  struct keyed_hash {
    hash_key key;
    std::size_t operator()(connection_id const& id) const noexcept { return siphash(key, id.view()); }
  };

  std::unordered_map<connection_id, std::uint32_t, keyed_hash> numbers_;
};

}  // namespace quoin
