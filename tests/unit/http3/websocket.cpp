// SPDX-License-Identifier: BSL-1.0
// Frames and messages of WebSockets, byte by byte.
#include <quoin/http3/websocket/message_reader.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace {

using namespace quoin;
namespace ws = quoin::http3::websocket;
using octets = std::vector<std::uint8_t>;

octets operator+(octets left, octets const& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}
octets raw(std::string_view text) {
  return {text.begin(), text.end()};
}

/// A frame of a client, masked, or of a server.
octets frame(ws::opcode code, std::string_view payload, bool fin = true, bool masked = true) {
  ws::frame_head head{code, fin, {}, payload.size()};
  if (masked) head.key = ws::masking_key{1, 0x80, 3, 0xff};
  octets out(ws::most_frame_head);
  byte_writer writer{out};
  ws::write_head(writer, head);
  out.resize(writer.size());
  auto body = raw(payload);
  if (masked) ws::apply_mask(body, *head.key, 0);
  return out + body;
}

/// What is told of bytes that come in pieces, as text; at the end the code of a violation.
std::string told(octets const& said, std::size_t step = 1, std::size_t most = 1000, role self = role::server) {
  std::string out;
  ws::message_reader reader{self, most};
  for (std::size_t at = 0; at < said.size(); at += step) {
    auto const piece = byte_view{said}.subspan(at, std::min(step, said.size() - at));
    auto const read = reader.read(piece, [&](ws::arrival const& one) {
      switch (one.what) {
        case ws::opcode::text: out += "text:"; break;
        case ws::opcode::binary: out += "binary:"; break;
        case ws::opcode::ping: out += "ping:"; break;
        case ws::opcode::pong: out += "pong:"; break;
        default: out += "close" + std::to_string(static_cast<unsigned>(one.code)) + ":";
      }
      out += std::string{as_text(one.payload)} + ' ';
      return true;
    });
    CHECK(read.value_or(piece.size()) == piece.size());
    CHECK(reader.held_bytes() <= most + ws::most_control_payload);
    if (!read) return out + '!' + std::to_string(static_cast<unsigned>(read.error().code));
  }
  return out;
}

bool is_utf8(std::string_view text) {
  ws::utf8_checker checker;
  for (auto const c : text)
    if (!checker.add(as_bytes({&c, 1}))) return false;
  return checker.complete();
}

}  // namespace

TEST_CASE("the examples of RFC 6455 are read as it says", "[http3][websocket]") {
  auto const server = [](octets const& said) { return told(said, 1, 70'000, role::client); };
  CHECK(server({0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f}) == "text:Hello ");
  CHECK(told({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}) == "text:Hello ");
  CHECK(server({0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f}) == "text:Hello ");
  CHECK(server({0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f}) == "ping:Hello ");
  CHECK(told({0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}) == "pong:Hello ");
  CHECK(server(octets{0x82, 0x7e, 0x01, 0x00} + octets(256, 'x')) == "binary:" + std::string(256, 'x') + ' ');
  CHECK(server(octets{0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0} + octets(65536, 'x')) ==
        "binary:" + std::string(65536, 'x') + ' ');
}

TEST_CASE("messages are found however their frames are cut", "[http3][websocket]") {
  using enum ws::opcode;
  auto const said = frame(text, "one") + frame(binary, std::string(300, 'b'), false) + frame(ping, "now") +
                    frame(continuation, "", false) + frame(continuation, "end") + frame(text, "") + frame(pong, "") +
                    frame(text, "\xe2\x82", false) + frame(continuation, "\xac") +
                    frame(close,
                          "\x03\xe9"
                          "bye");
  auto const expected =
      "text:one ping:now binary:" + std::string(300, 'b') + "end text: pong: text:\xe2\x82\xac close1001:bye ";
  for (auto const step : {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{100}, said.size()})
    CHECK(told(said, step) == expected);
  // Nothing is read behind a close.
  CHECK(told(said + frame(text, "late")) == expected);
  CHECK(told(frame(close, "")) == "close1005: ");
}

TEST_CASE("a peer that breaks the rules of RFC 6455 is told with which code",
          "[http3][websocket][bad_input][cve_class_websocket_bomb]") {
  using enum ws::opcode;
  struct {
    char const* name;
    octets said;
    std::string hears;
  } const cases[] = {
      {"no mask", frame(text, "x", true, false), "!1002"},
      {"a reserved bit", {0xc1, 0x80, 0, 0, 0, 0}, "!1002"},
      {"an opcode for data that is none", {0x83, 0x80, 0, 0, 0, 0}, "!1002"},
      {"an opcode for control that is none", {0x8b, 0x80, 0, 0, 0, 0}, "!1002"},
      {"a ping in fragments", {0x09, 0x80, 0, 0, 0, 0}, "!1002"},
      {"a ping of 126 bytes", frame(ping, std::string(126, 'x')), "!1002"},
      {"a fragment of no message", frame(continuation, "x"), "!1002"},
      {"a message inside another", frame(text, "x", false) + frame(binary, "y"), "!1002"},
      {"a length in two bytes that fits into one", {0x81, 0xfe, 0, 125, 0, 0, 0, 0}, "!1002"},
      {"a length in eight bytes that fits into two", {0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0}, "!1002"},
      {"a length with its highest bit", {0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, "!1002"},
      {"a message that is too large", frame(binary, std::string(1001, 'x')), "!1009"},
      {"fragments that are too much together", frame(binary, std::string(1000, 'x'), false) + frame(continuation, "x"),
       "!1009"},
      {"an enormous message", {0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}, "!1009"},
      {"a text that is not UTF-8", frame(text, "a\xff"), "!1007"},
      {"a text that is known not to be before its end", frame(text, "\xed\xa0", false), "!1007"},
      {"a text that ends inside a character", frame(text, "\xe2\x82"), "!1007"},
      {"half a close code", frame(close, "\x03"), "!1002"},
      {"a close code that is never sent", frame(close, "\x03\xed"), "!1002"},
      {"a close code below all", frame(close, std::string_view{"\x00\x01", 2}), "!1002"},
      {"a close code that nobody has registered", frame(close, "\x07\xd0"), "!1002"},
      {"a reason that is not UTF-8", frame(close, "\x03\xe8\xff"), "!1007"},
  };
  for (auto const& one : cases) {
    CAPTURE(one.name);
    CHECK(told(frame(text, "before") + one.said) == "text:before " + one.hears);
    CHECK(told(frame(text, "before") + one.said, 100'000) == "text:before " + one.hears);
  }
  CHECK(told(frame(text, "x", true, true), 1, 1000, role::client) == "!1002");
  CHECK(told(frame(binary, std::string(1000, 'x'))) == "binary:" + std::string(1000, 'x') + ' ');
}

TEST_CASE("UTF-8 is what RFC 3629 says and nothing more", "[http3][websocket]") {
  for (std::string_view const good : {"", "abc", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                                      "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\xce\xba\xe1\xbd\xb9"})
    CHECK(is_utf8(good));
  for (std::string_view const bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xc2", "\xe2\x82", "\xf0\x90\x80", "\xc2\x41"})
    CHECK(!is_utf8(bad));
}
