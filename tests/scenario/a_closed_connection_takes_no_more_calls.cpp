// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a closed connection takes no more calls", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::bidirectional, 10, false);
  w.settle();
  w.client().close(0, "");
  auto const opened = w.client().open(stream_direction::bidirectional);
  REQUIRE_FALSE(opened);
  CHECK(opened.error() == stream_errc::connection_closed);
  auto const written = w.client().write(id, as_bytes("more"));
  REQUIRE_FALSE(written);
  CHECK(written.error() == stream_errc::connection_closed);
  CHECK_FALSE(w.client().update_keys());
  w.settle(5s);
  CHECK(w.client().gone());
  CHECK_FALSE(w.client().write(id, as_bytes("more")));
}
