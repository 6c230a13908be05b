// SPDX-License-Identifier: BSL-1.0
#include <quoin/schedule/round_robin.hpp>

#include "conformance/scheduler.hpp"

static_assert(quoin::stream_scheduler<quoin::round_robin>);

using quoin::stream_id;

TEST_CASE("round robin keeps the scheduler's contract", "[schedule][conformance]") {
  quoin::conformance::check_scheduler<quoin::round_robin>();
}

TEST_CASE("round robin goes to the next stream after each frame", "[schedule]") {
  quoin::round_robin scheduler;
  for (std::uint64_t const id : {8U, 0U, 4U}) scheduler.activate(stream_id{id}, {});
  std::vector<std::uint64_t> order;
  for (int i = 0; i < 6; ++i) {
    order.push_back(scheduler.next()->value());
    scheduler.sent(*scheduler.next(), 1'200);
  }
  CHECK(order == std::vector<std::uint64_t>{8, 0, 4, 8, 0, 4});
}

TEST_CASE("a stream that leaves in its turn passes it on", "[schedule]") {
  quoin::round_robin scheduler;
  for (std::uint64_t const id : {0U, 4U, 8U}) scheduler.activate(stream_id{id}, {});
  scheduler.sent(stream_id{0}, 1'200);
  REQUIRE(scheduler.next() == stream_id{4});
  scheduler.deactivate(stream_id{4});
  CHECK(scheduler.next() == stream_id{8});
  scheduler.deactivate(stream_id{8});
  CHECK(scheduler.next() == stream_id{0});
}
