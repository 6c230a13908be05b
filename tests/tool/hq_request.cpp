// SPDX-License-Identifier: BSL-1.0
#include "hq_request.hpp"

#include <catch2/catch_test_macros.hpp>

using tool::hq::request_reader;
using state = request_reader::state;

namespace {

state read_whole(request_reader& reader, std::string_view text, bool fin = true) {
  return reader.read(quoin::as_bytes(text), fin);
}

}  // namespace

TEST_CASE("a request is understood in whatever pieces it comes", "[tool]") {
  auto const line = tool::hq::request_line("/a/b%20c");
  CHECK(line == "GET /a/b%20c\r\n");
  request_reader reader;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    REQUIRE(read_whole(reader, std::string_view{line}.substr(i, 1), false) == state::incomplete);
  }
  CHECK(read_whole(reader, "\n", false) == state::complete);
  CHECK(reader.path() == "a/b c");
}

TEST_CASE("the end of the stream stands in for a missing end of the line", "[tool]") {
  request_reader reader;
  CHECK(read_whole(reader, "GET /file") == state::complete);
  CHECK(reader.path() == "file");
}

TEST_CASE("what is no HTTP/0.9 request is malformed", "[tool]") {
  for (auto const* const text :
       {"", "\r\n", "GET\r\n", "GET file\r\n", "POST /f\r\n", "get /f\r\n", "GET /%\r\n", "GET /%00\r\n"}) {
    INFO(text);
    request_reader reader;
    CHECK(read_whole(reader, text) == state::malformed);
  }
}

TEST_CASE("a request may be as long as the limit and no longer", "[tool]") {
  std::string const longest = "GET /" + std::string(tool::hq::longest_request - 7, 'x') + "\r\n";
  request_reader fits;
  CHECK(read_whole(fits, longest) == state::complete);
  request_reader endless;
  CHECK(read_whole(endless, longest.substr(0, longest.size() - 2) + "xx", false) == state::incomplete);
  CHECK(read_whole(endless, "x", false) == state::malformed);
}
