// SPDX-License-Identifier: BSL-1.0
// DATAGRAM over two endpoints whose handlers take no views, so that what arrives waits to be read (RFC 9221).
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;
using kind = connection_event::kind;

namespace {

using bytes = std::vector<std::uint8_t>;
using lab_type = lab<test_stack>;

lab_type::options with(datagram_settings client, datagram_settings server = {}) {
  lab_type::options options;
  options.adjust_endpoint = [client, server](role side, auto& settings) {
    settings.extensions.datagram = side == role::client ? client : server;
  };
  return options;
}

auto of(lab_type::connection_type& connection) {
  return connection.extension<datagram>();
}

bytes filled(std::size_t size, std::uint8_t value) {
  return bytes(size, value);
}

std::vector<bytes> read_all(lab_type::connection_type& from) {
  std::vector<bytes> all;
  auto datagrams = of(from);
  while (auto const view = datagrams.peek()) {
    all.emplace_back(view->begin(), view->end());
    datagrams.pop();
  }
  return all;
}

std::vector<std::uint64_t> told(lab_type const& lab, kind what) {
  std::vector<std::uint64_t> codes;
  for (auto const& e : lab.events(role::client))
    if (e.what == what) codes.push_back(e.code);
  return codes;
}

}  // namespace

TEST_CASE("datagrams wait to be read and are told of once", "[datagram][rfc9221]") {
  lab_type lab;
  CHECK(of(lab.connect()).send(filled(3, 1)).error() == datagram_errc::not_ready);
  CHECK(of(lab.client()).max_size() == 0);
  REQUIRE(lab.run_until([&] { return lab.client().confirmed(); }));
  CHECK(of(lab.client()).send(filled(3, 1)).value() == 0);
  CHECK(of(lab.client()).send(byte_view{}).value() == 1);
  auto lent = std::make_shared<bytes>(filled(200, 2));
  std::weak_ptr<bytes> const watch = lent;
  CHECK(of(lab.client()).send(send_slice{byte_view{*lent}, std::move(lent)}).value() == 2);
  CHECK_FALSE(watch.expired());
  lab.settle();
  CHECK(watch.expired());
  CHECK(lab.count(role::server, kind::datagrams_readable) == 1);
  CHECK(lab.server().held_bytes() == 203);
  CHECK(read_all(lab.server()) == std::vector<bytes>{filled(3, 1), {}, filled(200, 2)});
  CHECK(lab.server().held_bytes() == 0);
  CHECK(of(lab.server()).statistics().received == 3);
  CHECK(of(lab.client()).statistics().sent == 3);
  // Nobody asked for it.
  CHECK(lab.count(role::client, kind::datagram_acked) == 0);
}

TEST_CASE("the largest datagram fits and one byte more does not", "[datagram][rfc9221]") {
  lab_type lab;
  REQUIRE(lab.establish());
  lab.settle();
  auto const most = of(lab.client()).max_size();
  CHECK(most > 1100);
  CHECK(most < 1200);
  CHECK(of(lab.client()).send(filled(most + 1, 7)).error() == datagram_errc::too_large);
  REQUIRE(of(lab.client()).send(filled(most, 7)));
  lab.settle();
  CHECK(read_all(lab.server()) == std::vector<bytes>{filled(most, 7)});
}

TEST_CASE("the peer's limit counts the whole frame", "[datagram][rfc9221]") {
  lab_type lab{with({}, {.max_frame_size = 66})};
  REQUIRE(lab.establish());
  CHECK(of(lab.client()).max_size() == 63);
  CHECK(of(lab.server()).max_size() > 1100);
  CHECK(of(lab.client()).send(filled(64, 1)).error() == datagram_errc::too_large);
  REQUIRE(of(lab.client()).send(filled(63, 1)));
  lab.settle();
  CHECK(read_all(lab.server()).size() == 1);
  CHECK_FALSE(lab.ended(role::server));
}

TEST_CASE("no datagram is sent to a peer that takes none", "[datagram][rfc9221]") {
  lab_type lab{with({}, {.max_frame_size = 0})};
  REQUIRE(lab.establish());
  CHECK(of(lab.client()).send(filled(1, 1)).error() == datagram_errc::unsupported);
  CHECK(of(lab.client()).max_size() == 0);
  // One direction is enough for the other end.
  REQUIRE(of(lab.server()).send(filled(1, 1)));
  lab.settle();
  CHECK(read_all(lab.client()).size() == 1);
}

TEST_CASE("a peer that takes frames of one byte is sent none that are longer, not even empty ones",
          "[datagram][rfc9221]") {
  for (auto const limit : {std::uint64_t{1}, std::uint64_t{2}}) {
    lab_type lab{with({}, {.max_frame_size = limit})};
    REQUIRE(lab.establish());
    auto const sent = of(lab.client()).send(bytes{});
    CHECK(sent.has_value() == (limit == 2));
    if (!sent) CHECK(sent.error() == datagram_errc::unsupported);
    lab.settle();
    CHECK_FALSE(lab.ended(role::server));
    CHECK(read_all(lab.server()).size() == (limit == 2 ? 1 : 0));
  }
}

