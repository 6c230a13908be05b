// SPDX-License-Identifier: BSL-1.0
#include <quoin/http3/wire/priority.hpp>

#include <catch2/catch_test_macros.hpp>

namespace {
using quoin::stream_priority;
using quoin::http3::read_priority;
}  // namespace

TEST_CASE("a priority is read from its field", "[http3][rfc9218]") {
  struct row {
    char const* text;
    stream_priority expected;
  };
  constexpr stream_priority normal{};
  constexpr row rows[] = {{"", normal},
                          {"u=5, i", {5, true}},
                          {"i,u=0", {0, true}},
                          {"  u=7", {7, false}},
                          {"u=1;x=2;y, i=?0", {1, false}},
                          {"i=?1", {3, true}},
                          {"u=1, u=4", {4, false}},
                          // RFC 9218 4: out of range, of another type or unknown is as if it were not there
                          {"u=8", normal},
                          {"u=-1, i", {3, true}},
                          {"u=2.0", normal},
                          {"u", normal},
                          {"i=1", normal},
                          {"i=yes, u=2", {2, false}},
                          {"a=(1 \"two\" three;q=1), *b=:aGk=:, c=\"q\\\"x\", u=6", {6, false}}};
  for (auto const& row : rows) {
    CAPTURE(row.text);
    CHECK(read_priority(row.text) == row.expected);
  }
}

TEST_CASE("what is no dictionary is no priority", "[http3][rfc9218]") {
  for (auto const* text : {"U=1", "u=", "u=1,", "u=1 i", "u=1;", "=1", "u=\"a", "u=(1", "i=?2", "u=1.", "u=1.2345",
                           "u=1234567890123456", "u=:a", "u=\"\\a\"", "u=(1\"a\")", "u=-", ",", "u=1;;"}) {
    CAPTURE(text);
    CHECK(!read_priority(text));
  }
}

TEST_CASE("parameters that a response leaves out keep what the request asked for", "[http3][rfc9218]") {
  CHECK(read_priority("i", stream_priority{5, false}) == stream_priority{5, true});
  CHECK(read_priority("u=9", stream_priority{5, true}) == stream_priority{5, true});
}

TEST_CASE("every priority is read back as it was written", "[http3][rfc9218]") {
  for (std::uint8_t urgency = 0; urgency < 8; ++urgency)
    for (bool const incremental : {false, true}) {
      stream_priority const one{urgency, incremental};
      CHECK(read_priority(quoin::http3::write_priority(one)) == one);
    }
}
