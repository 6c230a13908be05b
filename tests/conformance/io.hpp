// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every `datagram_io` promises. A new model calls `check_io` with two of its kind that can reach each other.
#pragma once

#include <quoin/policy/io.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

namespace quoin::conformance {

using datagram = std::vector<std::uint8_t>;

/// What arrived, cut into datagrams, each with its path and mark.
struct received {
  datagram bytes;
  network_path path;
  ecn mark = ecn::not_ect;
};

template <class I>
std::vector<received> receive_datagrams(I& io, std::size_t wanted) {
  using namespace std::chrono_literals;
  std::vector<received> all;
  for (int turn = 0; turn < 200 && all.size() < wanted; ++turn) {
    for (auto const& each : io.receive()) {
      auto const segment = each.segment_size == 0 ? std::max<std::size_t>(each.bytes.size(), 1) : each.segment_size;
      std::size_t at = 0;
      do {
        auto const piece = each.bytes.subspan(at, std::min(segment, each.bytes.size() - at));
        all.push_back({{piece.begin(), piece.end()}, each.path, each.mark});
        at += segment;
      } while (at < each.bytes.size());
      // RFC 9001 5.4: packets are opened where they lie.
      std::fill(each.bytes.begin(), each.bytes.end(), std::uint8_t{0xee});
    }
    if (all.size() < wanted) io.wait(10ms);
  }
  return all;
}

inline datagram numbered(std::size_t size, std::uint8_t first) {
  datagram bytes(size);
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

/// `count` datagrams of `segment` bytes side by side, the last of `last` bytes; no two alike.
inline datagram train(std::size_t count, std::size_t segment, std::size_t last) {
  datagram bytes;
  for (std::size_t i = 0; i < count; ++i) {
    auto const one = numbered(i + 1 == count ? last : segment, static_cast<std::uint8_t>(7 * i + 1));
    bytes.insert(bytes.end(), one.begin(), one.end());
  }
  return bytes;
}

template <class I>
outgoing from_to(I const& from, I const& to, byte_view bytes, std::size_t segment_size, ecn mark = ecn::not_ect) {
  return {{from.local_address(), to.local_address()}, bytes, segment_size, mark};
}

template <class I>
void check_train(I& a, I& b, std::size_t count, std::size_t segment, std::size_t last) {
  INFO(count << " datagrams of " << segment << " bytes, the last of " << last);
  auto const sent = train(count, segment, last);
  REQUIRE(a.send(from_to(a, b, sent, segment)) == send_status::sent);
  auto const arrived = receive_datagrams(b, count);
  REQUIRE(arrived.size() == count);
  for (std::size_t i = 0; i < count; ++i) {
    auto const expected = byte_view{sent}.subspan(i * segment, i + 1 == count ? last : segment);
    REQUIRE(arrived[i].bytes == datagram(expected.begin(), expected.end()));
    REQUIRE(arrived[i].path == network_path{b.local_address(), a.local_address()});
  }
}

/// Both ends are bound to one address each and nothing is under way between them.
template <datagram_io I>
void check_io(I& a, I& b) {
  using namespace std::chrono_literals;
  REQUIRE(a.local_address().known());
  REQUIRE(a.local_address() != b.local_address());

  // The room for batches is one piece of memory, large enough for any datagram that QUIC must be able to send.
  CHECK(a.send_room().size() >= 1200);
  CHECK(a.send_room().data() == a.send_room().data());
  CHECK(a.send_room().data() != b.send_room().data());

  // Where nothing arrived there is nothing, and waiting no longer than asked ends.
  CHECK(b.receive().empty());
  b.wait(0ms);
  b.wait(1ms);
  CHECK(b.receive().empty());

  // A segment size of 0, of the batch or beyond all mean one datagram.
  auto const one = numbered(1200, 3);
  for (std::size_t const segment_size : {std::size_t{0}, std::size_t{1200}, std::size_t{5000}}) {
    REQUIRE(a.send(from_to(a, b, one, segment_size)) == send_status::sent);
    auto const arrived = receive_datagrams(b, 1);
    REQUIRE(arrived.size() == 1);
    CHECK(arrived[0].bytes == one);
    CHECK(arrived[0].path == network_path{b.local_address(), a.local_address()});
  }

  // Trains keep their cuts and their order.
  check_train(a, b, 2, 1200, 1200);
  check_train(b, a, 2, 1200, 1);
  check_train(a, b, 40, 1452, 700);
  check_train(a, b, 64, 1000, 1000);
  check_train(b, a, 100, 100, 99);
  check_train(a, b, 45, 1452, 1452);

  // Batches may be made in the room that is there for them.
  auto const room = a.send_room().first(1200);
  std::copy(one.begin(), one.end(), room.begin());
  REQUIRE(a.send(from_to(a, b, room, 1200)) == send_status::sent);
  REQUIRE(receive_datagrams(b, 1).at(0).bytes == one);

  if constexpr (claims<I, io_feature::ecn_marks>) {
    for (auto const mark : {ecn::not_ect, ecn::ect1, ecn::ect0, ecn::ce, ecn::not_ect}) {
      auto const marked = train(3, 900, 100);
      REQUIRE(a.send(from_to(a, b, marked, 900, mark)) == send_status::sent);
      auto const arrived = receive_datagrams(b, 3);
      REQUIRE(arrived.size() == 3);
      for (auto const& each : arrived) CHECK(each.mark == mark);
    }
  }

  // Several batches wait for whoever comes late.
  for (std::uint8_t i = 0; i < 5; ++i) REQUIRE(a.send(from_to(a, b, numbered(100U + i, i), 2000)) == send_status::sent);
  auto const late = receive_datagrams(b, 5);
  REQUIRE(late.size() == 5);
  for (std::uint8_t i = 0; i < 5; ++i) CHECK(late[i].bytes == numbered(100U + i, i));
  CHECK(b.receive().empty());
  CHECK(a.receive().empty());
}

}  // namespace quoin::conformance
