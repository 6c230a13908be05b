// SPDX-License-Identifier: BSL-1.0
// Sessions of WebTransport that are used before the server has answered.
#include "webtransport_pair.hpp"

using namespace http3_test;

namespace {

/// A client that says at once what it has to say.
struct hasty {
  listener heard;
  wt::open_settings settings() {
    wt::open_settings made;
    made.on_asked = [this](wt::session& session) {
      heard.listen(session);
      heard.take(*session.open_bidirectional()).end("question");
      session.send_datagram("a word");
    };
    return made;
  }
};

}  // namespace

TEST_CASE("what a client says before the answer is there when its session begins", "[http3][webtransport]") {
  transported t;
  hasty client;
  t.ask(client.settings());
  REQUIRE(t.runs_until([&] { return !t.servers.empty() && t.server().heard("end") && t.server().heard("datagram"); }));
  CHECK(t.clients.empty());  // the answer is still on its way
  CHECK(t.server().heard("both \"question\" end "));
  CHECK(t.server().heard("datagram:a word "));
  t.server().session->open_unidirectional()->end("news");
  t.server().streams[0]->end("answer");
  REQUIRE(t.runs_until(
      [&] { return client.heard.heard("\"answer\" end closed") && !t.clients.empty() && t.client().heard("end"); }));
  CHECK(client.heard.session == t.client().session);
  CHECK(t.client().heard("one \"news\" end "));  // with the handlers of whoever was told last
}

TEST_CASE("what a client said before it was refused was for nothing", "[http3][webtransport]") {
  web w{[](h3::request&, h3::response& response) { response.status(404).end("not here"); }, {}, with_webtransport()};
  hasty client;
  std::optional<h3::connect_refusal> refused;
  wt::open(*w.site, "/", client.settings(), [&](wt::opened outcome) { refused = outcome.error(); });
  REQUIRE(w.lab.run_until([&] { return refused && client.heard.ended; }));
  CHECK(refused->status == 404);
  CHECK_FALSE(client.heard.ended->clean);
  CHECK(client.heard.told == "both closed ");
  CHECK(w.agent.connections() == 1);
}

TEST_CASE("a session may be closed before the answer", "[http3][webtransport]") {
  transported t;
  listener heard;
  wt::open_settings settings;
  settings.on_asked = [&](wt::session& session) {
    heard.listen(session);
    session.close(3, "never mind");
  };
  t.open(std::move(settings));
  REQUIRE(t.refused);
  CHECK(t.refused->reason == "it was closed before the answer");
  REQUIRE(t.runs_until([&] { return heard.ended && t.server().ended; }));
  CHECK(t.server().ended->clean);
  CHECK(t.server().ended->code == 3);
  CHECK(t.server().ended->reason == "never mind");
}

TEST_CASE("who needs a protocol gives up a session that was used already", "[http3][webtransport]") {
  transported t{{{"b"}, {}}};
  hasty client;
  auto settings = client.settings();
  settings.protocols = {"c"};
  settings.protocol_required = true;
  t.open(std::move(settings));
  REQUIRE(t.refused);
  CHECK(t.refused->failure == h3::error_code{0x0817b3dd});
  REQUIRE(t.runs_until([&] { return client.heard.ended && t.server().ended; }));
  CHECK_FALSE(client.heard.ended->clean);
}
