// SPDX-License-Identifier: BSL-1.0
// Fields that own their text, and short ways to decode a section into them.
#pragma once

#include <quoin/qpack/decoder.hpp>

#include <string>
#include <utility>
#include <vector>

namespace qpack_test {

using field_list = std::vector<std::pair<std::string, std::string>>;

/// Bytes from hexadecimal digits; spaces are skipped.
inline std::vector<std::uint8_t> hex(std::string_view digits) {
  std::vector<std::uint8_t> bytes;
  std::string pair;
  for (char const c : digits) {
    if (c == ' ') continue;
    pair += c;
    if (pair.size() < 2) continue;
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(pair, nullptr, 16)));
    pair.clear();
  }
  return bytes;
}

struct decoded {
  quoin::qpack::result<quoin::qpack::section_outcome> outcome;
  field_list fields;

  [[nodiscard]] bool whole() const { return outcome && *outcome == quoin::qpack::section_outcome::decoded; }
};

inline decoded decode(quoin::qpack::decoder& with, std::uint64_t stream, quoin::byte_view section) {
  field_list fields;
  auto outcome =
      with.decode(stream, section, [&](quoin::qpack::field const& one) { fields.emplace_back(one.name, one.value); });
  return {outcome, std::move(fields)};
}

inline std::vector<quoin::qpack::field> views_of(field_list const& fields) {
  std::vector<quoin::qpack::field> views;
  for (auto const& [name, value] : fields) views.push_back({name, value, false});
  return views;
}

}  // namespace qpack_test
