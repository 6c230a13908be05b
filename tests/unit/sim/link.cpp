// SPDX-License-Identifier: BSL-1.0
#include <quoin/sim/link.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

struct arrived {
  instant at;
  std::uint32_t number = 0;
  std::vector<std::uint8_t> bytes;
  ecn mark = ecn::not_ect;
  bool operator==(arrived const&) const = default;
};

sim::datagram numbered(std::uint32_t number, std::size_t size, ecn mark = ecn::not_ect) {
  sim::datagram d{{}, std::vector<std::uint8_t>(size), mark};
  for (std::size_t i = 0; i < 4 && i < size; ++i) d.bytes[i] = static_cast<std::uint8_t>(number >> 8 * i);
  return d;
}

/// Sends numbered datagrams and keeps what arrives, in the order in which the link says so.
struct bench {
  sim::link link;
  std::vector<arrived> out;

  sim::fate send(std::uint32_t number, instant now, std::size_t size = 100, ecn mark = ecn::not_ect) {
    return link.send(numbered(number, size, mark), now, [&](instant at, sim::datagram&& d) {
      std::uint32_t seen = 0;
      for (std::size_t i = 0; i < 4 && i < d.bytes.size(); ++i) seen |= std::uint32_t{d.bytes[i]} << 8 * i;
      out.push_back({at, seen, d.bytes, d.mark});
    });
  }
  void send_many(std::uint32_t count, duration apart = 1us, ecn mark = ecn::not_ect) {
    for (std::uint32_t i = 0; i < count; ++i) send(i, instant{i * apart}, 100, mark);
  }
};

bool in_order(std::vector<arrived> const& out) {
  return std::is_sorted(out.begin(), out.end(), [](auto const& a, auto const& b) { return a.at < b.at; });
}

}  // namespace

TEST_CASE("a plain link delivers everything after its delay", "[sim]") {
  bench b{sim::link{1, {.delay = 10ms}}, {}};
  b.send_many(100);
  REQUIRE(b.out.size() == 100);
  for (std::uint32_t i = 0; i < 100; ++i) {
    CHECK(b.out[i].at == instant{i * 1us + 10ms});
    CHECK(b.out[i].number == i);
    CHECK(b.out[i].bytes == numbered(i, 100).bytes);
  }
  CHECK(b.link.count(sim::fate::delivered) == 100);
}

TEST_CASE("delay is counted from the end of transmission", "[sim]") {
  bench b{sim::link{1, {.delay = 10ms, .bottleneck = {.bits_per_second = 8'000'000}}}, {}};
  b.send(1, instant{}, 1000);
  b.send(2, instant{}, 1000);
  REQUIRE(b.out.size() == 2);
  CHECK(b.out[0].at == instant{11ms});
  CHECK(b.out[1].at == instant{12ms});
}

TEST_CASE("a full queue drops the tail", "[sim]") {
  bench b{sim::link{1, {.bottleneck = {.bits_per_second = 8'000'000, .queue_datagrams = 3}}}, {}};
  for (std::uint32_t i = 0; i < 5; ++i) b.send(i, instant{}, 1000);
  CHECK(b.out.size() == 3);
  CHECK(b.link.count(sim::fate::queue_full) == 2);
}

