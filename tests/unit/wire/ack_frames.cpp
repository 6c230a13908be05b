// SPDX-License-Identifier: BSL-1.0
#include <quoin/wire/frame/ack.hpp>

#include <catch2/catch_test_macros.hpp>

#include "recorder.hpp"

#include <random>
#include <utility>

using quoin::wire::ack_frame;
using wire_test::bytes;
using wire_test::hex;

namespace {

using ranges = std::vector<std::pair<quoin::packet_number, quoin::packet_number>>;

ranges ranges_of(ack_frame const& frame) {
  ranges out;
  frame.for_each_range(
      [&](quoin::packet_number smallest, quoin::packet_number largest) { out.emplace_back(smallest, largest); });
  return out;
}

quoin::interval_set set_of(ranges const& list) {
  quoin::interval_set set;
  for (auto const& [smallest, largest] : list) set.insert({smallest, largest + 1});
  return set;
}

/// Packet numbers 0, 2, 4 and so on, each a range of its own.
quoin::interval_set every_other(std::size_t count) {
  quoin::interval_set set;
  for (std::size_t i = 0; i < count; ++i) set.insert({2 * i, 2 * i + 1});
  return set;
}

}  // namespace

TEST_CASE("ranges are told from the highest down", "[wire][rfc9000]") {
  // 8 to 10; a gap of 1 leaves out 7 and 6; 3 to 5; a gap of 0 leaves out 2; 0 and 1
  auto const frame = wire_test::only<ack_frame>(hex("02 0a 07 02 02 01 02 00 01"));
  CHECK(frame.largest == 10);
  CHECK(frame.delay == 7);
  CHECK(frame.first_smallest == 8);
  CHECK_FALSE(frame.has_ecn);
  CHECK(ranges_of(frame) == ranges{{8, 10}, {3, 5}, {0, 1}});
}

TEST_CASE("ECN counts come in the order ECT(0), ECT(1), CE", "[wire][rfc9000]") {
  auto const frame = wire_test::only<ack_frame>(hex("03 0a 00 00 0a 01 02 03"));
  CHECK(frame.has_ecn);
  CHECK(frame.ecn == quoin::ecn_counts{1, 2, 3});
  CHECK(ranges_of(frame) == ranges{{0, 10}});
}

TEST_CASE("ranges that would reach below packet number 0 are refused", "[wire][rfc9000][cve_class_ack_underflow]") {
  struct {
    char const* what;
    char const* frame;
    bool fine;
  } const rows[] = {
      {"first range down to 0", "02 05 00 00 05", true},
      {"first range larger than the largest", "02 05 00 00 06", false},
      {"gap down to packet 0", "02 05 00 01 00 03 00", true},
      {"gap that makes the next range start below 0", "02 05 00 01 00 04 00", false},
      {"gap of 2^62-1", "02 05 00 01 00 ffffffffffffffff 00", false},
      {"second range down to 0", "02 05 00 01 00 01 02", true},
      {"second range below 0", "02 05 00 01 00 01 03", false},
      {"a range of 2^62-1 below the largest possible", "02 ffffffffffffffff 00 01 00 00 ffffffffffffffff", false},
      {"all packets there can be", "02 ffffffffffffffff 00 00 ffffffffffffffff", true},
      {"good ranges and then a bad one", "02 0a 00 02 00 00 00 00 08", false},
  };
  for (auto const& row : rows) {
    CAPTURE(row.what);
    auto const error = wire_test::error_of(hex(row.frame));
    CHECK(error.code == (row.fine ? quoin::error_code::no_error : quoin::error_code::frame_encoding_error));
    if (!row.fine) CHECK(error.frame_type == 0x02);
  }
}

TEST_CASE("a count of ranges larger than the packet costs nothing and is refused",
          "[wire][rfc9000][cve_class_ack_range_count]") {
  auto const error = wire_test::error_of(hex("02 bfffffff 00 ffffffffffffffff 00 00 00 00 00"));
  CHECK(error.code == quoin::error_code::frame_encoding_error);
}

