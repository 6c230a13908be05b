// SPDX-License-Identifier: BSL-1.0
// What the ends of a WebTransport session say in fields and capsules.
#include <quoin/http3/webtransport/capsules.hpp>
#include <quoin/http3/webtransport/protocols.hpp>

#include <catch2/catch_test_macros.hpp>

namespace wt = quoin::http3::webtransport;
using quoin::as_bytes;
using quoin::as_text;
using quoin::byte_writer;

TEST_CASE("lists of protocols are read as structured fields are", "[http3][webtransport]") {
  using list = std::vector<std::string>;
  CHECK(wt::read_protocols(R"("a", "b\"c";x=1;y="q,", "d")") == list{"a", "b\"c", "d"});
  CHECK(wt::read_protocols("") == list{});
  for (auto const* const bad :
       {"a", "\"a\",", "\"a\" \"b\"", "\"a", "\"a\", 7", "\"a\\n\"", "\"a\";=1", ", \"a\"", "(\"a\")"})
    CHECK(wt::read_protocols(bad).empty());
  std::string many = "\"x\"";
  for (std::size_t i = 1; i < wt::most_protocols; ++i) many += ",\"x\"";
  CHECK(wt::read_protocols(many).size() == wt::most_protocols);
  CHECK(wt::read_protocols(many + ",\"x\"").empty());
  CHECK(wt::read_protocol("\"a\";b") == "a");
  for (auto const* const bad : {"a", "\"a\", \"b\"", "", "\"a\" x"}) CHECK(!wt::read_protocol(bad));
}

TEST_CASE("capsules are read whatever the cut, and those that break the rules end the session",
          "[http3][webtransport]") {
  struct hearing {
    std::string told;
    bool limited = false;
    [[nodiscard]] bool has_limits() const { return limited; }
    quoin::http3::result<> on_credit(wt::session_capsule what, std::uint64_t value) {
      told += std::to_string(static_cast<std::uint64_t>(what) - 0x190b4d3d) + '=' + std::to_string(value) + ' ';
      return {};
    }
    void on_drain() { told += "drain "; }
    void on_close(std::uint32_t code, std::string_view message) {
      told += "close:" + std::to_string(code) + ':' + std::string{message} + ' ';
    }
  };
  auto const read = [](std::string const& what, std::size_t piece, bool limited = false) {
    wt::capsules all;
    hearing to;
    to.limited = limited;
    for (std::size_t at = 0; at < what.size(); at += piece) {
      auto const part = as_bytes(std::string_view{what}.substr(at, piece));
      if (auto const went = all.read(part, to); !went) return "error:" + std::to_string(number_of(went.error().code));
    }
    if (!all.finish()) to.told += "cut off";
    return to.told;
  };
  auto const capsule = [](std::uint64_t type, std::string const& value) {
    std::array<std::uint8_t, 16> room{};
    byte_writer writer{room};
    writer.varint(type);
    writer.varint(value.size());
    return std::string{as_text(writer.written())} + value;
  };
  std::string const message_error = "error:270";
  std::string const code(4, '\0');
  for (std::size_t const piece : {std::size_t{1000}, std::size_t{1}}) {
    CAPTURE(piece);
    // Flow control was not agreed on, and the last is unknown.
    CHECK(read(capsule(0x190b4d3d, "\x05") + capsule(0x77, "abc") + wt::drain_capsule() + wt::close_capsule(9, "bye"),
               piece) == "drain close:9:bye ");
    CHECK(read(capsule(0x2843, code + std::string(1024, 'x')), piece) == "close:0:" + std::string(1024, 'x') + " ");
    CHECK(read(capsule(0x2843, code + std::string(1025, 'x')), piece) == message_error);
    CHECK(read(capsule(0x2843, "abc"), piece) == message_error);
    CHECK(read(capsule(0x2843, code + "\xff"), piece) == message_error);
    CHECK(read(capsule(0x2843, code + "\xc3"), piece) == message_error);
    CHECK(read(capsule(0x190b4d3e, ""), piece) == message_error);
    CHECK(read(capsule(0x190b4d42, "x"), piece) == message_error);
    CHECK(read(wt::close_capsule(1, "") + "x", piece) == message_error);
    // Where it was not agreed on, nobody looks into it.
    CHECK(read(capsule(0x190b4d3f, "nonsense that is long"), piece).empty());
    CHECK(read(capsule(0x190b4d3d, "\x05") + capsule(0x190b4d3f, "\x40\x07") + capsule(0x190b4d40, "\x08") +
                   capsule(0x190b4d41, "\x09") + capsule(0x190b4d43, "\x0a") + capsule(0x190b4d44, "\x0b"),
               piece, true) == "0=5 2=7 3=8 4=9 6=10 7=11 ");
    CHECK(read(capsule(0x190b4d3d, ""), piece, true) == message_error);
    CHECK(read(capsule(0x190b4d3d, "\x05\x05"), piece, true) == message_error);
    CHECK(read(capsule(0x190b4d44, "\x40"), piece, true) == message_error);
    CHECK(read(capsule(0x190b4d41, std::string(9, '\x05')), piece, true) == message_error);
    CHECK(read(wt::close_capsule(1, "long").substr(0, 6), piece) == "cut off");
  }
  std::string const long_one = std::string(1023, 'x') + "\xc3\xa4";
  CHECK(wt::sendable_message(long_one).size() == 1023);
}
