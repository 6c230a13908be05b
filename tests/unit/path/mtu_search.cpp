// SPDX-License-Identifier: BSL-1.0
#include <quoin/path/mtu_search.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

constexpr instant now{100s};

/// Runs the search on a path of which `mtu` is the truth; returns the number of probes.
int run(mtu_search& search, std::size_t mtu) {
  int probes = 0;
  for (; auto const size = search.probe_due(now); ++probes) {
    REQUIRE(probes < 100);
    search.on_probe_sent(size);
    CHECK(search.probe_due(now) == 0);
    if (size <= mtu)
      search.on_probe_acked(size, now);
    else
      search.on_probe_lost(size, now);
  }
  return probes;
}

mtu_search begun(std::size_t most = 1452) {
  mtu_search search;
  search.begin(1200, 1200, most);
  return search;
}

}  // namespace

TEST_CASE("a path that carries what both ends take is found with one probe", "[path][rfc8899]") {
  auto search = begun();
  CHECK(search.size() == 1200);
  CHECK(run(search, 9000) == 1);
  CHECK(search.size() == 1452);
  CHECK_FALSE(search.searching());
  CHECK(search.probe_due(now + 24h) == 0);
}

TEST_CASE("any other size is found to within the resolution", "[path][rfc8899]") {
  for (std::size_t mtu = 1200; mtu <= 1452; ++mtu) {
    auto search = begun();
    run(search, mtu);
    CAPTURE(mtu, search.size());
    CHECK(search.size() <= mtu);
    CHECK(search.size() + mtu_search::resolution > mtu);
  }
}

TEST_CASE("one lost probe of a size proves nothing", "[path][rfc8899]") {
  auto search = begun();
  for (unsigned i = 1; i < mtu_search::most_probes; ++i) {
    search.on_probe_sent(1452);
    search.on_probe_lost(1452, now);
    CHECK(search.probe_due(now) == 1452);
  }
  search.on_probe_sent(1452);
  search.on_probe_acked(1452, now);
  CHECK(search.size() == 1452);
}

TEST_CASE("a size that is as large as may be is never probed", "[path][rfc8899]") {
  mtu_search search;
  search.begin(1200, 1452, 1452);
  CHECK(search.size() == 1452);
  CHECK(search.probe_due(now) == 0);
  search.begin(1200, 1300, 1250);
  CHECK(search.size() == 1300);
  CHECK(search.probe_due(now) == 0);
}

TEST_CASE("a path that turned out small is tried again after ten minutes", "[path][rfc8899]") {
  auto search = begun();
  run(search, 1300);
  CHECK(search.probe_due(now + 599s) == 0);
  CHECK(search.probe_due(now + 600s) == 1452);
  search.on_probe_sent(1452);
  search.on_probe_acked(1452, now + 600s);
  CHECK(search.size() == 1452);
}

TEST_CASE("probe timeouts in a row make a black hole", "[path][rfc9000]") {
  auto search = begun();
  run(search, 1452);
  search.on_probe_timeout(2);
  CHECK(search.size() == 1452);
  search.on_probe_timeout(3);
  CHECK(search.size() == 1200);
  CHECK(search.probe_due(now) == 1452);
  run(search, 1250);
  CHECK(search.size() <= 1250);
}

TEST_CASE("large packets that are lost while none that was sent later arrives make a black hole", "[path][rfc9000]") {
  auto search = begun();
  run(search, 1452);
  search.on_acked(10, 1452);
  for (packet_number n = 11; n < 16; ++n) search.on_lost(n, 1452);
  CHECK(search.size() == 1452);
  SECTION("one more") {
    search.on_lost(16, 1452);
    CHECK(search.size() == 1200);
  }
  SECTION("small ones tell nothing") {
    for (packet_number n = 20; n < 60; ++n) search.on_lost(n, 1200);
    CHECK(search.size() == 1452);
  }
  SECTION("one that arrives begins the count anew") {
    search.on_acked(17, 1452);
    for (packet_number n = 18; n < 23; ++n) search.on_lost(n, 1452);
    CHECK(search.size() == 1452);
  }
  SECTION("what was sent before it does not count") {
    search.on_acked(100, 1452);
    for (packet_number n = 20; n < 60; ++n) search.on_lost(n, 1452);
    CHECK(search.size() == 1452);
  }
}

TEST_CASE("what the interface refuses is not tried again", "[path][rfc9000]") {
  auto search = begun();
  search.on_probe_sent(1452);
  search.on_refused(1452, now);
  while (auto const size = search.probe_due(now)) {
    CHECK(size < 1452);
    search.on_probe_sent(size);
    if (size > 1280)
      search.on_refused(size, now);
    else
      search.on_probe_acked(size, now);
  }
  CHECK(search.size() <= 1280);
  CHECK(search.size() > 1280 - mtu_search::resolution);
  // Even what was in use.
  search.on_refused(search.size(), now);
  CHECK(search.size() == 1200);
  // RFC 9000 14.2.1: less than 1200 is none of its business.
  search.on_refused(1200, now);
  search.on_refused(600, now);
  CHECK(search.size() == 1200);
}