TEST_CASE("jitter spreads arrivals within its bounds and keeps their order", "[sim]") {
  bench b{sim::link{2, {.delay = 10ms, .jitter = 5ms}}, {}};
  b.send_many(10'000, 10ms);
  CHECK(in_order(b.out));
  duration least = duration::max();
  duration most{};
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    auto const took = b.out[i].at - instant{i * 10ms};
    least = std::min(least, took);
    most = std::max(most, took);
  }
  CHECK(least >= 10ms);
  CHECK(least < 10ms + 50us);
  CHECK(most <= 15ms);
  CHECK(most > 15ms - 50us);

  bench dense{sim::link{2, {.delay = 10ms, .jitter = 5ms}}, {}};
  dense.send_many(10'000, 1us);
  CHECK(in_order(dense.out));
}

TEST_CASE("loss takes its share of a hundred thousand datagrams", "[sim]") {
  bench b{sim::link{3, {.loss = {.probability = 0.02}}}, {}};
  b.send_many(100'000);
  CHECK(b.link.count(sim::fate::lost) + b.out.size() == 100'000);
  CHECK(std::abs(static_cast<double>(b.link.count(sim::fate::lost)) - 2000) < 180);
}

TEST_CASE("reordered datagrams are overtaken and hold nobody up", "[sim]") {
  bench b{sim::link{4, {.delay = 10ms, .reordering = 0.1, .reordering_delay = 3ms}}, {}};
  b.send_many(10'000, 1ms);
  std::size_t late = 0;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    auto const took = b.out[i].at - instant{i * 1ms};
    REQUIRE((took == 10ms || took == 13ms));
    late += took == 13ms ? 1U : 0U;
  }
  CHECK(std::abs(static_cast<double>(late) - 1000) < 120);
  CHECK_FALSE(in_order(b.out));
}

TEST_CASE("duplicated datagrams arrive twice with the same bytes", "[sim]") {
  bench b{sim::link{5, {.duplication = 0.25}}, {}};
  b.send_many(10'000);
  auto const copies = b.out.size() - 10'000;
  CHECK(std::abs(static_cast<double>(copies) - 2500) < 180);
  std::size_t twins = 0;
  for (std::size_t i = 1; i < b.out.size(); ++i) twins += b.out[i] == b.out[i - 1] ? 1U : 0U;
  CHECK(twins == copies);
}

TEST_CASE("corruption flips as many bits as it says and keeps the size", "[sim]") {
  bench b{sim::link{6, {.corruption = 0.5}}, {}};
  std::size_t damaged = 0;
  for (std::uint32_t i = 0; i < 10'000; ++i) b.send(0, instant{}, 100);
  for (auto const& a : b.out) {
    int flipped = 0;
    for (auto const byte : a.bytes) flipped += std::popcount(byte);
    REQUIRE(a.bytes.size() == 100);
    REQUIRE(flipped <= 1);
    damaged += static_cast<std::size_t>(flipped);
  }
  CHECK(std::abs(static_cast<double>(damaged) - 5000) < 200);
}

TEST_CASE("an empty datagram travels like any other and cannot be damaged", "[sim]") {
  bench b{sim::link{6, {.corruption = 1}}, {}};
  CHECK(b.send(0, instant{}, 0) == sim::fate::delivered);
  CHECK(b.out.size() == 1);
}

TEST_CASE("what is larger than the MTU is lost and what is as large passes", "[sim]") {
  bench b{sim::link{7, {.mtu = 1280}}, {}};
  CHECK(b.send(0, instant{}, 1280) == sim::fate::delivered);
  CHECK(b.send(1, instant{}, 1281) == sim::fate::too_large);
  CHECK(b.out.size() == 1);
}

TEST_CASE("only datagrams that can carry a mark are marked as having met congestion", "[sim][rfc3168]") {
  for (auto const mark : {ecn::ect0, ecn::ect1}) {
    bench b{sim::link{8, {.ce_marking = 0.3}}, {}};
    b.send_many(10'000, 1us, mark);
    auto const marked = std::count_if(b.out.begin(), b.out.end(), [](auto const& a) { return a.mark == ecn::ce; });
    auto const kept = std::count_if(b.out.begin(), b.out.end(), [&](auto const& a) { return a.mark == mark; });
    CHECK(std::abs(static_cast<double>(marked) - 3000) < 200);
    CHECK(marked + kept == 10'000);
  }
  bench deaf{sim::link{8, {.ce_marking = 1}}, {}};
  deaf.send(0, instant{});
  CHECK(deaf.out.front().mark == ecn::not_ect);
}

namespace {

/// Sends six datagrams of a millisecond each with every mark; those in `may_be_marked` are marked from the fourth on.
void check_marked_late(sim::link_settings settings, std::initializer_list<ecn> may_be_marked) {
  settings.bottleneck.bits_per_second = 1'000'000;
  for (auto const mark : {ecn::ect0, ecn::ect1, ecn::not_ect}) {
    bool const late = std::find(may_be_marked.begin(), may_be_marked.end(), mark) != may_be_marked.end();
    bench b{sim::link{8, settings}, {}};
    for (std::uint32_t n = 0; n < 6; ++n) b.send(n, instant{}, 125, mark);
    for (auto const& a : b.out) CHECK(a.mark == (late && a.number >= 3 ? ecn::ce : mark));
  }
}

}  // namespace

TEST_CASE("a queue for L4S marks ECT(1) that waited too long", "[sim][rfc9332]") {
  check_marked_late({.l4s_threshold = 2500us}, {ecn::ect1});
}

TEST_CASE("a queue that knows nothing of L4S marks both kinds that waited too long", "[sim][rfc3168]") {
  check_marked_late({.classic_threshold = 2500us}, {ecn::ect0, ecn::ect1});
}

TEST_CASE("bleaching clears every mark", "[sim]") {
  bench b{sim::link{9, {.ce_marking = 1, .bleaching = true}}, {}};
  for (auto const mark : {ecn::ect0, ecn::ect1, ecn::ce}) b.send(0, instant{}, 100, mark);
  for (auto const& a : b.out) CHECK(a.mark == ecn::not_ect);
}

TEST_CASE("nothing passes during a blackout", "[sim]") {
  bench b{sim::link{10}, {}};
  b.link.black_out(instant{5ms}, instant{8ms});
  b.link.black_out(instant{9ms}, instant{10ms});
  b.send_many(12, 1ms);
  std::vector<std::uint32_t> numbers;
  for (auto const& a : b.out) numbers.push_back(a.number);
  CHECK(numbers == std::vector<std::uint32_t>{0, 1, 2, 3, 4, 8, 10, 11});
  CHECK(b.link.count(sim::fate::blackout) == 4);
}

TEST_CASE("a test can lose chosen datagrams", "[sim]") {
  bench b{sim::link{11}, {}};
  b.send(0, instant{});
  b.link.drop(1);
  b.link.drop(3);
  for (std::uint32_t i = 1; i <= 4; ++i) b.send(i, instant{});
  b.link.drop_next(2);
  for (std::uint32_t i = 5; i <= 7; ++i) b.send(i, instant{});
  std::vector<std::uint32_t> numbers;
  for (auto const& a : b.out) numbers.push_back(a.number);
  CHECK(numbers == std::vector<std::uint32_t>{0, 2, 4, 7});
  CHECK(b.link.count(sim::fate::filtered) == 4);
}

TEST_CASE("a script sees every datagram and may change, delay, double or drop it", "[sim]") {
  bench b{sim::link{12, {.delay = 1ms}}, {}};
  std::vector<std::uint64_t> seen;
  b.link.on_each([&](sim::datagram& d, std::uint64_t n) {
    seen.push_back(n);
    if (n == 1) return sim::verdict{.drop = true};
    if (n == 2) return sim::verdict{.duplicate = true};
    if (n == 3) return sim::verdict{.later = 5ms};
    if (n == 4) d.bytes.resize(7);
    return sim::verdict{};
  });
  for (std::uint32_t i = 1; i <= 5; ++i) b.send(i, instant{});
  CHECK(seen == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
  REQUIRE(b.out.size() == 5);
  CHECK((b.out[0].number == 2 && b.out[1].number == 2));
  CHECK((b.out[2].number == 3 && b.out[2].at == instant{6ms}));
  CHECK((b.out[3].number == 4 && b.out[3].bytes.size() == 7 && b.out[3].at == instant{1ms}));
  CHECK(b.out[4].number == 5);
}

TEST_CASE("the same seed gives the same fate and another seed another", "[sim]") {
  sim::link_settings const rough{.delay = 10ms,
                                 .jitter = 3ms,
                                 .bottleneck = {.bits_per_second = 50'000'000},
                                 .loss = {.probability = 0.05},
                                 .reordering = 0.05,
                                 .reordering_delay = 4ms,
                                 .duplication = 0.05,
                                 .corruption = 0.05,
                                 .ce_marking = 0.05};
  auto const run = [&](std::uint64_t seed) {
    bench b{sim::link{seed, rough}, {}};
    b.send_many(5000, 10us, ecn::ect0);
    return b.out;
  };
  CHECK(run(1) == run(1));
  CHECK(run(1) != run(2));
}

TEST_CASE("adding one misfortune does not change which datagrams suffer another", "[sim]") {
  auto const lost_numbers = [](sim::link_settings const& settings) {
    bench b{sim::link{13, settings}, {}};
    std::vector<std::uint32_t> lost;
    for (std::uint32_t i = 0; i < 5000; ++i)
      if (b.send(i, instant{}) == sim::fate::lost) lost.push_back(i);
    return lost;
  };
  CHECK(lost_numbers({.loss = {.probability = 0.05}}) ==
        lost_numbers({.jitter = 5ms, .loss = {.probability = 0.05}, .duplication = 0.3, .corruption = 0.5}));
}
