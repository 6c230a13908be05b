// SPDX-License-Identifier: BSL-1.0
/// \file
/// How far the downloads are: plain numbers, filled by a client and shown by `progress`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tool {

struct meter {
  enum class state { waiting, running, done, failed };
  struct item {
    std::string name;
    state now = state::waiting;
    std::uint64_t bytes = 0;
  };

  std::vector<item> items;
  std::uint64_t bytes = 0;     ///< of all items
  std::uint64_t expected = 0;  ///< of all items together, 0 when nobody knows
  std::size_t done = 0;
  std::size_t failed = 0;

  std::size_t add(std::string name) {
    items.push_back({std::move(name), state::waiting, 0});
    return items.size() - 1;
  }
  void start(std::size_t index) { items[index].now = state::running; }
  void receive(std::size_t index, std::uint64_t size) {
    items[index].bytes += size;
    bytes += size;
  }
  void end(std::size_t index, bool complete) {
    items[index].now = complete ? state::done : state::failed;
    ++(complete ? done : failed);
  }
  /// From 0 to 1, by bytes where their number is known, else by files.
  [[nodiscard]] double fraction() const {
    if (expected != 0) return bytes >= expected ? 1.0 : static_cast<double>(bytes) / static_cast<double>(expected);
    return items.empty() ? 0.0 : static_cast<double>(done + failed) / static_cast<double>(items.size());
  }
};

}  // namespace tool
