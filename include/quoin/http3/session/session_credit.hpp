// SPDX-License-Identifier: BSL-1.0
/// \file
/// The limits of one session of WebTransport, beside those of the connection (draft-ietf-webtrans-http3, "Flow
/// Control").
#pragma once

#include <quoin/core/stream_id.hpp>
#include <quoin/flow/flow_control.hpp>
#include <quoin/http3/webtransport/session_capsule.hpp>
#include <quoin/http3/webtransport/stream_error.hpp>
#include <quoin/http3/wire/settings.hpp>

#include <array>

namespace quoin::http3 {

/// Bytes are those of the bodies of its streams, without their headers; streams count from the first to the last.
struct session_credit {
  /// As both ends have said in their settings.
  session_credit(wire_settings const& ours, wire_settings const& theirs)
      : bytes(theirs.webtransport_max_data),
        streams{send_credit{theirs.webtransport_max_streams[0]}, send_credit{theirs.webtransport_max_streams[1]}},
        peer_bytes(ours.webtransport_max_data, ours.webtransport_max_data),
        peer_streams{receive_window{ours.webtransport_max_streams[0], ours.webtransport_max_streams[0]},
                     receive_window{ours.webtransport_max_streams[1], ours.webtransport_max_streams[1]}} {}

  // ---- what the peer lets us do
  send_credit bytes;
  std::array<send_credit, 2> streams;
  std::array<bool, 2> wants_streams{};  ///< the application could not open one

  // ---- what we let it do
  receive_window peer_bytes;
  std::array<receive_window, 2> peer_streams;

  bool overdrawn = false;  ///< the peer did more; its request, which may be still to come, is refused for it
};

/// A capsule of the peer's raises a limit, or says that one of ours is in the way. Unlike QUIC's frames they come in
/// order, so that a limit that is not higher than before is an error.
inline result<> take_capsule(session_credit& credit, webtransport::session_capsule what, std::uint64_t value) {
  using capsule = webtransport::session_capsule;
  auto const broken = [](std::string_view how) { return fail_stream(webtransport::flow_control_error, how); };
  bool const about_bytes = what == capsule::max_data || what == capsule::data_blocked;
  if (!about_bytes && value > stream_count_max) return broken("more streams than there can be");
  bool raised = true;
  if (what == capsule::max_data) raised = credit.bytes.raise(value);
  if (what == capsule::max_bidi_streams) raised = credit.streams[0].raise(value);
  if (what == capsule::max_uni_streams) raised = credit.streams[1].raise(value);
  if (!raised) return broken("a limit of a session that is not higher than before");
  return {};
}

}  // namespace quoin::http3
