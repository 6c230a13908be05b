// SPDX-License-Identifier: BSL-1.0
/// \file
/// Everything that a session remembers. The procedures on it stand in the headers beside.
#pragma once

#include <quoin/base/ring.hpp>
#include <quoin/base/static_vector.hpp>
#include <quoin/core/nuisance_budget.hpp>
#include <quoin/http3/session/data_stream.hpp>
#include <quoin/http3/session/event.hpp>
#include <quoin/http3/session/exchange.hpp>
#include <quoin/http3/session/settings.hpp>
#include <quoin/http3/session/transport.hpp>
#include <quoin/http3/wire/settings.hpp>

#include <array>
#include <map>
#include <vector>

namespace quoin::http3 {

/// A unidirectional stream of ours that lives as long as the connection (RFC 9114 6.2.1, RFC 9204 4.2).
struct critical_stream {
  std::optional<stream_id> id;
  std::vector<std::uint8_t> unsent;  ///< what the transport did not take yet
};

/// A unidirectional stream of the peer.
struct peer_stream {
  enum class kind : std::uint8_t { untyped, control, qpack_encoder, qpack_decoder };
  kind what = kind::untyped;
  varint_reader type;
};

/// A priority for a request that has not come (RFC 9218 7).
struct early_priority {
  stream_id id;
  stream_priority priority;
};

struct session_state {
  session_state(role ours, session_settings const& chosen, hash_key const& key)
      : self(ours),
        settings(chosen),
        encoder(chosen.encoder, key),
        decoder({chosen.qpack_table_capacity, chosen.qpack_blocked_streams, chosen.max_field_section_size}),
        nuisances(chosen.nuisance_burst, chosen.nuisance_rate) {}

  role self;
  session_settings settings;

  // ---- critical streams
  critical_stream control;
  critical_stream encoder_stream;
  critical_stream decoder_stream;
  bool started = false;
  std::map<stream_id, peer_stream> peer_streams;  ///< the transport limits how many
  std::array<bool, 3> peer_has{};                 ///< control, encoder, decoder
  frame_reader control_frames;
  std::uint64_t control_skipped = 0;          ///< bytes of unknown frames since the last nuisance
  std::vector<std::uint8_t> control_payload;  ///< of the frame under way, at most `most_control_payload`
  std::optional<wire_settings> peer_settings;
  wire_settings said;                         ///< ours, as the peer was told
  std::optional<wire_settings> assumed;       ///< client: what the server said last time, while early data relies on it
  bool early = false;                         ///< client: what is said now is early data
  std::optional<std::uint64_t> most_push_id;  ///< MAX_PUSH_ID, of which we make no use

  // ---- field compression
  qpack::encoder encoder;
  qpack::decoder decoder;
  std::vector<std::uint8_t> scratch;
  std::size_t held_sections = 0;  ///< bytes in the `section`s of all exchanges
  std::size_t held_fields = 0;    ///< bytes in the `fields` and `trailers` of all exchanges, as they are counted there

  // ---- exchanges
  exchange_table exchanges;
  ring<stream_id> ready;              ///< exchanges that may have something to tell, each once
  ring<session_event> announcements;  ///< about the session itself
  stream_id next_request{0};          ///< the first that has not been opened
  static_vector<early_priority, 32> early_priorities;
  nuisance_budget nuisances;
  webtransport_state webtransport;

  // ---- the end (RFC 9114 5.2)
  std::optional<std::uint64_t> goaway_sent;
  std::optional<std::uint64_t> goaway_received;
  bool closed = false;
};

/// The GOAWAY of a server that only warns of its end: no request is refused yet (RFC 9114 5.2).
inline constexpr std::uint64_t goaway_as_warning = varint_max - 3;

/// The most payload that a frame on the control stream may have (RFC 9114 10.5).
inline constexpr std::size_t most_control_payload = 4096;
/// So many bytes of unknown frames are as bad as one more of them.
inline constexpr std::uint64_t skipped_for_a_trifle = 64 * 1024;
/// The longest PRIORITY_UPDATE that is looked at.
inline constexpr std::size_t most_priority_payload = 256;

/// Ends the connection. The first reason counts.
template <transport T>
[[gnu::cold]] void end(session_state& session, T& on, error const& why) {
  if (session.closed) return;
  session.closed = true;
  on.close(number_of(why.code), why.reason);
}

/// The peer made us do something for nothing once more.
template <transport T>
void count_nuisance(session_state& session, T& on) {
  if (!session.nuisances.spend(on.now()))
    end(session, on, {error_code::excessive_load, "too much that leads to nothing"});
}

/// It may have something to tell.
inline void queue(session_state& session, exchange& one) {
  if (one.queued) return;
  one.queued = true;
  session.ready.push_back(one.id);
}

/// Whether a client cannot have opened that stream yet.
[[nodiscard]] inline bool is_beyond_limit(session_state const& session, stream_id id) noexcept {
  auto const beyond = session.self == role::server ? session.settings.request_streams : 0;
  return id.index() >= session.next_request.index() + beyond;
}

}  // namespace quoin::http3
