// SPDX-License-Identifier: BSL-1.0
// Calls about sessions and early data (RFC 9001 4.5, 4.6).
#include "caller.hpp"

namespace quoin::property {
namespace of_sessions {
namespace {

using e = stream_errc;

void early_open(caller& on, role side) {
  auto const direction = on.some_direction();
  auto const id = on.at(side).early().open(direction);
  if (on.is_over(side)) return on.expect_error(id, e::connection_closed, "open of early streams");
  on.expect_one_of(id, "open of early streams", {e::limit_reached, e::not_ready});
  if (!id) return;
  on.expect(id->initiator() == side && id->direction() == direction, "an early stream of another kind");
  on.expect(on.of(side).said.try_emplace(id->value()).second, "an early stream comes twice");
}

void early_write(caller& on, role side) {
  auto const id = on.some_stream();
  auto const bytes = on.next_bytes(side, id, static_cast<std::size_t>(on.chance().below(2'001)));
  auto const taken = on.at(side).early().write(id, replay_safe{byte_view{bytes}});
  if (on.is_over(side)) return on.expect_error(taken, e::connection_closed, "write of early streams");
  on.expect_one_of(taken, "write of early streams",
                   {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset});
  if (!taken) return;
  auto& known = on.of(side).said[id.value()];
  on.expect(id.sendable_by(side) && !known.finished && !known.cut && *taken <= bytes.size(), "an early write too much");
  known.written += *taken;
}

void early_finish(caller& on, role side) {
  auto const id = on.some_stream();
  auto const done = on.at(side).early().finish(id);
  if (on.is_over(side)) return on.expect_error(done, e::connection_closed, "finish of early streams");
  on.expect_one_of(done, "finish of early streams",
                   {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset});
  if (!done) return;
  auto& known = on.of(side).said[id.value()];
  on.expect(id.sendable_by(side) && !std::exchange(known.finished, true) && !known.cut, "an early end too much");
}

void early_standing(caller& on, role side) {
  auto const& end = on.at(side);
  auto const status = end.early_data();
  bool const offered = on.options().session && on.options().early_data;
  on.expect(offered || status == early_data_status::none, "early data that nobody offered");
  on.expect(!end.can_send_early() || (side == role::client && offered), "early data could leave unasked");
  on.expect(!end.replayable() || (side == role::server && !end.connected()), "replayable after the handshake");
  on.expect(!end.resumed() || on.options().session, "a session is resumed that was not there");
  if (end.connected())
    on.expect(status != early_data_status::offered, "what became of early data is not known though connected");
}

void remembered(caller& on, role side) {
  auto const& end = on.at(side);
  auto const& session = on.options().session;
  bool const has_one = side == role::client && session;
  auto const data = end.remembered_data();
  auto const& kept = has_one ? session->application_data : std::vector<std::uint8_t>{};
  on.expect(std::equal(data.begin(), data.end(), kept.begin(), kept.end()), "what was remembered is something else");
  on.expect(end.early_alpn() == (has_one ? session->alpn : std::string{}), "the protocol of early data is another");
}

void remember(caller& on, role side) {
  auto const size = on.chance().below(400);
  std::vector<std::uint8_t> const data(size, static_cast<std::uint8_t>(on.chance().next()));
  auto& end = on.at(side);
  end.remember_with_sessions(data);
  if (auto const session = end.take_session()) {
    on.expect(side == role::client, "a server is given a session");
    on.expect(session->application_data == data, "a session forgets what it was to remember");
    on.expect(session->server_name == "server.test" && session->alpn == end.alpn(), "a session of another server");
  }
}

void take_session(caller& on, role side) {
  auto const session = on.at(side).take_session();
  on.expect(!session || side == role::client, "a server is given a session");
  on.expect(!session || !session->state.empty(), "a session of nothing");
}

void accept_replayable(caller& on, role side) {
  on.at(side).accept_replayable();
}

constexpr call calls[]{
    {"connection::early early_streams::open", 8, &early_open},
    {"connection::early early_streams::write", 8, &early_write},
    {"connection::early early_streams::finish", 3, &early_finish},
    {"connection::can_send_early connection::replayable connection::early_data connection::resumed", 5,
     &early_standing},
    {"connection::remembered_data connection::early_alpn", 4, &remembered},
    {"connection::remember_with_sessions connection::take_session", 4, &remember},
    {"connection::take_session", 4, &take_session},
    {"connection::accept_replayable", 3, &accept_replayable},
};

}  // namespace
}  // namespace of_sessions

std::span<call const> early_calls() {
  return of_sessions::calls;
}

}  // namespace quoin::property
