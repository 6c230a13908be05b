// SPDX-License-Identifier: BSL-1.0
/// \file
/// Server names as clients ask for them (RFC 6066 3), and who answers for which.
#pragma once

#include <quoin/base/ascii.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quoin {

/// The one spelling of a DNS name: lower case, without the dot of the root. Whatever is decided by a server's name is
/// decided by this, or another spelling would be a way around it.
inline std::string normalized_server_name(std::string_view name) {
  if (name.size() > 1 && name.ends_with('.')) name.remove_suffix(1);
  std::string spelt{name};
  make_lower(spelt);
  return spelt;
}

/// Which numbers stand for which names, as certificates spell them: whole names, or a wildcard for exactly one label
/// (RFC 9525 6.3).
class server_name_index {
 public:
  using numbers = std::vector<std::size_t>;

  /// Later numbers come behind earlier ones of the same name.
  void add(std::string_view name, std::size_t number) {
    auto spelt = normalized_server_name(name);
    bool const wild = spelt.starts_with("*.");
    auto& known = wild ? wildcards_[spelt.substr(1)] : exact_[spelt];
    if (known.empty() || known.back() != number) known.push_back(number);
  }

  /// Who answers for a normalized `name`: those that have it in full or else, as a whole, those that have it by a
  /// wildcard. Null when nobody does.
  [[nodiscard]] numbers const* find(std::string const& name) const {
    if (auto const found = exact_.find(name); found != exact_.end()) return &found->second;
    auto const dot = name.find('.');
    if (dot == std::string::npos || dot == 0) return nullptr;
    auto const found = wildcards_.find(name.substr(dot));
    return found != wildcards_.end() ? &found->second : nullptr;
  }

 private:
  std::unordered_map<std::string, numbers> exact_;
  std::unordered_map<std::string, numbers> wildcards_;  // by what follows the star
};

}  // namespace quoin
