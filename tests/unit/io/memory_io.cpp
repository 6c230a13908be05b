// SPDX-License-Identifier: BSL-1.0
#include <quoin/io/memory_io.hpp>

#include <conformance/io.hpp>

namespace {

using quoin::byte_view;
using quoin::ecn;
using quoin::memory_io;
using quoin::send_status;
using quoin::socket_address;

constexpr auto here = socket_address::v4(10, 0, 0, 1, 1111);
constexpr auto there = socket_address::v4(10, 0, 0, 2, 2222);

}  // namespace

static_assert(quoin::datagram_io<memory_io>);

TEST_CASE("two ends of a memory link are an I/O policy", "[io]") {
  auto const link = std::make_shared<quoin::memory_link>();
  memory_io a{{here, link}};
  memory_io b{{there, link}};
  quoin::conformance::check_io(a, b);
}

TEST_CASE("a memory link with a full end blocks, loses nothing, and goes on when read", "[io]") {
  auto const link = std::make_shared<quoin::memory_link>();
  memory_io a{{here, link}};
  memory_io b{{there, link, 64 * 1024}};
  std::vector<std::uint8_t> const half(32 * 1024, 1);
  std::vector<std::uint8_t> const more(1, 2);
  CHECK(a.send({{here, there}, half, 1024, ecn::not_ect}) == send_status::sent);
  CHECK(a.send({{here, there}, half, 1024, ecn::not_ect}) == send_status::sent);
  CHECK(a.send({{here, there}, more, 1024, ecn::not_ect}) == send_status::would_block);
  CHECK(b.receive().size() == 2);
  CHECK(a.send({{here, there}, more, 1024, ecn::not_ect}) == send_status::sent);
  auto const rest = b.receive();
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].bytes.size() == 1);
}

TEST_CASE("what is sent where nobody listens vanishes", "[io]") {
  auto const link = std::make_shared<quoin::memory_link>();
  memory_io a{{here, link}};
  std::vector<std::uint8_t> const bytes(10, 1);
  CHECK(a.send({{here, there}, bytes, 10, ecn::not_ect}) == send_status::sent);
  { memory_io gone{{there, link}}; }
  CHECK(a.send({{here, there}, bytes, 10, ecn::not_ect}) == send_status::sent);
  memory_io late{{there, link}};
  CHECK(late.receive().empty());
}

TEST_CASE("a test may fill the inbox and read what was sent", "[io]") {
  memory_io io{{here, nullptr}};
  std::vector<std::uint8_t> const bytes{1, 2, 3};
  REQUIRE(io.deliver({here, there}, bytes, 2, ecn::ce));
  REQUIRE(io.deliver({here, there}, {}));
  auto const arrived = io.receive();
  REQUIRE(arrived.size() == 2);
  CHECK(arrived[0].path.remote == there);
  CHECK(arrived[0].segment_size == 2);
  CHECK(arrived[0].mark == ecn::ce);
  CHECK(std::equal(bytes.begin(), bytes.end(), arrived[0].bytes.begin(), arrived[0].bytes.end()));
  CHECK(arrived[1].bytes.empty());
  CHECK(io.receive().empty());

  REQUIRE(io.send({{{}, there}, bytes, 3, ecn::ect0}) == send_status::sent);
  auto const sent = io.take_sent();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].path.local == here);
  CHECK(sent[0].path.remote == there);
  CHECK(sent[0].mark == ecn::ect0);
  CHECK(io.take_sent().empty());
}
