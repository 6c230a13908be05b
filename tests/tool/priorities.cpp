// SPDX-License-Identifier: BSL-1.0
// Two files at a time from the tool's server, over a network in virtual time: who comes first is counted in bytes that
// the other one has by then.
#include "fake_port.hpp"
#include "hq_server.hpp"
#include "stream_order.hpp"
#include "temporary_folder.hpp"
#include "web.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace http3_test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t file_size = 400'000;

/// Connections of the tool's servers, but for the network and the keys.
struct tool_like : test_stack {
  using scheduler = tool::stream_order;
};

struct download {
  answer got;
  h3::client_request* request = nullptr;
};

/// The tool's server of files and a client of two of them, with 10 Mbit/s between them.
template <class Stack>
struct visit {
  visit() {
    folder.write("a", std::string(file_size, 'a'));
    folder.write("b", std::string(file_size, 'b'));
    web.lab.advance(1s);
  }

  static lab_options<Stack> slow() {
    lab_options<Stack> options;
    options.link.bottleneck.bits_per_second = 10'000'000;
    return options;
  }

  void ask(download& one, std::string const& path, std::string const& priority) {
    one.request = &web.site->request("GET", path, one.got.taker());
    if (!priority.empty()) one.request->field("priority", priority);
    one.request->end();
  }

  /// What `other` has when `first` is whole; both arrive as they are.
  std::size_t behind(download const& first, download const& other) {
    REQUIRE(web.lab.run_until([&] { return first.got.ended; }));
    auto const count = other.got.content.size();
    REQUIRE(web.lab.run_until([&] { return other.got.ended; }));
    CHECK(a.got.content == std::string(file_size, 'a'));
    CHECK(b.got.content == std::string(file_size, 'b'));
    return count;
  }

  temporary_folder folder;
  tool::served_folder served{folder.path()};
  tool::site::responder files{served};
  tool::hq::server server{files, [](tool::port&, tool::hq::visit const&, close_info const&) {}};
  fake_port port;
  web_of<Stack> web{
      [this](h3::request& request, h3::response& response) { server.on_request(port, request, response); }, slow()};
  download a, b;
};

constexpr auto nearly_nothing = file_size / 8;
constexpr auto nearly_all = file_size - file_size / 8;

}  // namespace

TEST_CASE("of two files the urgent one is whole first, whichever was asked for first", "[tool][rfc9218]") {
  visit<tool_like> v;
  v.ask(v.a, "/a", "u=7");
  v.ask(v.b, "/b", "u=0");
  CHECK(v.behind(v.b, v.a) < nearly_nothing);
  // Without the tool's order they would share.
  visit<test_stack> without;
  without.ask(without.a, "/a", "u=7");
  without.ask(without.b, "/b", "u=0");
  CHECK(without.behind(without.b, without.a) > nearly_all);
}

TEST_CASE("files that are of use in parts share, and others come one after the other", "[tool][rfc9218]") {
  visit<tool_like> parts;
  parts.ask(parts.a, "/a", "i");
  parts.ask(parts.b, "/b", "i");
  CHECK(parts.behind(parts.a, parts.b) > nearly_all);
  visit<tool_like> whole;
  whole.ask(whole.a, "/a", "");
  whole.ask(whole.b, "/b", "");
  CHECK(whole.behind(whole.a, whole.b) < nearly_nothing);
}

TEST_CASE("a client may change its mind about a file that is under way", "[tool][rfc9218]") {
  visit<tool_like> v;
  v.ask(v.a, "/a", "u=2");
  v.ask(v.b, "/b", "u=5");
  REQUIRE(v.web.lab.run_until([&] { return v.a.got.content.size() > file_size / 4; }));
  CHECK(v.b.got.content.size() < nearly_nothing);
  v.b.request->prioritize({.urgency = 0});
  auto const had = v.behind(v.b, v.a);
  CHECK(had > file_size / 4);
  CHECK(had < nearly_all);
}
