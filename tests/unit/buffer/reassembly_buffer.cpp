// SPDX-License-Identifier: BSL-1.0
#include <quoin/buffer/reassembly_buffer.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <random>
#include <vector>

using quoin::byte_view;
using quoin::reassembly_buffer;

namespace {

std::vector<std::uint8_t> pattern(std::size_t size, unsigned seed) {
  std::mt19937 random{seed};
  std::vector<std::uint8_t> bytes(size);
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(random()); });
  return bytes;
}

byte_view part(std::vector<std::uint8_t> const& bytes, std::size_t from, std::size_t to) {
  return byte_view{bytes}.subspan(from, to - from);
}

bool same(byte_view a, byte_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

TEST_CASE("bytes in order pass through without being copied", "[buffer][rfc9000]") {
  auto const bytes = pattern(2'000, 1);
  reassembly_buffer buffer{8};
  auto const first = buffer.insert(0, part(bytes, 0, 1'000));
  REQUIRE(first);
  CHECK(first->data() == bytes.data());
  CHECK(first->size() == 1'000);
  buffer.consume(1'000);
  auto const second = buffer.insert(900, part(bytes, 900, 2'000));
  REQUIRE(second);
  CHECK(second->data() == bytes.data() + 1'000);
  CHECK(second->size() == 1'000);
  CHECK(buffer.held_bytes() == 0);
  CHECK(buffer.held_blocks() == 0);
}

TEST_CASE("what the application leaves of an ordered view waits for it", "[buffer]") {
  auto const bytes = pattern(100, 2);
  reassembly_buffer buffer{8};
  auto const view = buffer.insert(0, bytes);
  REQUIRE(view);
  buffer.consume(30);
  buffer.keep(view->subspan(30));
  CHECK(buffer.next_offset() == 30);
  CHECK(same(buffer.readable(), part(bytes, 30, 100)));
  CHECK(buffer.held_bytes() == 70);
  buffer.consume(70);
  CHECK(buffer.held_blocks() == 0);
  CHECK(buffer.readable().empty());
}

TEST_CASE("a gap that closes makes everything behind it readable", "[buffer][rfc9000]") {
  auto const bytes = pattern(10'000, 3);
  reassembly_buffer buffer{8};
  CHECK(buffer.insert(1'000, part(bytes, 1'000, 10'000))->empty());
  CHECK(buffer.gaps() == 1);
  CHECK(buffer.readable().empty());
  auto const view = buffer.insert(0, part(bytes, 0, 2'000));
  REQUIRE(view);
  CHECK(same(*view, part(bytes, 0, 1'000)));
  buffer.consume(1'000);
  CHECK(buffer.readable_size() == 9'000);
  CHECK(buffer.gaps() == 0);
}

TEST_CASE("where different bytes claim one offset the first ones stay", "[buffer][rfc9000]") {
  std::vector<std::uint8_t> const first(10, 1);
  std::vector<std::uint8_t> const second(30, 2);
  reassembly_buffer buffer{8};
  CHECK(buffer.insert(10, first)->empty());
  auto const view = buffer.insert(0, second);
  REQUIRE(view->size() == 10);
  buffer.consume(10);
  std::vector<std::uint8_t> seen(buffer.readable().begin(), buffer.readable().end());
  REQUIRE(seen.size() == 20);
  CHECK(std::count(seen.begin(), seen.begin() + 10, 1) == 10);
  CHECK(std::count(seen.begin() + 10, seen.end(), 2) == 10);
}

TEST_CASE("as many gaps as allowed are accepted and one more is a protocol violation that changes nothing",
          "[buffer][rfc9000][cve_class_fragment_search]") {
  std::vector<std::uint8_t> const byte(1, 7);
  reassembly_buffer buffer{16};
  for (std::uint64_t i = 0; i < 16; ++i) REQUIRE(buffer.insert(10 + 2 * i, byte));
  CHECK(buffer.gaps() == 16);
  auto const refused = buffer.insert(100, byte);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == quoin::error_code::protocol_violation);
  CHECK(buffer.held_bytes() == 16);
  CHECK(buffer.insert(11, byte));
  CHECK(buffer.gaps() == 15);
  CHECK(buffer.insert(100, byte));
}

TEST_CASE("memory follows the bytes that arrived and not their offsets",
          "[buffer][rfc9000][cve_class_pinned_packets]") {
  std::vector<std::uint8_t> const byte(1, 7);
  reassembly_buffer buffer{1024};
  REQUIRE(buffer.insert((std::uint64_t{1} << 61) - 1, byte));
  CHECK(buffer.held_bytes() == 1);
  CHECK(buffer.held_blocks() == 1);
}

TEST_CASE("single bytes in reverse order need no more memory than their range",
          "[buffer][rfc9000][cve_class_stream_fragments]") {
  std::vector<std::uint8_t> const byte(1, 7);
  reassembly_buffer buffer{1};
  for (std::uint64_t at = 3 * quoin::chunk::capacity; at > 1; --at) REQUIRE(buffer.insert(at - 1, byte));
  CHECK(buffer.held_blocks() == 3);
  CHECK(buffer.gaps() == 1);
  CHECK(buffer.insert(0, byte)->size() == 1);
  buffer.consume(1);
  CHECK(buffer.readable_size() == 3 * quoin::chunk::capacity - 1);
}

TEST_CASE("every byte is delivered once and in order whatever the order of arrival", "[buffer][property]") {
  for (unsigned seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    std::mt19937 random{seed};
    auto const bytes = pattern(1 + random() % 30'000, seed);
    quoin::chunk_pool pool;
    reassembly_buffer buffer{100'000, &pool};
    std::vector<bool> held(bytes.size(), false);
    std::vector<std::uint8_t> delivered;
    auto const take = [&](byte_view view) {
      delivered.insert(delivered.end(), view.begin(), view.end());
      std::fill_n(held.begin() + static_cast<std::ptrdiff_t>(buffer.next_offset()), view.size(), false);
      buffer.consume(view.size());
    };
    std::size_t sweep = 0;
    while (delivered.size() < bytes.size()) {
      // Mostly chance, but a sweep behind it that makes sure of an end.
      bool const sweeping = random() % 4 == 0;
      std::size_t const from = sweeping ? sweep : random() % bytes.size();
      std::size_t const to = std::min(bytes.size(), from + random() % 1'500);
      if (sweeping) sweep = to;
      auto const view = buffer.insert(from, part(bytes, from, to));
      REQUIRE(view);
      for (auto i = std::max<std::size_t>(from, delivered.size()); i < to; ++i) held[i] = true;
      if (!view->empty()) {
        REQUIRE(same(*view, part(bytes, delivered.size(), delivered.size() + view->size())));
        auto const wanted = random() % 2 == 0 ? view->size() : random() % (view->size() + 1);
        take(view->first(wanted));
        buffer.keep(view->subspan(wanted));
      }
      while (random() % 3 != 0 && !buffer.readable().empty())
        take(buffer.readable().first(1 + random() % buffer.readable().size()));
      REQUIRE(buffer.held_bytes() == static_cast<std::uint64_t>(std::count(held.begin(), held.end(), true)));
      if (sweep == bytes.size())
        while (!buffer.readable().empty()) take(buffer.readable());
    }
    REQUIRE(delivered == bytes);
    REQUIRE(buffer.held_blocks() == 0);
  }
}
