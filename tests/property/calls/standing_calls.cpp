// SPDX-License-Identifier: BSL-1.0
// Calls that ask how a connection stands.
#include "caller.hpp"

namespace quoin::property {
namespace of_standings {
namespace {

void life_of(caller& on, role side) {
  auto const& end = on.at(side);
  on.expect(end.self() == side, "an end takes itself for the other");
  on.expect(!end.confirmed() || end.connected(), "confirmed before it is connected");
  on.expect(!end.closed() || end.closing(), "closed without closing");
  on.expect(end.close_reason().has_value() == end.closing(), "it ends without a reason, or has one without ending");
  on.expect(!end.connected() || end.heard_from_peer(), "connected without a word from the peer");
  on.expect(!end.retried(), "a Retry that nobody sent");
}

void what_tls_says(caller& on, role side) {
  auto const& end = on.at(side);
  if (!end.connected()) return;
  on.expect(end.alpn() == "calls" && end.tls() != nullptr, "connected without a protocol");
  on.expect(side == role::server || end.server_name() == "server.test", "the server's name is another");
}

void versions(caller& on, role side) {
  auto const& end = on.at(side);
  auto const& known = on.made_from(side).settings.versions;
  on.expect(std::find(known.begin(), known.end(), end.version()) != known.end(), "a version that was not listed");
}

void peer_parameters(caller& on, role side) {
  auto const& end = on.at(side);
  auto const& said = end.peer_parameters();
  on.expect(!end.connected() || said, "connected without the peer's parameters");
  auto const& peer = on.made_from(peer_of(side)).settings;
  on.expect(!said || said->initial_max_data == peer.connection_window, "the peer's window is another");
  on.expect(!said || said->initial_max_streams_bidi == peer.bidi_streams, "the peer's streams are others");
}

void statistics(caller& on, role side) {
  auto& end = on.at(side);
  auto const counts = end.statistics();
  on.expect(counts.packets_lost <= counts.packets_sent, "more is lost than was sent");
  on.expect(counts.congestion_window == end.congestion().window(), "the window is not the controller's");
  on.expect(counts.datagram_size >= limits::initial_datagram, "datagrams are too small");
  on.expect(counts.early_data == end.early_data() && counts.resumed == end.resumed(), "two answers to one question");
}

void context(caller& on, role side) {
  auto& end = on.at(side);
  auto* const mine = &on.of(side).context;
  on.expect(end.context() == nullptr || end.context() == mine, "the application's pointer is another");
  end.set_context(on.chance().chance(0.5) ? mine : nullptr);
}

void observer(caller& on, role side) {
  on.expect(on.at(side).observer().get<told_observer>().side == side, "the observer is another's");
}

void held(caller& on, role side) {
  auto const& end = on.at(side);
  auto const& settings = on.made_from(side).settings;
  auto const peer = on.made_from(peer_of(side)).settings;
  on.expect(
      end.open_streams() <= settings.bidi_streams + settings.uni_streams + on.of(side).said.size() + peer.bidi_streams,
      "more streams are open than may be");
  if (end.open_streams() == 0) on.expect(end.held_bytes() < 1'000'000, "bytes are held for no stream");
}

void deadline(caller& on, role side) {
  auto const& end = on.at(side);
  on.expect(!end.closed() || end.deadline() == never, "what is over waits for something");
  on.expect(!end.closing() || end.closed() || end.deadline() != never, "what is ending does not end");
}

constexpr call calls[]{
    {"connection::self connection::connected connection::confirmed connection::closing connection::closed "
     "connection::close_reason connection::heard_from_peer connection::retried",
     4, &life_of},
    {"connection::alpn connection::tls connection::server_name", 3, &what_tls_says},
    {"connection::version", 3, &versions},
    {"connection::peer_parameters", 3, &peer_parameters},
    {"connection::statistics connection::congestion", 4, &statistics},
    {"connection::context connection::set_context", 3, &context},
    {"connection::observer", 3, &observer},
    {"connection::held_bytes connection::open_streams", 4, &held},
    {"connection::deadline", 4, &deadline},
};

}  // namespace
}  // namespace of_standings

std::span<call const> standing_calls() {
  return of_standings::calls;
}

}  // namespace quoin::property
