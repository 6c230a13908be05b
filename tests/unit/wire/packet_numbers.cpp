// SPDX-License-Identifier: BSL-1.0
#include <quoin/wire/packet_number.hpp>

#include <catch2/catch_test_macros.hpp>

#include <random>

using quoin::wire::decode_packet_number;
using quoin::wire::packet_number_size;

// RFC 9000 A.2
static_assert(packet_number_size(0xac5c02, 0xabe8b3) == 2);
static_assert(packet_number_size(0xace8fe, 0xabe8b3) == 3);

// RFC 9000 A.3
static_assert(decode_packet_number(0x9b32, 2, 0xa82f30ea + 1) == 0xa82f9b32);

// before any acknowledgement the number is sent whole
static_assert(packet_number_size(0, quoin::no_packet) == 1);
static_assert(packet_number_size(126, quoin::no_packet) == 1);
static_assert(packet_number_size(255, quoin::no_packet) == 2);
static_assert(packet_number_size(0x1'0000, quoin::no_packet) == 3);
static_assert(packet_number_size(0x100'0000, quoin::no_packet) == 4);

// more than twice the numbers in flight must be told apart (RFC 9000 17.1): 127 fit one byte, 128 do not
static_assert(packet_number_size(1127, 1000) == 1);
static_assert(packet_number_size(1128, 1000) == 2);
static_assert(packet_number_size(1000 + 0x7fff, 1000) == 2);
static_assert(packet_number_size(1000 + 0x8000, 1000) == 3);
static_assert(packet_number_size(1000 + 0x7f'ffff, 1000) == 3);
static_assert(packet_number_size(1000 + 0x80'0000, 1000) == 4);

// nothing received yet
static_assert(decode_packet_number(0, 1, 0) == 0);
static_assert(decode_packet_number(0xff, 1, 0) == 0xff);
static_assert(decode_packet_number(0xffff'ffff, 4, 0) == 0xffff'ffff);

// the edges of the window: above expected - half, up to expected + half
static_assert(decode_packet_number(0x80, 1, 0x200) == 0x280);
static_assert(decode_packet_number(0x81, 1, 0x200) == 0x181);
static_assert(decode_packet_number(0x7f, 1, 0x1ff) == 0x27f);

// no number beyond 2^62-1 is ever made up
static_assert(decode_packet_number(0x00, 1, quoin::packet_number_max) == quoin::packet_number_max - 0xff);
static_assert(decode_packet_number(0xff, 1, quoin::packet_number_max + 1) == quoin::packet_number_max);

TEST_CASE("a number cut to the size we choose comes out whole at any receiver within the flight", "[wire][rfc9000]") {
  std::mt19937_64 random{3};
  for (int round = 0; round < 20'000; ++round) {
    auto const largest_acked = random() >> (2 + random() % 62);
    auto const in_flight = 1 + (random() >> (34 + random() % 30));
    auto const number = largest_acked + in_flight;
    if (number > quoin::packet_number_max || in_flight >= 1ULL << 31) continue;
    auto const size = packet_number_size(number, largest_acked);
    REQUIRE(size >= 1);
    REQUIRE(size <= 4);
    auto const truncated = number & ((1ULL << (8 * size)) - 1);
    // the receiver has seen at least what it acknowledged and perhaps everything before this packet
    auto const expected = largest_acked + 1 + random() % in_flight;
    CAPTURE(number, largest_acked, expected, size);
    CHECK(decode_packet_number(truncated, size, expected) == number);
  }
}

TEST_CASE("a decoded number ends in its bytes and is the nearest that does", "[wire][rfc9000]") {
  std::mt19937_64 random{5};
  for (int round = 0; round < 20'000; ++round) {
    auto const expected = random() >> (2 + random() % 62);
    auto const size = 1 + random() % 4;
    auto const window = 1ULL << (8 * size);
    auto const truncated = random() & (window - 1);
    auto const number = decode_packet_number(truncated, size, expected);
    CAPTURE(expected, size, truncated, number);
    CHECK(number <= quoin::packet_number_max);
    CHECK((number & (window - 1)) == truncated);
    auto const distance = number > expected ? number - expected : expected - number;
    bool const at_an_end = number < window || number > quoin::packet_number_max - window;
    CHECK((distance <= window / 2 || at_an_end));
  }
}
