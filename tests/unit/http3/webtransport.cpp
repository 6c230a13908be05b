// SPDX-License-Identifier: BSL-1.0
// Error codes of WebTransport's streams, and back.
#include <quoin/http3/webtransport/stream_error.hpp>

#include <catch2/catch_test_macros.hpp>

#include <limits>

namespace {

using namespace quoin::http3;
namespace wt = quoin::http3::webtransport;

constexpr std::uint32_t greatest = std::numeric_limits<std::uint32_t>::max();

bool reserved(std::uint64_t number) {
  return (number - 0x21) % 0x1f == 0;
}

}  // namespace

TEST_CASE("webtransport: the application's error codes fill their range from end to end") {
  CHECK(number_of(wt::to_http3(0)) == 0x52e4'a40f'a8db);
  CHECK(number_of(wt::to_http3(greatest)) == 0x52e5'ac98'3162);
}

TEST_CASE("webtransport: an application's error code comes back, and is never a reserved code of HTTP/3") {
  for (std::uint32_t const start : {std::uint32_t{0}, std::uint32_t{0x8000'0000}, greatest - 100}) {
    for (std::uint32_t step = 0; step <= 100; ++step) {
      auto const sent = wt::to_http3(start + step);
      CHECK_FALSE(reserved(number_of(sent)));
      CHECK(wt::to_application(sent) == start + step);
    }
  }
}

TEST_CASE("webtransport: codes that are reserved or not the application's are none of its errors") {
  CHECK(number_of(wt::to_http3(30)) - number_of(wt::to_http3(29)) == 2);
  auto const between = number_of(wt::to_http3(29)) + 1;
  CHECK(reserved(between));
  CHECK_FALSE(wt::to_application(static_cast<error_code>(between)));
  CHECK_FALSE(wt::to_application(static_cast<error_code>(number_of(wt::to_http3(0)) - 1)));
  CHECK_FALSE(wt::to_application(static_cast<error_code>(number_of(wt::to_http3(greatest)) + 1)));
  CHECK_FALSE(wt::to_application(wt::session_gone));
  CHECK_FALSE(wt::to_application(wt::buffered_stream_rejected));
}
