// SPDX-License-Identifier: BSL-1.0
// Streams and connections as objects of Asio.
#include "libraries.hpp"
#include "pair.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace quoin;
using namespace quoin::testing;
using namespace std::chrono_literals;

using net = library::net;

namespace {

/// What a completion handler was called with, once it was.
template <class Net>
struct outcome {
  bool called = false;
  typename Net::error_code problem{};
  std::size_t size = 0;
  auto handler() {
    return [this](typename Net::error_code what, std::size_t count) {
      CHECK_FALSE(called);
      called = true;
      problem = what;
      size = count;
    };
  }
};

}  // namespace

TEST_CASE("all of a large write is read, and then the end", "[asio]") {
  asio_pair<library> pair;
  REQUIRE(pair.connect());
  auto [here, there] = pair.streams();
  std::string const sent(3'000'000, 'x');
  std::string got(sent.size(), '\0');
  outcome<net> wrote;
  outcome<net> read;
  library::write(here, net::const_buffer{sent.data(), sent.size()}, wrote.handler());
  library::read(there, net::buffer{got.data(), got.size()}, read.handler());
  REQUIRE(pair.run_until([&] { return wrote.called && read.called; }));
  CHECK(wrote.size == sent.size());
  CHECK(got == sent);
  here.shutdown();
  char more = 0;
  for (int times = 0; times < 2; ++times) {
    outcome<net> end;
    there.async_read_some(net::buffer{&more, 1}, end.handler());
    REQUIRE(pair.run_until([&] { return end.called; }));
    CHECK(end.problem == net::end_of_stream());
  }
}

TEST_CASE("a handler is never called inside of the call that it is given to", "[asio]") {
  asio_pair<library> pair;
  REQUIRE(pair.connect());
  auto [here, there] = pair.streams();
  outcome<net> wrote;
  here.async_write_some(net::const_buffer{"a", 1}, wrote.handler());
  CHECK_FALSE(wrote.called);
  outcome<net> nothing;
  here.async_read_some(net::buffer{}, nothing.handler());
  CHECK_FALSE(nothing.called);
  REQUIRE(pair.run_until([&] { return wrote.called && nothing.called; }));
  CHECK_FALSE(nothing.problem);
  CHECK(nothing.size == 0);
}

TEST_CASE("resets and stops arrive as errors of whoever waits", "[asio]") {
  asio_pair<library> pair;
  REQUIRE(pair.connect());
  auto [here, there] = pair.streams();
  char byte = 0;
  outcome<net> read;
  there.async_read_some(net::buffer{&byte, 1}, read.handler());
  here.reset(5);
  REQUIRE(pair.run_until([&] { return read.called; }));
  CHECK(read.problem == net::reset());

  std::string const much(8'000'000, 'x');  // more than windows and buffers take
  outcome<net> wrote;
  library::write(there, net::const_buffer{much.data(), much.size()}, wrote.handler());
  here.stop_sending(6);
  REQUIRE(pair.run_until([&] { return wrote.called; }));
  CHECK(wrote.problem == net::stopped());
}

TEST_CASE("a stream that is destroyed is given up in both directions", "[asio]") {
  asio_pair<library> pair;
  REQUIRE(pair.connect());
  auto [here, there] = pair.streams();
  { auto const gone = std::move(here); }
  char byte = 0;
  outcome<net> read;
  there.async_read_some(net::buffer{&byte, 1}, read.handler());
  REQUIRE(pair.run_until([&] { return read.called; }));
  CHECK(read.problem == net::reset());
}

TEST_CASE("one read at a time, and one that is cancelled ends as that", "[asio]") {
  asio_pair<library> pair;
  REQUIRE(pair.connect());
  auto [here, there] = pair.streams();
  char byte = 0;
  outcome<net> first;
  outcome<net> second;
  there.async_read_some(net::buffer{&byte, 1}, first.handler());
  there.async_read_some(net::buffer{&byte, 1}, second.handler());
  REQUIRE(pair.run_until([&] { return second.called; }));
  CHECK(second.problem == net::misused());
  CHECK_FALSE(first.called);
  there.cancel();
  REQUIRE(pair.run_until([&] { return first.called; }));
  CHECK(first.problem == net::aborted());
  outcome<net> third;
  there.async_read_some(net::buffer{&byte, 1}, third.handler());
  outcome<net> wrote;
  here.async_write_some(net::const_buffer{"b", 1}, wrote.handler());
  REQUIRE(pair.run_until([&] { return third.called; }));
  CHECK(third.size == 1);
  CHECK(byte == 'b');
}

