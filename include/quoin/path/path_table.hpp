// SPDX-License-Identifier: BSL-1.0
/// \file
/// The paths of one connection: the one in use and a few others (RFC 9000 9).
#pragma once

#include <quoin/path/path_record.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace quoin {

/// The path in use is at hand; the others take no memory until there are some, and never more than `limits::paths - 1`.
class path_table {
 public:
  explicit path_table(network_path const& first) { active_.addresses = first; }

  /// Where packets go unless they are meant for another path.
  [[nodiscard]] path_record& active() noexcept { return active_; }
  [[nodiscard]] path_record const& active() const noexcept { return active_; }

  /// Any path by its name; null when it is gone.
  [[nodiscard]] path_record* find(path_id id) noexcept {
    if (id == active_.id) return &active_;
    return find_other([&](path_record const& other) { return other.id == id; });
  }

  /// The path that a datagram came on; null for one that is not known.
  [[nodiscard]] path_record* find(network_path const& addresses) noexcept {
    if (is_same(active_.addresses, addresses)) return &active_;
    return find_other([&](path_record const& other) { return is_same(other.addresses, addresses); });
  }

  [[nodiscard]] std::size_t size() const noexcept { return 1 + others_.size(); }

 private:
  /// A socket that is bound to every address of the machine does not say which of them it sends from.
  static bool is_same(network_path const& known, network_path const& seen) noexcept {
    return known.remote == seen.remote &&
           (known.local == seen.local || known.local.ip == std::array<std::uint8_t, 16>{});
  }

  template <class Predicate>
  path_record* find_other(Predicate matches) noexcept {
    auto const at = std::find_if(others_.begin(), others_.end(), matches);
    return at == others_.end() ? nullptr : &*at;
  }

  path_record active_;
  std::vector<path_record> others_;
};

}  // namespace quoin
