// SPDX-License-Identifier: BSL-1.0
// A wait that another thread ends.
#include <quoin/io/faulty_io.hpp>
#include <quoin/io/udp.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cerrno>
#include <system_error>
#include <thread>

using namespace quoin;
using Catch::Matchers::ContainsSubstring;

namespace {

struct calls_without_events : system_calls {
  static int eventfd() noexcept {
    errno = EMFILE;
    return -1;
  }
};

udp_config on_loopback() {
  udp_config settings;
  settings.bind = socket_address::v4(127, 0, 0, 1, 0);
  return settings;
}

bool readable(int fd) {
  pollfd polled{fd, POLLIN, 0};
  return ::poll(&polled, 1, 0) == 1;
}

}  // namespace

static_assert(claims<udp, io_feature::waking> && claims<faulty_io<udp>, io_feature::waking>);

TEST_CASE("another thread ends a wait that would have no end", "[io]") {
  udp io{on_loopback()};
  io.allow_wake();
  std::thread other{[&] { io.wake(); }};
  io.wait(duration::max());
  other.join();
  CHECK(io.receive().empty());
  CHECK_FALSE(readable(io.native_handle()));
}

TEST_CASE("a wake counts for the next wait, and for one only", "[io]") {
  udp io{on_loopback()};
  io.allow_wake();
  io.allow_wake();
  for (auto i = 0; i < 3; ++i) {
    io.wake();
    io.wake();
    CHECK(readable(io.native_handle()));
    io.wait(duration::max());
    CHECK(io.receive().empty());
    CHECK_FALSE(readable(io.native_handle()));
  }
}

TEST_CASE("wakes from many threads are all heard", "[io]") {
  faulty_io<udp> io{{on_loopback(), {}, {}}};
  io.allow_wake();
  std::atomic<int> said{0};
  std::thread one{[&] {
    for (auto i = 0; i < 1000; ++i) ++said, io.wake();
  }};
  std::thread two{[&] {
    for (auto i = 0; i < 1000; ++i) ++said, io.wake();
  }};
  while (said < 2000) {
    io.wait(duration::max());
    static_cast<void>(io.receive());
  }
  one.join();
  two.join();
}

TEST_CASE("a socket that cannot be woken says so", "[io]") {
  basic_udp<calls_without_events> io{on_loopback()};
  try {
    io.allow_wake();
    FAIL("nothing was thrown");
  } catch (std::system_error const& error) {
    CHECK_THAT(error.what(), ContainsSubstring("cannot be woken") && ContainsSubstring("127.0.0.1"));
  }
}
