// SPDX-License-Identifier: BSL-1.0
#include "perf_source.hpp"

#include <algorithm>
#include <array>

namespace tool::perf {
namespace {

constexpr std::size_t piece = std::size_t{1} << 20;
constexpr quoin::byte_count ready = 4 * piece;

/// The same memory for every byte ever sent: it lives as long as the program, so a slice of it needs no owner.
std::array<std::uint8_t, piece> const nothing{};

}  // namespace

bool source::feed(port& to, part& one) {
  while (one.left != 0 && to.unsent(one.id) < ready) {
    auto const now = static_cast<std::size_t>(std::min<std::uint64_t>(one.left, piece));
    if (!to.write(one.id, {quoin::byte_view{nothing}.first(now), nullptr})) return false;
    one.left -= now;
  }
  if (one.left != 0) return true;
  to.finish(one.id);
  return false;
}

void source::add(port& to, quoin::stream_id id, std::uint64_t size) {
  part one{id, size};
  if (feed(to, one)) active_.push_back(one);
}

void source::refill(port& to) {
  std::erase_if(active_, [&](part& one) { return !feed(to, one); });
}

void source::drop(quoin::stream_id id) {
  std::erase_if(active_, [&](part const& one) { return one.id == id; });
}

}  // namespace tool::perf
