// SPDX-License-Identifier: BSL-1.0
#include "coding.hpp"

#include "list.hpp"

#include <quoin/base/ascii.hpp>

#include <cstddef>
#include <string>

namespace tool::site {
namespace {

/// In thousandths: "0.5" is 500. What cannot be read is not wanted.
int weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  int value = (text[0] - '0') * 1000;
  if (text.size() > 1 && text[1] != '.') return 0;
  int unit = 100;
  for (auto const c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return 0;
    value += (c - '0') * unit;
    unit /= 10;
  }
  return std::min(value, 1000);
}

struct preference {
  std::string name;
  int weight;
};

preference parsed(std::string_view element) {
  auto const semicolon = element.find(';');
  preference read{std::string{trimmed(element.substr(0, semicolon))}, 1000};
  quoin::make_lower(read.name);
  if (read.name == "x-gzip") read.name = "gzip";  // RFC 9110 8.4.1.3
  if (semicolon == std::string_view::npos) return read;
  auto const parameter = trimmed(element.substr(semicolon + 1));
  if (parameter.starts_with("q=") || parameter.starts_with("Q=")) read.weight = weight(parameter.substr(2));
  return read;
}

}  // namespace

std::optional<std::size_t> best_coding(std::string_view accept_encoding, coding_set const& there) {
  std::array<std::optional<int>, codings.size()> weights;
  std::optional<int> others;
  int identity = 1;  // what nobody has asked for comes behind all that was
  for (auto const element : list_elements{accept_encoding}) {
    auto const read = parsed(element);
    if (read.name == "*") others = read.weight;
    if (read.name == "identity") identity = read.weight;
    for (std::size_t i = 0; i < codings.size(); ++i)
      if (read.name == codings[i].name) weights[i] = read.weight;
  }
  std::optional<std::size_t> best;
  int most = 0;
  for (std::size_t i = 0; i < codings.size(); ++i) {
    auto const of_this = weights[i].value_or(others.value_or(0));
    if (!there[i] || of_this <= most) continue;
    most = of_this;
    best = i;
  }
  return most >= identity ? best : std::nullopt;
}

}  // namespace tool::site
