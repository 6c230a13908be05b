// SPDX-License-Identifier: BSL-1.0
#include <quoin/schedule/fifo.hpp>

#include "conformance/scheduler.hpp"

static_assert(quoin::stream_scheduler<quoin::fifo>);

using quoin::stream_id;

TEST_CASE("fifo keeps the scheduler's contract", "[schedule][conformance]") {
  quoin::conformance::check_scheduler<quoin::fifo>({.takes_turns = false});
}

TEST_CASE("who came first is served until it has nothing left", "[schedule]") {
  quoin::fifo scheduler;
  for (std::uint64_t const id : {8U, 0U, 4U}) scheduler.activate(stream_id{id}, {static_cast<std::uint8_t>(id), true});
  for (std::uint64_t const id : {8U, 0U, 4U}) {
    for (int i = 0; i < 3; ++i) {
      CHECK(scheduler.next() == stream_id{id});
      scheduler.sent(stream_id{id}, 1'200);
    }
    scheduler.deactivate(stream_id{id});
  }
  CHECK_FALSE(scheduler.next());
}

TEST_CASE("who was blocked queues at the end", "[schedule]") {
  quoin::fifo scheduler;
  scheduler.activate(stream_id{0}, {});
  scheduler.activate(stream_id{4}, {});
  scheduler.deactivate(stream_id{0});
  scheduler.activate(stream_id{0}, {});
  CHECK(scheduler.next() == stream_id{4});
}
