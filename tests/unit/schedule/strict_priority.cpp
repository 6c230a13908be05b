// SPDX-License-Identifier: BSL-1.0
#include <quoin/schedule/strict_priority.hpp>

#include "conformance/scheduler.hpp"

static_assert(quoin::stream_scheduler<quoin::strict_priority>);

using quoin::stream_id;
using quoin::strict_priority;

namespace {

std::vector<std::uint64_t> next_served(strict_priority& scheduler, int count) {
  std::vector<std::uint64_t> order;
  for (int i = 0; i < count; ++i) {
    order.push_back(scheduler.next()->value());
    scheduler.sent(*scheduler.next(), 1'200);
  }
  return order;
}

}  // namespace

TEST_CASE("strict priority keeps the scheduler's contract", "[schedule][conformance]") {
  quoin::conformance::check_scheduler<strict_priority>();
}

TEST_CASE("the most urgent stream is served until it has nothing left", "[schedule]") {
  strict_priority scheduler;
  scheduler.activate(stream_id{0}, {5, false});
  scheduler.activate(stream_id{4}, {1, true});
  CHECK(next_served(scheduler, 3) == std::vector<std::uint64_t>{4, 4, 4});
  scheduler.deactivate(stream_id{4});
  CHECK(next_served(scheduler, 2) == std::vector<std::uint64_t>{0, 0});
}

TEST_CASE("streams that are useful only as a whole go one after the other", "[schedule]") {
  strict_priority scheduler;
  for (std::uint64_t const id : {8U, 0U, 4U}) scheduler.activate(stream_id{id}, {3, false});
  CHECK(next_served(scheduler, 2) == std::vector<std::uint64_t>{0, 0});
  scheduler.deactivate(stream_id{0});
  CHECK(next_served(scheduler, 2) == std::vector<std::uint64_t>{4, 4});
}

TEST_CASE("incremental streams of one urgency take turns after the others", "[schedule]") {
  strict_priority scheduler;
  for (std::uint64_t const id : {0U, 4U, 8U}) scheduler.activate(stream_id{id}, {3, true});
  scheduler.activate(stream_id{12}, {3, false});
  CHECK(next_served(scheduler, 2) == std::vector<std::uint64_t>{12, 12});
  scheduler.deactivate(stream_id{12});
  CHECK(next_served(scheduler, 5) == std::vector<std::uint64_t>{0, 4, 8, 0, 4});
}

TEST_CASE("a stream whose priority changes takes its new place at once", "[schedule]") {
  strict_priority scheduler;
  scheduler.activate(stream_id{0}, {3, false});
  scheduler.activate(stream_id{4}, {3, false});
  scheduler.prioritize(stream_id{4}, {0, false});
  CHECK(scheduler.next() == stream_id{4});
  scheduler.prioritize(stream_id{4}, {200, false});
  CHECK(scheduler.next() == stream_id{0});
}
