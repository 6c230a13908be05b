// SPDX-License-Identifier: BSL-1.0
#include <quoin/policy/scheduler.hpp>

#include <algorithm>
#include <vector>

/// First come, first served; who was served stands at the end of the queue again.
class waiting_queue {
 public:
  waiting_queue() { waiting_.reserve(64); }

  void activate(quoin::stream_id id, quoin::stream_priority) {
    if (std::find(waiting_.begin(), waiting_.end(), id) == waiting_.end()) waiting_.push_back(id);
  }
  void deactivate(quoin::stream_id id) noexcept { std::erase(waiting_, id); }
  [[nodiscard]] std::optional<quoin::stream_id> next() const noexcept {
    return waiting_.empty() ? std::nullopt : std::optional{waiting_.front()};
  }
  void sent(quoin::stream_id id, quoin::byte_count) noexcept {
    auto const served = std::find(waiting_.begin(), waiting_.end(), id);
    if (served != waiting_.end()) std::rotate(served, served + 1, waiting_.end());
  }
  void prioritize(quoin::stream_id, quoin::stream_priority) noexcept {}

 private:
  std::vector<quoin::stream_id> waiting_;  // a few streams; a busy server wants more than linear searches
};

static_assert(quoin::stream_scheduler<waiting_queue>);
