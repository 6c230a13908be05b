// SPDX-License-Identifier: BSL-1.0
#include "fetch/content_range.hpp"

#include <charconv>

namespace tool::fetch {
namespace {

std::optional<std::uint64_t> number(std::string_view digits) {
  std::uint64_t value = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<content_range> read_content_range(std::string_view field) {
  constexpr std::string_view unit = "bytes ";
  auto const slash = field.find('/');
  if (!field.starts_with(unit) || slash == std::string_view::npos || slash < unit.size()) return std::nullopt;
  auto const part = field.substr(unit.size(), slash - unit.size());
  auto const size = field.substr(slash + 1);
  content_range read;
  read.whole = number(size);
  if (!read.whole && size != "*") return std::nullopt;
  if (part == "*") return read.whole ? std::optional{read} : std::nullopt;
  auto const dash = part.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  read.first = number(part.substr(0, dash));
  read.last = number(part.substr(dash + 1));
  bool const sound = read.first && read.last && *read.first <= *read.last && (!read.whole || *read.last < *read.whole);
  return sound ? std::optional{read} : std::nullopt;
}

}  // namespace tool::fetch
