// SPDX-License-Identifier: BSL-1.0
/// \file
/// Capsules about a session's limits, on the stream of its request (draft-ietf-webtrans-http3, "Flow Control
/// Capsules").
#pragma once

#include <quoin/http3/session/send.hpp>
#include <quoin/http3/wire/datagram.hpp>

namespace quoin::http3 {

namespace detail {

/// Writes capsules for as long as the stream takes them at once, so that what waits there does not grow.
template <transport T>
class credit_speaker {
 public:
  credit_speaker(T& on, exchange& to) noexcept : on_(on), to_(to) {}

  void limit(webtransport::session_capsule what, receive_window& given) {
    if (!given.update_due() || !to_.unsent.empty()) return;
    given.announce();
    say(what, given.limit());
  }
  void blocked(webtransport::session_capsule what, send_credit& got) {
    if (!got.owes_report() || !to_.unsent.empty()) return;
    got.on_report_sent();
    say(what, got.limit());
  }

 private:
  void say(webtransport::session_capsule what, std::uint64_t value) {
    std::array<std::uint8_t, 24> room{};
    byte_writer writer{room};
    write_capsule_header(writer, static_cast<capsule_type>(what), varint_size(value));
    writer.varint(value);
    put_header(on_, to_, frame_type::data, writer.size());
    put(on_, to_, writer.written());
  }

  T& on_;
  exchange& to_;
};

}  // namespace detail

/// Says what has changed: limits that moved by half of their size or more, as the application consumes and without
/// waiting to be asked, and limits of the peer's that are in the way.
template <transport T>
void say_credit(session_state& session, T& on) {
  using capsule = webtransport::session_capsule;
  if (!std::exchange(session.webtransport.credit_moved, false)) return;
  for (auto& [id, credit] : session.webtransport.credits) {
    auto* const to = session.exchanges.find(id);
    if (to == nullptr || !to->takes_streams || to->sending != send_phase::content) continue;
    detail::credit_speaker<T> speaker{on, *to};
    speaker.limit(capsule::max_data, credit.peer_bytes);
    speaker.limit(capsule::max_bidi_streams, credit.peer_streams[0]);
    speaker.limit(capsule::max_uni_streams, credit.peer_streams[1]);
    speaker.blocked(capsule::data_blocked, credit.bytes);
    speaker.blocked(capsule::bidi_streams_blocked, credit.streams[0]);
    speaker.blocked(capsule::uni_streams_blocked, credit.streams[1]);
  }
}

}  // namespace quoin::http3
