// SPDX-License-Identifier: BSL-1.0
// Sessions of WebTransport that share a connection, from end to end.
#include "webtransport_pair.hpp"

using namespace http3_test;

namespace {

h3::session_settings sharing(std::uint64_t window = 4096, std::uint64_t streams = 4) {
  auto settings = with_webtransport(3);
  settings.webtransport.session_window = window;
  settings.webtransport.session_bidi_streams = settings.webtransport.session_uni_streams = streams;
  return settings;
}

/// Reads what it is given, and counts.
struct reader {
  void listen(wt::session& to) {
    to.on_stream([this](wt::stream& one) {
      ++streams;
      one.on_content([this](byte_view more) { bytes += more.size(); });
      one.on_end([this] { ++ended; });
      one.on_reset([this](std::optional<std::uint32_t>) { ++resets; });
    });
  }
  std::size_t streams = 0, bytes = 0, ended = 0, resets = 0;
};

}  // namespace

TEST_CASE("a session goes on beyond its first limits for as long as its reader keeps up", "[http3][webtransport]") {
  transported t{{}, sharing()};
  t.open();
  reader there;
  there.listen(*t.server().session);
  auto& near = *t.client().session;
  std::size_t opened = 0;
  auto const open_more = [&] {
    while (opened < 50) {
      auto* const one = near.open_unidirectional();
      if (one == nullptr) return;
      ++opened;
      one->end(std::string(3000, 'x'));
    }
  };
  near.on_room(open_more);
  open_more();
  CHECK(opened == 4);
  REQUIRE(t.runs_until([&] { return there.ended == 50; }));
  CHECK(there.bytes == 150'000);
  CHECK(t.client().session != nullptr);
}

TEST_CASE("who does not read stops nobody but its own session", "[http3][webtransport]") {
  transported t{{}, sharing()};
  t.open();
  t.open();
  reader there;
  there.listen(*t.servers[1]->session);
  std::size_t slow = 0;
  t.servers[0]->session->on_stream([&](wt::stream& one) {
    one.on_content([&](byte_view more) {
      slow = more.size();
      return std::size_t{0};
    });
  });
  t.clients[0]->session->open_unidirectional()->end(std::string(100'000, 's'));
  t.clients[1]->session->open_unidirectional()->end(std::string(100'000, 'f'));
  REQUIRE(t.runs_until([&] { return there.ended == 1; }));
  CHECK(there.bytes == 100'000);
  CHECK(slow > 0);
  CHECK(slow <= 4096);
}

TEST_CASE("streams that are given up cost their session nothing in the end", "[http3][webtransport]") {
  lab_options<urgent_stack> options;
  options.link.loss.probability = 0.05;
  transported t{{}, sharing(), options};
  t.open();
  auto& near = *t.client().session;
  std::size_t gone = 0;
  std::size_t came = 0;
  // Far more than the limits, each way to give up a stream in turn.
  t.server().session->on_stream([&](wt::stream& one) {
    if (came++ % 3 == 0)
      one.stop(1);
    else
      one.on_content([](byte_view) {});
    one.on_closed([&] { ++gone; });
  });
  std::size_t opened = 0;
  auto const open_more = [&] {
    while (opened < 90) {
      auto* const one = near.open_unidirectional();
      if (one == nullptr) return;
      one->write(std::string(1000, 'x'));
      if (opened++ % 2 != 0)
        one->reset(2);
      else
        one->end();
    }
  };
  near.on_room(open_more);
  open_more();
  REQUIRE(t.runs_until([&] { return gone == 90 && t.client().session->open_streams() == 0; }));
  reader there;
  there.listen(*t.server().session);
  near.on_room([&] {});
  auto* last = near.open_unidirectional();
  REQUIRE(t.runs_until([&] { return last != nullptr || (last = near.open_unidirectional()) != nullptr; }));
  last->end(std::string(4096, 'y'));
  REQUIRE(t.runs_until([&] { return there.ended == 1; }));
  CHECK(there.bytes == 4096);
}

TEST_CASE("a session whose peer takes back a limit is given up for it", "[http3][webtransport]") {
  transported t{{}, sharing()};
  std::optional<h3::error_code> failure;
  auto& asked = t.w.site->request(
      "CONNECT", "/", [&](h3::client_response& got) { got.on_failure([&](h3::error_code code) { failure = code; }); });
  asked.protocol("webtransport-h3").start_content();
  REQUIRE(t.runs_until([&] { return t.servers.size() == 1 && asked.head_sent(); }));
  asked.write(std::string_view{"\x99\x0b\x4d\x3d\x01\x05", 6});  // WT_MAX_DATA: 5
  REQUIRE(t.runs_until([&] { return failure.has_value() && t.server().ended; }));
  CHECK(failure == h3::webtransport::flow_control_error);
  CHECK_FALSE(t.server().ended->clean);
  CHECK(t.w.agent.connections() == 1);
}