TEST_CASE("streams in one direction can be used in that one", "[asio]") {
  asio_pair<library> pair;
  REQUIRE(pair.connect());
  auto [here, there] = pair.streams(stream_direction::unidirectional);
  outcome<net> wrote;
  there.async_write_some(net::const_buffer{"a", 1}, wrote.handler());
  REQUIRE(pair.run_until([&] { return wrote.called; }));
  CHECK(wrote.problem == net::misused());
}

TEST_CASE("who waits for a stream too many gets it when there is room", "[asio]") {
  using pair_type = asio_pair<library>;
  transport_settings limits;
  limits.bidi_streams = 1;
  pair_type pair{limits};
  REQUIRE(pair.connect());
  auto streams = std::make_optional(pair.streams());
  bool opened = false;
  pair.at_client.async_open_stream(stream_direction::bidirectional, [&](auto problem, auto) { opened = !problem; });
  pair.context.run_for(50ms);
  CHECK_FALSE(opened);
  streams.reset();
  CHECK(pair.run_until([&] { return opened; }));
}

TEST_CASE("the end of a connection is the end of what waits on it", "[asio]") {
  asio_pair<library> pair;
  REQUIRE(pair.connect());
  auto [here, there] = pair.streams();
  char byte = 0;
  outcome<net> read;
  outcome<net> ours;
  there.async_read_some(net::buffer{&byte, 1}, read.handler());
  here.async_read_some(net::buffer{&byte, 1}, ours.handler());
  int ends = 0;
  pair.at_server.async_wait_closed([&](auto) { ++ends; });
  pair.at_client.async_wait_closed([&](auto) { ++ends; });
  pair.at_client.close(7, "enough");
  REQUIRE(pair.run_until([&] { return ends == 2 && read.called && ours.called; }));
  CHECK(read.problem == net::reset());
  CHECK(ours.problem == net::aborted());
  REQUIRE(pair.at_server.close_reason().has_value());
  CHECK(pair.at_server.close_reason()->code == 7);
  CHECK(pair.at_server.close_reason()->reason == "enough");
  CHECK(pair.at_server.get() == nullptr);
  net::error_code refused;
  pair.at_server.async_open_stream(stream_direction::bidirectional, [&](auto problem, auto) { refused = problem; });
  REQUIRE(pair.run_until([&] { return static_cast<bool>(refused); }));
  CHECK(refused == net::reset());
}

TEST_CASE("nobody there is a timeout", "[asio]") {
  transport_settings limits;
  limits.handshake_timeout = 100ms;
  asio_pair<library> pair{limits};
  auto const nobody = pair.server->local_address();
  pair.server.reset();
  net::error_code problem;
  pair.client->async_connect(nobody, "localhost", [&](auto what, auto) { problem = what; });
  REQUIRE(pair.run_until([&] { return static_cast<bool>(problem); }));
  CHECK(problem == net::timed_out());
}

TEST_CASE("an endpoint that is destroyed lets everybody go, and the context finish", "[asio]") {
  asio_pair<library> pair;
  REQUIRE(pair.connect());
  auto [here, there] = pair.streams();
  char byte = 0;
  outcome<net> read;
  here.async_read_some(net::buffer{&byte, 1}, read.handler());
  net::error_code accepted;
  pair.server->async_accept([&](auto problem, auto) { accepted = problem; });
  pair.client.reset();
  pair.server.reset();
  pair.context.run();
  CHECK(read.problem == net::aborted());
  CHECK(accepted == net::aborted());
  CHECK(pair.at_client.get() == nullptr);
}

#ifndef QUOIN_TEST_BOOST_ASIO
TEST_CASE("a cancellation slot ends its operation and no other", "[asio]") {
  asio_pair<library> pair;
  REQUIRE(pair.connect());
  auto [here, there] = pair.streams();
  char byte = 0;
  ::asio::cancellation_signal signal;
  outcome<net> read;
  there.async_read_some(::asio::buffer(&byte, 1), ::asio::bind_cancellation_slot(signal.slot(), read.handler()));
  signal.emit(::asio::cancellation_type::terminal);
  REQUIRE(pair.run_until([&] { return read.called; }));
  CHECK(read.problem == ::asio::error::operation_aborted);
  outcome<net> next;
  there.async_read_some(::asio::buffer(&byte, 1), next.handler());
  signal.emit(::asio::cancellation_type::terminal);
  outcome<net> wrote;
  here.async_write_some(::asio::buffer("c", 1), wrote.handler());
  REQUIRE(pair.run_until([&] { return next.called; }));
  CHECK_FALSE(next.problem);
  CHECK(byte == 'c');
}
#endif