TEST_CASE("an ACK that goes bad after good ranges is never handed over", "[wire][rfc9000]") {
  for (auto const* frame : {"02 0a 00 02 00 00 00 00 08", "03 0a 00 01 00 00 00 01 02", "02 0a 00 02 00 00 00"}) {
    wire_test::recorder seen;
    CHECK_FALSE(quoin::wire::read_frames(hex(frame), quoin::event::packet_kind::one_rtt, seen));
    CHECK(seen.frames.empty());
  }
}

TEST_CASE("what was received is what the peer reads", "[wire][rfc9000]") {
  std::mt19937_64 random{7};
  for (int round = 0; round < 200; ++round) {
    quoin::interval_set received;
    std::uint64_t at = random() % 5;
    auto const count = 1 + random() % 60;
    for (std::uint64_t i = 0; i < count; ++i) {
      auto const size = 1 + random() % (1ULL << (random() % 20));
      received.insert({at, at + size});
      at += size + 1 + random() % (1ULL << (random() % 20));
    }
    quoin::ecn_counts const counts{random() >> 2, random() % 100, 0};
    bytes room(2048);
    quoin::byte_writer writer{room};
    auto const written =
        quoin::wire::write_ack(writer, received, random() % 10'000, round % 2 == 0 ? &counts : nullptr);
    REQUIRE(written == received.size());
    auto const frame = wire_test::only<ack_frame>(wire_test::copy_of(writer.written()));
    auto const read = ranges_of(frame);
    REQUIRE(read.size() == received.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
      auto const& sent = received[received.size() - 1 - i];
      CHECK(read[i] == std::pair{sent.begin, sent.end - 1});
    }
    CHECK(frame.has_ecn == (round % 2 == 0));
    if (frame.has_ecn) CHECK(frame.ecn == counts);
  }
}

TEST_CASE("an ACK takes the newest ranges that fit and leaves a writer that is too small alone", "[wire][rfc9000]") {
  auto const received = every_other(40);
  quoin::ecn_counts const counts{1, 1, 1};
  for (auto const* ecn : {static_cast<quoin::ecn_counts const*>(nullptr), &counts}) {
    std::size_t const least =
        ecn == nullptr ? 6 : 9;  // type, largest 78 in two bytes, delay, count, first range, counts
    for (std::size_t size = 0; size < 120; ++size) {
      CAPTURE(size);
      bytes room(size);
      quoin::byte_writer writer{room};
      auto const ranges = quoin::wire::write_ack(writer, received, 0, ecn);
      CHECK(ranges == (size < least ? 0 : std::min<std::size_t>(40, 1 + (size - least) / 2)));
      CHECK(writer.ok());
      if (ranges == 0) {
        CHECK(writer.size() == 0);
        continue;
      }
      auto const frame = wire_test::only<ack_frame>(wire_test::copy_of(writer.written()));
      CHECK(frame.largest == 78);
      CHECK(ranges_of(frame).size() == ranges);
    }
  }
}

TEST_CASE("an ACK has no more ranges than the cap, however many were received", "[wire][rfc9000]") {
  bytes room(4096);
  for (std::size_t const count : {quoin::limits::ack_ranges, quoin::limits::ack_ranges + 1, std::size_t{1000}}) {
    quoin::byte_writer writer{room};
    CHECK(quoin::wire::write_ack(writer, every_other(count), 0, nullptr) == quoin::limits::ack_ranges);
    auto const frame = wire_test::only<ack_frame>(wire_test::copy_of(writer.written()));
    auto const read = ranges_of(frame);
    CHECK(read.size() == quoin::limits::ack_ranges);
    CHECK(read.front().second == 2 * (count - 1));
  }
}

TEST_CASE("nothing received and a delay beyond all integers write no ACK", "[wire]") {
  bytes room(64);
  quoin::byte_writer writer{room};
  CHECK(quoin::wire::write_ack(writer, quoin::interval_set{}, 0, nullptr) == 0);
  CHECK(quoin::wire::write_ack(writer, set_of({{0, 3}}), quoin::varint_max + 1, nullptr) == 0);
  CHECK(writer.size() == 0);
}
