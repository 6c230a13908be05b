// SPDX-License-Identifier: BSL-1.0
#include <quoin/policy/scheduler.hpp>

#include <algorithm>
#include <vector>

/// The stream that was written to last goes first.
class newest_first {
 public:
  newest_first() { active_.reserve(64); }

  void activate(quoin::stream_id id, quoin::stream_priority) {
    if (std::find(active_.begin(), active_.end(), id) == active_.end()) active_.push_back(id);
  }
  void deactivate(quoin::stream_id id) noexcept { std::erase(active_, id); }
  [[nodiscard]] std::optional<quoin::stream_id> next() const noexcept {
    return active_.empty() ? std::nullopt : std::optional{active_.back()};
  }
  void sent(quoin::stream_id, quoin::byte_count) noexcept {}
  void prioritize(quoin::stream_id, quoin::stream_priority) noexcept {}

 private:
  std::vector<quoin::stream_id> active_;
};

static_assert(quoin::stream_scheduler<newest_first>);
