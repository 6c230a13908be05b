// SPDX-License-Identifier: BSL-1.0
#include <quoin/io/faulty_io.hpp>
#include <quoin/io/memory_io.hpp>

#include <conformance/io.hpp>

namespace {

using quoin::io_fault;
using quoin::send_status;
using quoin::socket_address;
using io = quoin::faulty_io<quoin::memory_io>;

constexpr auto here = socket_address::v4(10, 0, 0, 1, 1111);
constexpr auto there = socket_address::v4(10, 0, 0, 2, 2222);

/// A pair of which the first has faults.
struct faulty_pair {
  std::shared_ptr<quoin::memory_link> link = std::make_shared<quoin::memory_link>();
  io a;
  io b;

  explicit faulty_pair(std::vector<quoin::io_fault_at> sends, std::vector<quoin::io_fault_at> receives = {})
      : a(config_at(here, std::move(sends), std::move(receives))), b(config_at(there, {}, {})) {}

  io::config config_at(socket_address at, std::vector<quoin::io_fault_at> sends,
                       std::vector<quoin::io_fault_at> receives) const {
    io::config settings;
    settings.bind = at;
    settings.link = link;
    settings.send_faults = std::move(sends);
    settings.receive_faults = std::move(receives);
    return settings;
  }

  send_status send(std::uint8_t number) {
    std::vector<std::uint8_t> const bytes(10, number);
    return a.send({{here, there}, bytes, 10, quoin::ecn::not_ect});
  }
};

std::vector<int> numbers_in(std::span<quoin::arrival> arrivals) {
  std::vector<int> numbers;
  for (auto const& each : arrivals) numbers.push_back(each.bytes[0]);
  return numbers;
}

}  // namespace

static_assert(quoin::claims<io, quoin::io_feature::segmentation>);
static_assert(quoin::claims<io, quoin::io_feature::ecn_marks>);

TEST_CASE("without faults, a faulty I/O policy is an I/O policy", "[io]") {
  faulty_pair pair{{}};
  quoin::conformance::check_io(pair.a, pair.b);
}

TEST_CASE("chosen sends fail as asked and send nothing", "[io]") {
  faulty_pair pair{
      {{1, io_fault::would_block}, {2, io_fault::too_large}, {3, io_fault::unreachable}, {4, io_fault::failed}}};
  CHECK(pair.send(0) == send_status::sent);
  CHECK(pair.send(1) == send_status::would_block);
  CHECK(pair.send(2) == send_status::too_large);
  CHECK(pair.send(3) == send_status::unreachable);
  CHECK(pair.send(4) == send_status::failed);
  CHECK(pair.send(5) == send_status::sent);
  CHECK(pair.a.sends() == 6);
  CHECK(numbers_in(pair.b.receive()) == std::vector{0, 5});
}

TEST_CASE("chosen sends vanish or happen twice", "[io]") {
  faulty_pair pair{{{0, io_fault::drop}, {2, io_fault::duplicate}}};
  for (std::uint8_t i = 0; i < 4; ++i) CHECK(pair.send(i) == send_status::sent);
  CHECK(numbers_in(pair.b.receive()) == std::vector{1, 2, 2, 3});
}

TEST_CASE("chosen arrivals vanish or happen twice, each with bytes of its own", "[io]") {
  faulty_pair pair{{}, {{1, io_fault::drop}, {2, io_fault::duplicate}, {3, io_fault::duplicate}}};
  for (std::uint8_t i = 0; i < 5; ++i) {
    std::vector<std::uint8_t> const bytes(10, i);
    REQUIRE(pair.b.send({{there, here}, bytes, 10, quoin::ecn::not_ect}) == send_status::sent);
  }
  auto const arrived = pair.a.receive();
  CHECK(numbers_in(arrived) == std::vector{0, 2, 2, 3, 3, 4});
  arrived[1].bytes[0] = 99;
  CHECK(numbers_in(arrived) == std::vector{0, 99, 2, 3, 3, 4});
  CHECK(pair.a.arrivals() == 5);
}

TEST_CASE("of a train that is cut only the first datagram leaves, and of an arrival only its first half is there",
          "[io]") {
  faulty_pair pair{{{0, io_fault::cut}}, {{0, io_fault::cut}}};
  std::vector<std::uint8_t> const bytes(30, 7);
  REQUIRE(pair.a.send({{here, there}, bytes, 10, quoin::ecn::not_ect}) == send_status::sent);
  auto const sent = pair.b.receive();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].bytes.size() == 10);
  REQUIRE(pair.b.send({{there, here}, bytes, 30, quoin::ecn::not_ect}) == send_status::sent);
  auto const cut = pair.a.receive();
  REQUIRE(cut.size() == 1);
  CHECK(cut[0].bytes.size() == 15);
}
