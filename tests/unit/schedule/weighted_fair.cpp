// SPDX-License-Identifier: BSL-1.0
#include <quoin/schedule/weighted_fair.hpp>

#include "conformance/scheduler.hpp"

#include <map>

static_assert(quoin::stream_scheduler<quoin::weighted_fair>);

using quoin::stream_id;
using quoin::weighted_fair;

namespace {

/// Bytes that each stream got when so many frames of up to 1200 bytes were sent.
std::map<std::uint64_t, quoin::byte_count> shares(weighted_fair& scheduler, int frames) {
  std::mt19937 random{7};
  std::map<std::uint64_t, quoin::byte_count> sent;
  for (int i = 0; i < frames; ++i) {
    auto const next = *scheduler.next();
    auto const bytes = 1 + random() % 1'200;
    sent[next.value()] += bytes;
    scheduler.sent(next, bytes);
  }
  return sent;
}

}  // namespace

TEST_CASE("weighted fair keeps the scheduler's contract", "[schedule][conformance]") {
  quoin::conformance::check_scheduler<weighted_fair>();
}

TEST_CASE("each urgency has twice the bytes of the next", "[schedule]") {
  weighted_fair scheduler;
  scheduler.activate(stream_id{0}, {3, false});
  scheduler.activate(stream_id{4}, {4, true});
  scheduler.activate(stream_id{8}, {5, true});
  auto const sent = shares(scheduler, 7'000);
  CHECK(sent.at(0) > sent.at(4) * 19 / 10);
  CHECK(sent.at(0) < sent.at(4) * 21 / 10);
  CHECK(sent.at(4) > sent.at(8) * 19 / 10);
  CHECK(sent.at(4) < sent.at(8) * 21 / 10);
}

TEST_CASE("silence saves up nothing", "[schedule]") {
  weighted_fair scheduler;
  scheduler.activate(stream_id{0}, {3, false});
  scheduler.activate(stream_id{4}, {3, false});
  scheduler.deactivate(stream_id{4});
  shares(scheduler, 1'000);
  scheduler.activate(stream_id{4}, {3, false});
  auto const sent = shares(scheduler, 1'000);
  CHECK(sent.at(0) > sent.at(4) * 9 / 10);
}

TEST_CASE("a changed priority changes the share from now on", "[schedule]") {
  weighted_fair scheduler;
  scheduler.activate(stream_id{0}, {3, false});
  scheduler.activate(stream_id{4}, {3, false});
  shares(scheduler, 1'000);
  scheduler.prioritize(stream_id{4}, {1, false});
  auto const sent = shares(scheduler, 5'000);
  CHECK(sent.at(4) > sent.at(0) * 38 / 10);
  CHECK(sent.at(4) < sent.at(0) * 42 / 10);
}
