// SPDX-License-Identifier: BSL-1.0
#include <quoin/buffer/send_buffer.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <random>
#include <vector>

using quoin::interval;
using quoin::send_buffer;

namespace {

std::vector<std::uint8_t> pattern(std::size_t size, unsigned seed) {
  std::mt19937 random{seed};
  std::vector<std::uint8_t> bytes(size);
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(random()); });
  return bytes;
}

std::vector<std::uint8_t> copied(send_buffer const& buffer, interval range) {
  std::vector<std::uint8_t> out(range.size());
  buffer.copy_to(range.begin, out);
  return out;
}

}  // namespace

TEST_CASE("lost bytes are sent again before new ones", "[buffer][rfc9000]") {
  send_buffer buffer;
  buffer.append_copy(pattern(100, 1));
  buffer.on_sent({0, 60});
  CHECK(buffer.next_range(1000) == interval{60, 100});
  buffer.on_lost({20, 40});
  CHECK(buffer.has_lost());
  CHECK(buffer.next_range(1000) == interval{20, 40});
  CHECK(buffer.next_range(0) == interval{20, 40});
  buffer.on_sent({20, 30});
  CHECK(buffer.next_range(1000) == interval{30, 40});
  buffer.on_sent({30, 40});
  CHECK(buffer.next_range(1000) == interval{60, 100});
  CHECK(buffer.next_range(70) == interval{60, 70});
  CHECK_FALSE(buffer.next_range(60));
}

TEST_CASE("what is acknowledged is neither kept nor sent again", "[buffer][rfc9000]") {
  send_buffer buffer;
  buffer.append_copy(pattern(10'000, 2));
  buffer.on_sent({0, 10'000});
  buffer.on_acked({2'000, 3'000});
  CHECK(buffer.acked_prefix() == 0);
  buffer.on_lost({0, 10'000});
  CHECK(buffer.next_range(10'000) == interval{0, 2'000});
  buffer.on_acked({0, 2'000});
  CHECK(buffer.acked_prefix() == 3'000);
  CHECK(buffer.next_range(10'000) == interval{3'000, 10'000});
  CHECK(buffer.held_bytes() == 7'000);
  buffer.on_lost({0, 3'000});
  CHECK(buffer.next_range(10'000) == interval{3'000, 10'000});
  buffer.on_acked({3'000, 10'000});
  CHECK_FALSE(buffer.has_pending());
  CHECK(buffer.all_acked());
  CHECK(buffer.held_bytes() == 0);
}

TEST_CASE("bytes that were never sent cannot be acknowledged or lost", "[buffer]") {
  send_buffer buffer;
  buffer.append_copy(pattern(100, 3));
  buffer.on_sent({0, 10});
  buffer.on_acked({0, 100});
  CHECK(buffer.acked_prefix() == 10);
  buffer.on_lost({0, 100});
  CHECK(buffer.next_range(100) == interval{10, 100});
  CHECK_FALSE(buffer.has_lost());
}

TEST_CASE("a slice is kept alive until its last byte is acknowledged and no longer", "[buffer]") {
  auto owner = std::make_shared<std::vector<std::uint8_t>>(pattern(3'000, 4));
  std::weak_ptr<std::vector<std::uint8_t>> const watch = owner;
  send_buffer buffer;
  buffer.append({*owner, owner});
  owner.reset();
  buffer.on_sent({0, 3'000});
  buffer.on_acked({0, 2'999});
  CHECK_FALSE(watch.expired());
  CHECK(copied(buffer, {2'999, 3'000}) == std::vector<std::uint8_t>{pattern(3'000, 4).back()});
  buffer.on_acked({2'999, 3'000});
  CHECK(watch.expired());
}

TEST_CASE("clearing a buffer lets go of every slice and keeps its offsets", "[buffer]") {
  auto owner = std::make_shared<int>(1);
  auto const bytes = pattern(500, 5);
  send_buffer buffer;
  buffer.append({bytes, owner});
  buffer.on_sent({0, 100});
  buffer.clear();
  CHECK(owner.use_count() == 1);
  CHECK(buffer.end_offset() == 500);
  CHECK_FALSE(buffer.has_pending());
  CHECK(buffer.held_bytes() == 0);
  buffer.restart();
  CHECK(buffer.end_offset() == 0);
}

TEST_CASE("blocks of acknowledged copies return to the pool, which keeps no more than it may", "[buffer]") {
  quoin::chunk_pool pool{2};
  {
    send_buffer buffer{&pool};
    buffer.append_copy(pattern(3 * quoin::chunk::capacity + 1, 6));
    CHECK(pool.size() == 0);
    buffer.on_sent({0, buffer.end_offset()});
    buffer.on_acked({0, quoin::chunk::capacity});
    CHECK(pool.size() == 1);
  }
  CHECK(pool.size() == 2);
}

TEST_CASE("a send buffer agrees with a model under random writes, losses and acknowledgements", "[buffer][property]") {
  for (unsigned seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    std::mt19937 random{seed};
    quoin::chunk_pool pool;
    send_buffer buffer{&pool};
    std::vector<std::uint8_t> written;
    enum class fate { unsent, flying, lost, acked };
    std::vector<fate> fates;
    std::vector<interval> flights;
    for (int step = 0; step < 150; ++step) {
      switch (random() % 4) {
        case 0: {
          auto const bytes = pattern(random() % 9'000, static_cast<unsigned>(random()));
          if (random() % 2 == 0) {
            buffer.append_copy(bytes);
          } else {
            auto const owner = std::make_shared<std::vector<std::uint8_t>>(bytes);
            buffer.append({*owner, owner});
          }
          written.insert(written.end(), bytes.begin(), bytes.end());
          fates.resize(written.size(), fate::unsent);
          break;
        }
        case 1: {
          auto range = buffer.next_range(written.size());
          auto const wanted = std::find_if(fates.begin(), fates.end(), [](fate f) { return f == fate::lost; });
          auto const fallback = std::find_if(fates.begin(), fates.end(), [](fate f) { return f == fate::unsent; });
          auto const expected = wanted != fates.end() ? wanted : fallback;
          REQUIRE(range.has_value() == (expected != fates.end()));
          if (!range) break;
          REQUIRE(range->begin == static_cast<std::uint64_t>(expected - fates.begin()));
          range->end = std::min(range->end, range->begin + 1 + random() % 1'400);
          auto const out = copied(buffer, *range);
          REQUIRE(std::equal(out.begin(), out.end(), written.begin() + static_cast<std::ptrdiff_t>(range->begin)));
          buffer.on_sent(*range);
          for (auto i = range->begin; i < range->end; ++i) fates[i] = fate::flying;
          flights.push_back(*range);
          break;
        }
        default: {
          if (flights.empty()) break;
          auto const chosen = flights.begin() + static_cast<std::ptrdiff_t>(random() % flights.size());
          bool const acked = random() % 3 != 0;
          if (acked)
            buffer.on_acked(*chosen);
          else
            buffer.on_lost(*chosen);
          for (auto i = chosen->begin; i < chosen->end; ++i) {
            if (acked)
              fates[i] = fate::acked;
            else if (fates[i] != fate::acked)
              fates[i] = fate::lost;
          }
          // Sometimes the same fate is told twice, or another one later, as probes make it happen.
          if (random() % 3 != 0) flights.erase(chosen);
        }
      }
      auto const open = std::find_if(fates.begin(), fates.end(), [](fate f) { return f != fate::acked; });
      REQUIRE(buffer.acked_prefix() == static_cast<std::uint64_t>(open - fates.begin()));
      REQUIRE(buffer.all_acked() == (open == fates.end()));
    }
  }
}
