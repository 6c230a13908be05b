// SPDX-License-Identifier: BSL-1.0
#include <quoin/http3/message/head.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

namespace {

using namespace quoin::http3;
using lines = std::vector<std::pair<std::string, std::string>>;

field_list listed(lines const& all) {
  field_list list;
  for (auto const& [name, value] : all) list.add(name, value);
  return list;
}

/// A good request with these lines behind.
lines get(lines const& more = {}) {
  lines all{{":method", "GET"}, {":scheme", "https"}, {":authority", "a.test"}, {":path", "/x?y=1"}};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

void check_malformed_request(lines const& all, bool extended = true) {
  std::string text;
  for (auto const& [name, value] : all) text += name + ": " + value + "\n";
  CAPTURE(text);
  auto const list = listed(all);
  auto const read = read_request_head(list, extended);
  REQUIRE(!read);
  CHECK(read.error().code == error_code::message_error);
  CHECK(read.error().scope == error_scope::stream);
}

bool takes_response(lines const& all) {
  auto const list = listed(all);
  auto const read = read_response_head(list);
  if (!read) CHECK(read.error().code == error_code::message_error);
  return read.has_value();
}

}  // namespace

TEST_CASE("a request is read as it is", "[http3][rfc9114]") {
  auto const list = listed(get({{"content-length", "7"}, {"priority", "u=1"}, {"te", "trailers"}, {"x", ""}}));
  auto const head = read_request_head(list, false);
  REQUIRE(head);
  CHECK(head->method == "GET");
  CHECK(head->scheme == "https");
  CHECK(head->authority == "a.test");
  CHECK(head->path == "/x?y=1");
  CHECK(head->content_length == 7);
  CHECK(head->priority == "u=1");
  CHECK(list.find("te") == "trailers");
}

TEST_CASE("Host stands in for the authority", "[http3][rfc9114]") {
  auto const list = listed({{":method", "GET"}, {":scheme", "https"}, {":path", "/"}, {"host", "b.test:8"}});
  CHECK(read_request_head(list, false).value().authority == "b.test:8");
  CHECK(read_request_head(listed(get({{"host", "a.test"}})), false));
}

TEST_CASE("a request for a whole server is an asterisk", "[http3][rfc9114]") {
  lines const options{{":method", "OPTIONS"}, {":scheme", "https"}, {":authority", "a.test"}, {":path", "*"}};
  CHECK(read_request_head(listed(options), false));
}

TEST_CASE("field names are in lower case and of the right characters", "[http3][rfc9114]") {
  for (auto const* name : {"Accept", "aCCEPT", "", "a b", "a:b", "a\x80", "a\r\n", "(a)", "\"a\""})
    check_malformed_request(get({{name, "1"}}));
}

TEST_CASE("field values have no control characters and no white space around them", "[http3][rfc9114]") {
  using namespace std::string_literals;
  for (auto const& value : {"a\0b"s, "a\rb"s, "a\nb"s, " a"s, "a "s, "\ta"s, "a\t"s, "a\x7f"s, "\x01"s})
    check_malformed_request(get({{"x", value}}));
  CHECK(read_request_head(listed(get({{"x", "a\tb \xc3\xa4"}})), false));
}

TEST_CASE("fields about a connection make a message malformed", "[http3][rfc9114]") {
  for (auto const* name : {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"}) {
    check_malformed_request(get({{name, "x"}}));
    CHECK(!takes_response({{":status", "200"}, {name, "x"}}));
  }
  for (auto const* te : {"gzip", "trailers, gzip", ""}) check_malformed_request(get({{"te", te}}));
}

TEST_CASE("pseudo-header fields come first, once, and where they belong", "[http3][rfc9114]") {
  for (std::size_t missing : {0U, 1U, 3U}) {
    auto all = get();
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(missing));
    check_malformed_request(all);
  }
  for (auto const& twice : get())
    check_malformed_request([&] {
      auto all = get();
      all.insert(all.begin(), twice);
      return all;
    }());
  check_malformed_request(get({{":foo", "1"}}));
  check_malformed_request(get({{":status", "200"}}));
  check_malformed_request(get({{"", "1"}}));
  check_malformed_request({{":method", "GET"}, {":scheme", "https"}, {"x", "1"}, {":authority", "a"}, {":path", "/"}});
  CHECK(!check_trailers(listed({{":path", "/"}})));
  CHECK(!check_trailers(listed({{"Digest", "1"}})));
  CHECK(check_trailers(listed({{"digest", "1"}})));
}

TEST_CASE("an authority is there, says one thing, and names nobody", "[http3][rfc9114]") {
  lines const bare{{":method", "GET"}, {":scheme", "https"}, {":path", "/"}};
  check_malformed_request(bare);
  for (auto const* bad : {"", "user@a.test", "a b", "a/b", ":80", "a.test#"}) {
    auto all = bare;
    all.emplace_back(":authority", bad);
    check_malformed_request(all);
  }
  check_malformed_request(get({{"host", "b.test"}}));
  check_malformed_request(get({{"host", ""}}));
  check_malformed_request(get({{"host", "a.test"}, {"host", "a.test"}}));
}

TEST_CASE("methods, schemes and paths have the right characters", "[http3][rfc9114]") {
  auto const with = [](std::size_t which, char const* value) {
    auto all = get();
    all[which].second = value;
    return all;
  };
  for (auto const* method : {"", "GE T", "GET\x01"}) check_malformed_request(with(0, method));
  for (auto const* scheme : {"", "HTTPS", "ht tp", "1a"}) check_malformed_request(with(1, scheme));
  for (auto const* path : {"", "x", "*", "/a b", "/a#b", "/\x01", "http://a/"}) check_malformed_request(with(3, path));
}

TEST_CASE("a response has a status of three digits and nothing of requests", "[http3][rfc9114]") {
  CHECK(takes_response({{":status", "200"}}));
  CHECK(takes_response({{":status", "103"}, {"link", "x"}}));
  CHECK(!takes_response({}));
  CHECK(!takes_response({{"x", "1"}}));
  for (auto const* status : {"", "20", "2000", "20x", "-20", "099", "101"})
    CHECK(!takes_response({{":status", status}}));
  CHECK(!takes_response({{":status", "200"}, {":path", "/"}}));
  CHECK(!takes_response({{":status", "200"}, {":status", "200"}}));
}

TEST_CASE("a content length is one number", "[http3][rfc9114][rfc9110]") {
  CHECK(read_content_length("0") == 0);
  CHECK(read_content_length("5, 5") == 5);
  CHECK(read_content_length("18446744073709551615") == 18446744073709551615U);
  for (auto const* bad :
       {"", "+5", "-5", "5x", "5 5", "5,6", "5,", "0x5", "18446744073709551616", "99999999999999999999"})
    CHECK(!read_content_length(bad));
  check_malformed_request(get({{"content-length", "5"}, {"content-length", "6"}}));
  CHECK(read_request_head(listed(get({{"content-length", "5"}, {"content-length", "5"}})), false));
}

TEST_CASE("content is no more and no less than announced", "[http3][rfc9114]") {
  content_meter meter{5, false};
  CHECK(meter.on_data(3));
  CHECK(meter.on_end().error().code == error_code::message_error);
  CHECK(!meter.on_data(3));
  CHECK(meter.on_data(2));
  CHECK(meter.on_end());
  CHECK(!meter.on_data(1));
  content_meter none{5, true};
  CHECK(none.on_end());
  CHECK(none.on_data(1).error().scope == error_scope::stream);
  content_meter any;
  CHECK(any.on_data(~std::uint64_t{0}));
  CHECK(any.on_data(~std::uint64_t{0}));
  CHECK(any.on_end());
}

TEST_CASE("CONNECT has a host and a port and nothing else", "[http3][rfc9114]") {
  auto const connect = [](lines more) {
    lines all{{":method", "CONNECT"}};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  CHECK(read_request_head(listed(connect({{":authority", "a.test:443"}})), false));
  for (auto const* bad : {"a.test", "a.test:", ":443", "a:0", "a:65536", "a:1x", ""})
    check_malformed_request(connect({{":authority", bad}}));
  check_malformed_request(connect({}));
  check_malformed_request(connect({{":authority", "a:1"}, {":scheme", "https"}}));
  check_malformed_request(connect({{":authority", "a:1"}, {":path", "/"}}));
}

TEST_CASE("an extended CONNECT needs to be agreed on", "[http3][rfc9220]") {
  lines const extended{{":method", "CONNECT"},
                       {":protocol", "websocket"},
                       {":scheme", "https"},
                       {":authority", "a.test"},
                       {":path", "/chat"}};
  auto const list = listed(extended);
  CHECK(read_request_head(list, true).value().protocol == "websocket");
  check_malformed_request(extended, false);
  auto plain = get();
  plain.insert(plain.begin(), {":protocol", "websocket"});
  check_malformed_request(plain);
  for (std::size_t const missing : {2U, 3U, 4U}) {
    auto all = extended;
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(missing));
    check_malformed_request(all);
  }
}

TEST_CASE("capsules are announced by a true value and not where there is no content", "[http3][rfc9297]") {
  auto const announced = [](std::string const& value) {
    auto const list = listed({{":status", "200"}, {"capsule-protocol", value}});
    return read_response_head(list).value().capsule_protocol;
  };
  for (auto const* yes : {"?1", "?1;a", "?1;a=b"}) CHECK(announced(yes));
  for (auto const* no : {"?0", "1", "?10", "true", "\"?1\""}) CHECK(!announced(no));
  for (auto const* status : {"204", "205", "206"}) {
    CHECK(!takes_response({{":status", status}, {"capsule-protocol", "?1"}}));
    CHECK(takes_response({{":status", status}, {"capsule-protocol", "?0"}}));
  }
}

TEST_CASE("messages made of capsules have no content of their own", "[http3][rfc9297]") {
  lines const extended{{":method", "CONNECT"}, {":protocol", "connect-udp"},
                       {":scheme", "https"},   {":authority", "a.test"},
                       {":path", "/"},         {"capsule-protocol", "?1"}};
  CHECK(read_request_head(listed(extended), true));
  for (auto const* name : {"content-length", "content-type"}) {
    auto all = extended;
    all.emplace_back(name, "1");
    check_malformed_request(all);
    CHECK(!takes_response({{":status", "200"}, {"capsule-protocol", "?1"}, {name, "1"}}));
  }
}
