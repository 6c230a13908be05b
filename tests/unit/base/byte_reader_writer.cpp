// SPDX-License-Identifier: BSL-1.0
#include <quoin/base/byte_reader.hpp>
#include <quoin/base/byte_writer.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <vector>

namespace {

template <std::size_t N>
consteval std::uint64_t decoded(std::array<std::uint8_t, N> bytes) {
  quoin::byte_reader reader{bytes};
  auto const value = reader.varint();
  return value && reader.empty() ? *value : ~std::uint64_t{0};
}

// RFC 9000 A.1
static_assert(decoded<8>({0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c}) == 151'288'809'941'952'652);
static_assert(decoded<4>({0x9d, 0x7f, 0x3e, 0x7d}) == 494'878'333);
static_assert(decoded<2>({0x7b, 0xbd}) == 15'293);
static_assert(decoded<1>({0x25}) == 37);
static_assert(decoded<2>({0x40, 0x25}) == 37);

}  // namespace

TEST_CASE("a varint survives the way out and in at every boundary", "[base][rfc9000]") {
  for (std::uint64_t const value :
       {0ULL, 63ULL, 64ULL, 16383ULL, 16384ULL, (1ULL << 30) - 1, 1ULL << 30, (1ULL << 62) - 1}) {
    std::array<std::uint8_t, 8> room{};
    quoin::byte_writer writer{room};
    REQUIRE(writer.varint(value));
    REQUIRE(writer.size() == quoin::varint_size(value));
    quoin::byte_reader reader{writer.written()};
    CHECK(reader.varint() == value);
    CHECK(reader.empty());
  }
  std::array<std::uint8_t, 16> room{};
  quoin::byte_writer writer{room};
  CHECK_FALSE(writer.varint(1ULL << 62));
  CHECK_FALSE(writer.ok());
}

TEST_CASE("a read that does not fit yields nothing and moves nothing", "[base]") {
  std::array<std::uint8_t, 3> const bytes{0xc0, 1, 2};
  quoin::byte_reader reader{bytes};
  CHECK_FALSE(reader.varint());
  CHECK_FALSE(reader.u32());
  CHECK_FALSE(reader.bytes(4));
  CHECK_FALSE(reader.bytes(~std::uint64_t{0}));
  CHECK(reader.position() == 0);
  CHECK(reader.u16() == 0xc001);
  CHECK_FALSE(reader.varint_prefixed_bytes());
  CHECK(reader.remaining() == 1);
}

TEST_CASE("a write that does not fit changes nothing and is remembered", "[base]") {
  std::array<std::uint8_t, 4> room{9, 9, 9, 9};
  quoin::byte_writer writer{room};
  CHECK(writer.u16(0x0102));
  CHECK_FALSE(writer.u32(0));
  CHECK_FALSE(writer.ok());
  CHECK(writer.size() == 2);
  CHECK(room[2] == 9);
  writer.rewind(1);
  CHECK(writer.ok());
  CHECK(writer.varint(5, 2));
  CHECK(room[1] == 0x40);
  CHECK(room[2] == 5);
}
