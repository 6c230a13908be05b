// SPDX-License-Identifier: BSL-1.0
#include <quoin/testing/sim_io.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

auto const here = socket_address::v4(10, 0, 0, 1, 5000);
auto const there = socket_address::v4(10, 0, 0, 2, 443);

struct two_sockets {
  std::shared_ptr<sim::network> net = std::make_shared<sim::network>(1);
  sim::host_id left = net->add_host("left");
  sim::host_id right = net->add_host("right");
  sim_io near{{net, left, here, 1400}};
  sim_io far{{net, right, there}};
  two_sockets() { net->join(left, right, {.delay = 1ms}); }
};

}  // namespace

TEST_CASE("a batch arrives as its datagrams, the last one shorter", "[testing]") {
  two_sockets s;
  std::vector<std::uint8_t> bytes(250);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  CHECK(s.near.send({{here, there}, bytes, 100, ecn::ect0}) == send_status::sent);
  CHECK(s.far.receive().empty());
  s.net->run_until(instant{1ms});
  CHECK(s.far.readable());
  auto const arrivals = s.far.receive();
  REQUIRE(arrivals.size() == 3);
  CHECK(arrivals[0].bytes.size() == 100);
  CHECK(arrivals[2].bytes.size() == 50);
  CHECK(arrivals[2].bytes[0] == 200);
  CHECK(arrivals[1].path == network_path{there, here});
  CHECK(arrivals[1].mark == ecn::ect0);
  CHECK(s.far.receive().empty());
}

TEST_CASE("a segment size of at least the batch is one datagram", "[testing]") {
  two_sockets s;
  std::vector<std::uint8_t> const bytes(250);
  s.near.send({{here, there}, bytes, 250, {}});
  s.near.send({{here, there}, bytes, 0, {}});
  s.net->run_until(instant{1ms});
  CHECK(s.far.receive().size() == 2);
}

TEST_CASE("an interface refuses what is larger than its MTU", "[testing]") {
  two_sockets s;
  std::vector<std::uint8_t> const bytes(2801);
  CHECK(s.near.send({{here, there}, bytes, 1400, {}}) == send_status::sent);
  CHECK(s.near.send({{here, there}, bytes, 1401, {}}) == send_status::too_large);
}

TEST_CASE("a socket that is gone receives nothing", "[testing]") {
  auto const net = std::make_shared<sim::network>(1);
  auto const left = net->add_host("left");
  auto const right = net->add_host("right");
  net->join(left, right, {.delay = 1ms});
  sim_io near{{net, left, here}};
  std::vector<std::uint8_t> const bytes(10);
  {
    sim_io far{{net, right, there}};
    near.send({{here, there}, bytes, 10, {}});
  }
  net->run_until(instant{1s});
  CHECK(net->unroutable() == 1);
}

TEST_CASE("neighbours of one path and one size arrive together when receive offload is on", "[testing]") {
  two_sockets s;
  s.far.set_offload({.receiving = [](std::vector<sim_train>& all) { put_together(all); }});
  std::vector<std::uint8_t> const bytes(250, 7);
  s.near.send({{here, there}, bytes, 100, ecn::ect0});
  s.near.send({{here, there}, bytes, 100, ecn::ect0});
  s.near.send({{here, there}, bytes, 100, ecn::ce});
  s.near.send({{here, there}, byte_view{bytes}.first(90), 90, ecn::ce});
  s.net->run_until(instant{1ms});
  auto const arrivals = s.far.receive();
  // A shorter datagram ends its train, and so does another mark; a larger one begins another.
  REQUIRE(arrivals.size() == 4);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(arrivals[i].bytes.size() == 250);
    CHECK(arrivals[i].segment_size == 100);
  }
  CHECK(arrivals[2].mark == ecn::ce);
  CHECK(arrivals[3].bytes.size() == 90);
}

TEST_CASE("an empty datagram and a full train are put together with nothing", "[testing]") {
  auto const one = [](std::size_t size) {
    return sim_train{{here, there}, std::vector<std::uint8_t>(size), 0, ecn::not_ect};
  };
  std::vector<sim_train> all{one(100), one(0), one(100), one(100), one(100)};
  put_together(all, 2);
  REQUIRE(all.size() == 4);
  CHECK(all[1].bytes.empty());
  CHECK(all[2].bytes.size() == 200);
  CHECK(all[3].bytes.size() == 100);
}

TEST_CASE("what leaves is seen in datagrams and may be changed", "[testing]") {
  two_sockets s;
  s.near.set_offload({.sending = [](std::vector<sim::datagram>& batch) {
    REQUIRE(batch.size() == 3);
    batch.pop_back();
  }});
  std::vector<std::uint8_t> const bytes(250);
  s.near.send({{here, there}, bytes, 100, {}});
  s.net->run_until(instant{1ms});
  CHECK(s.far.receive().size() == 2);
}
