// SPDX-License-Identifier: BSL-1.0
/// \file
/// Finds fields in an encoder's own table.
#pragma once

#include <quoin/base/ring.hpp>
#include <quoin/base/siphash.hpp>
#include <quoin/qpack/dynamic_table.hpp>

#include <array>
#include <optional>

namespace quoin::qpack {

/// Hashes of a field under the encoder's key: names and values often come from others.
struct field_hash {
  std::uint32_t name = 0;
  std::uint32_t field = 0;
};

inline field_hash hash_of(hash_key const& key, std::string_view name, std::string_view value) noexcept {
  auto const of_name = siphash(key, as_bytes(name));
  auto const of_value = siphash({key[0] ^ of_name, key[1]}, as_bytes(value));
  return {static_cast<std::uint32_t>(of_name), static_cast<std::uint32_t>(of_value)};
}

/// Chains from the newest entry of a hash to older ones. Nothing is taken out: a chain ends where the table does.
class encoder_index {
 public:
  /// The entry that was just inserted into `table` has these hashes.
  void add(dynamic_table const& table, field_hash const& hash) {
    while (links_.size() + 1 > table.insert_count() - table.dropped()) links_.pop_front();
    auto const next = table.insert_count();
    auto& name = newest_name_[slot(hash.name)];
    auto& field = newest_field_[slot(hash.field)];
    links_.push_back({hash, name, field});
    name = field = next;
  }

  /// The newest entry with this name and value among those below `end`.
  [[nodiscard]] std::optional<std::uint64_t> find_field(dynamic_table const& table, field_hash const& hash,
                                                        std::string_view name, std::string_view value,
                                                        std::uint64_t end) const noexcept {
    for (auto at = newest_field_[slot(hash.field)]; at > table.dropped();) {
      auto const& link = link_of(table, at - 1);
      if (at <= end && link.hash.field == hash.field) {
        auto const entry = table.at(at - 1);
        if (entry.name == name && entry.value == value) return at - 1;
      }
      at = link.older_field;
    }
    return std::nullopt;
  }

  /// The newest entry with this name among those below `end`.
  [[nodiscard]] std::optional<std::uint64_t> find_name(dynamic_table const& table, field_hash const& hash,
                                                       std::string_view name, std::uint64_t end) const noexcept {
    for (auto at = newest_name_[slot(hash.name)]; at > table.dropped();) {
      auto const& link = link_of(table, at - 1);
      if (at <= end && link.hash.name == hash.name && table.at(at - 1).name == name) return at - 1;
      at = link.older_name;
    }
    return std::nullopt;
  }

 private:
  /// Entries are named by their absolute index plus one, so that 0 is the end of a chain.
  struct links {
    field_hash hash;
    std::uint64_t older_name = 0;
    std::uint64_t older_field = 0;
  };

  static constexpr std::size_t slots = 128;
  static constexpr std::size_t slot(std::uint32_t hash) noexcept { return hash % slots; }

  [[nodiscard]] links const& link_of(dynamic_table const& table, std::uint64_t index) const noexcept {
    // The newest link belongs to the newest entry, whatever has been evicted since.
    return links_[links_.size() - static_cast<std::size_t>(table.insert_count() - index)];
  }

  ring<links> links_;
  std::array<std::uint64_t, slots> newest_name_{};
  std::array<std::uint64_t, slots> newest_field_{};
};

}  // namespace quoin::qpack
