// SPDX-License-Identifier: BSL-1.0
#include <quoin/schedule/urgency_incremental.hpp>

#include "conformance/scheduler.hpp"

static_assert(quoin::stream_scheduler<quoin::urgency_incremental>);

using quoin::stream_id;
using quoin::urgency_incremental;

namespace {

using order = std::vector<std::uint64_t>;

order next_served(urgency_incremental& scheduler, int count) {
  order served;
  for (int i = 0; i < count; ++i) {
    served.push_back(scheduler.next()->value());
    scheduler.sent(*scheduler.next(), 1'200);
  }
  return served;
}

}  // namespace

TEST_CASE("urgency and incremental keep the scheduler's contract", "[schedule][conformance]") {
  quoin::conformance::check_scheduler<urgency_incremental>();
}

TEST_CASE("a lower urgency waits for a higher", "[schedule][rfc9218]") {
  urgency_incremental scheduler;
  scheduler.activate(stream_id{0}, {5, true});
  scheduler.activate(stream_id{4}, {1, true});
  CHECK(next_served(scheduler, 3) == order{4, 4, 4});
  scheduler.deactivate(stream_id{4});
  CHECK(next_served(scheduler, 2) == order{0, 0});
}

TEST_CASE("responses that are useful only as a whole go in the order of their requests", "[schedule][rfc9218]") {
  urgency_incremental scheduler;
  for (std::uint64_t const id : {8U, 0U, 4U}) scheduler.activate(stream_id{id}, {3, false});
  CHECK(next_served(scheduler, 3) == order{0, 0, 0});
  scheduler.deactivate(stream_id{0});
  CHECK(next_served(scheduler, 3) == order{4, 4, 4});
}

TEST_CASE("incremental responses share", "[schedule][rfc9218]") {
  urgency_incremental scheduler;
  for (std::uint64_t const id : {0U, 4U, 8U}) scheduler.activate(stream_id{id}, {3, true});
  CHECK(next_served(scheduler, 7) == order{0, 4, 8, 0, 4, 8, 0});
}

TEST_CASE("neither kind of response starves the other", "[schedule][rfc9218]") {
  urgency_incremental scheduler;
  scheduler.activate(stream_id{0}, {3, false});  // large
  scheduler.activate(stream_id{4}, {3, true});
  scheduler.activate(stream_id{8}, {3, false});
  scheduler.activate(stream_id{12}, {3, true});
  CHECK(next_served(scheduler, 7) == order{0, 4, 12, 0, 4, 12, 0});
  scheduler.deactivate(stream_id{0});
  CHECK(next_served(scheduler, 4) == order{4, 12, 8, 4});
  scheduler.deactivate(stream_id{4});
  scheduler.deactivate(stream_id{12});
  CHECK(next_served(scheduler, 2) == order{8, 8});
}

TEST_CASE("a whole response that comes between turns gets its own", "[schedule][rfc9218]") {
  urgency_incremental scheduler;
  scheduler.activate(stream_id{4}, {3, true});
  scheduler.activate(stream_id{8}, {3, true});
  CHECK(next_served(scheduler, 3) == order{4, 8, 4});
  scheduler.activate(stream_id{0}, {3, false});
  CHECK(next_served(scheduler, 4) == order{0, 4, 8, 0});
}

TEST_CASE("a response of new urgency takes its place at once", "[schedule][rfc9218]") {
  urgency_incremental scheduler;
  scheduler.activate(stream_id{0}, {3, false});
  scheduler.activate(stream_id{4}, {3, false});
  scheduler.prioritize(stream_id{4}, {0, false});
  CHECK(scheduler.next() == stream_id{4});
  scheduler.prioritize(stream_id{4}, {200, false});
  CHECK(scheduler.next() == stream_id{0});
}