TEST_CASE("the fate of each datagram is told when it is asked for", "[datagram][rfc9221]") {
  lab_type lab{with({.report_fate = true})};
  REQUIRE(lab.establish());
  lab.settle(100ms);
  lab.uplink().drop(1);
  REQUIRE(of(lab.client()).send(filled(1000, 0)));
  lab.serve();
  for (int i = 1; i < 5; ++i) {
    REQUIRE(of(lab.client()).send(filled(1000, static_cast<std::uint8_t>(i))));
    lab.serve();
  }
  lab.settle(100ms);
  CHECK(told(lab, kind::datagram_lost) == std::vector<std::uint64_t>{0});
  CHECK(told(lab, kind::datagram_acked) == std::vector<std::uint64_t>{1, 2, 3, 4});
  // It is not sent again.
  CHECK(read_all(lab.server()).size() == 4);
  CHECK(of(lab.client()).statistics().sent == 5);
  CHECK(of(lab.client()).statistics().lost == 1);
}

TEST_CASE("a full send queue refuses and says when there is room", "[datagram][rfc9221]") {
  lab_type lab{with({.send_queue = 10'000})};
  REQUIRE(lab.establish());
  lab.settle(100ms);
  std::size_t taken = 0;
  while (of(lab.client()).send(filled(1000, 1))) ++taken;
  CHECK(taken == 9);
  CHECK(of(lab.client()).send(filled(1000, 1)).error() == datagram_errc::queue_full);
  CHECK(told(lab, kind::datagrams_writable).empty());
  lab.settle(100ms);
  CHECK(told(lab, kind::datagrams_writable).size() == 1);
  CHECK(read_all(lab.server()).size() == 9);
  CHECK(of(lab.client()).send(filled(1000, 1)));
}

TEST_CASE("a full send queue may drop what waited longest", "[datagram][rfc9221]") {
  lab_type lab{
      with({.send_queue = 5'000, .when_send_queue_is_full = datagram_overflow::drop_oldest, .report_fate = true})};
  REQUIRE(lab.establish());
  lab.settle(100ms);
  for (std::uint8_t i = 0; i < 10; ++i) REQUIRE(of(lab.client()).send(filled(1000, i)));
  CHECK(of(lab.client()).statistics().dropped_unsent == 6);
  lab.settle(100ms);
  auto const arrived = read_all(lab.server());
  REQUIRE(arrived.size() == 4);
  CHECK(arrived.front() == filled(1000, 6));
  CHECK(told(lab, kind::datagram_lost) == std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("a full receive queue drops the oldest or the newest", "[datagram][rfc9221]") {
  for (auto const policy : {datagram_overflow::drop_oldest, datagram_overflow::refuse}) {
    lab_type lab{with({}, {.receive_queue = 3'100, .when_receive_queue_is_full = policy})};
    REQUIRE(lab.establish());
    lab.settle(100ms);
    for (std::uint8_t i = 0; i < 8; ++i) REQUIRE(of(lab.client()).send(filled(1000, i)));
    lab.settle(100ms);
    CHECK(lab.server().held_bytes() == 3000);
    CHECK(of(lab.server()).statistics().received == 8);
    CHECK(of(lab.server()).statistics().dropped_unread == 5);
    auto const kept = read_all(lab.server());
    REQUIRE(kept.size() == 3);
    CHECK(kept.front() == filled(1000, policy == datagram_overflow::drop_oldest ? 5 : 0));
  }
}

TEST_CASE("datagrams overtake the data of streams, or follow them", "[datagram][rfc9221]") {
  for (bool const before : {true, false}) {
    lab_type lab{with({.before_streams = before})};
    REQUIRE(lab.establish());
    lab.settle(100ms);
    auto const id = lab.client().open(stream_direction::unidirectional);
    REQUIRE(id);
    REQUIRE(lab.client().write(*id, filled(60'000, 9)));
    REQUIRE(of(lab.client()).send(filled(100, 1)));
    bool overtaken = false;
    REQUIRE(lab.run_until([&] {
      if (!of(lab.server()).peek()) return false;
      overtaken = lab.client().unsent(*id) > 0;
      return true;
    }));
    CHECK(overtaken == before);
  }
}

TEST_CASE("a closed connection takes no datagrams", "[datagram]") {
  lab_type lab;
  REQUIRE(lab.establish());
  lab.client().close(0, "done", lab.now());
  CHECK(of(lab.client()).send(filled(1, 1)).error() == datagram_errc::connection_closed);
}
