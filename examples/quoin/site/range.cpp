// SPDX-License-Identifier: BSL-1.0
#include "range.hpp"

#include "list.hpp"

#include <quoin/base/ascii.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace tool::site {
namespace {

/// Digits and nothing else; what is beyond 64 bits is as far as a number goes, since no file reaches there.
std::optional<std::uint64_t> position(std::string_view text) {
  std::uint64_t value = 0;
  auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end != text.data() + text.size() || problem == std::errc::invalid_argument) return std::nullopt;
  return problem == std::errc::result_out_of_range ? UINT64_MAX : value;
}

struct spec {
  bool valid = false;
  byte_range part{};  ///< empty: valid, and cannot be satisfied
};

spec suffix(std::string_view digits, std::uint64_t size) {
  auto const count = position(digits);
  if (!count) return {};
  auto const taken = std::min(*count, size);
  return {true, {size - taken, taken}};
}

spec parsed_spec(std::string_view text, std::uint64_t size) {
  auto const dash = text.find('-');
  if (dash == std::string_view::npos) return {};
  if (dash == 0) return suffix(text.substr(1), size);
  auto const first = position(text.substr(0, dash));
  auto const rest = text.substr(dash + 1);
  auto const last = rest.empty() ? std::optional{UINT64_MAX} : position(rest);
  if (!first || !last || *last < *first) return {};
  if (*first >= size) return {true, {}};
  return {true, {*first, std::min(*last, size - 1) - *first + 1}};
}

void join(std::vector<byte_range>& parts) {
  std::sort(parts.begin(), parts.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
  std::vector<byte_range> joined;
  for (auto const& part : parts) {
    if (joined.empty() || part.first > joined.back().first + joined.back().size) {
      joined.push_back(part);
      continue;
    }
    auto& before = joined.back();
    before.size = std::max(before.first + before.size, part.first + part.size) - before.first;
  }
  parts = std::move(joined);
}

}  // namespace

asked_ranges parsed_ranges(std::string_view field, std::uint64_t size) {
  auto const equals = field.find('=');
  if (equals == std::string_view::npos || size == 0) return {};
  std::string unit{field.substr(0, equals)};
  quoin::make_lower(unit);
  if (unit != "bytes") return {};
  asked_ranges asked;
  std::size_t count = 0;
  for (auto const element : list_elements{field.substr(equals + 1)}) {
    auto const read = parsed_spec(element, size);
    if (!read.valid || ++count > most_ranges) return {};
    if (read.part.size != 0) asked.parts.push_back(read.part);
  }
  if (count == 0) return {};
  join(asked.parts);
  asked.what = asked.parts.empty() ? asked_ranges::outcome::unsatisfiable : asked_ranges::outcome::some;
  return asked;
}

std::string content_range(byte_range part, std::uint64_t size) {
  return "bytes " + std::to_string(part.first) + "-" + std::to_string(part.first + part.size - 1) + "/" +
         std::to_string(size);
}

}  // namespace tool::site
