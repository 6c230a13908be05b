// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the streams of a session count for where it has limits, and what becomes of a peer that does more
/// (draft-ietf-webtrans-http3, "Flow Control").
#pragma once

#include <quoin/http3/session/finish.hpp>

namespace quoin::http3::detail {

/// The limits of a session, which begin with the first stream or the session, whatever comes first; null where it has
/// none.
template <transport T>
session_credit* begin_credit(session_state& session, T& on, stream_id owner) {
  if (!limits_sessions(session, on)) return nullptr;
  return &session.webtransport.credits.try_emplace(owner, session.said, *session.peer_settings).first->second;
}

/// The peer did more than it may: its session is over, and all streams with it, `one` being gone. Where its request is
/// still to come, that is refused.
template <transport T>
[[gnu::cold]] void give_up_session(session_state& session, T& on, data_stream& one, std::string_view reason) {
  auto const owner = *one.owner;
  session.webtransport.credit_of(owner)->overdrawn = true;
  if (auto* const asked = session.exchanges.find(owner))
    return refuse(session, on, *asked, {webtransport::flow_control_error, reason, error_scope::stream});
  one.counted = false;
  drop(session, on, one, webtransport::session_gone);
  count_nuisance(session, on);
}

/// So many bytes of its body have been sent, as the peer says. False: too many, and the stream is gone.
template <transport T>
bool count_up_to(session_state& session, T& on, data_stream& one, std::uint64_t body) {
  auto& window = session.webtransport.credit_of(one.owner)->peer_bytes;
  auto const fresh = body - std::min(body, one.received);
  if (!window.allows(fresh)) {
    give_up_session(session, on, one, "more data than the session's limit");
    return false;
  }
  window.on_received(fresh);
  one.received += fresh;
  count_unread(session, one);
  return true;
}

/// What has come by now; the same.
template <transport T>
bool count_bytes(session_state& session, T& on, data_stream& one) {
  if (!one.counted || one.size_known || session.webtransport.credit_of(one.owner) == nullptr) return true;
  auto const sizes = on.sizes(one.id);
  return !sizes || count_up_to(session, on, one, sizes->received - std::min(sizes->received, one.peers_header));
}

/// A stream counts from now on, where its session has limits; its header has been consumed.
template <transport T>
bool count_in(session_state& session, T& on, data_stream& one) {
  auto* const credit = one.counted ? nullptr : begin_credit(session, on, *one.owner);
  if (credit == nullptr) return true;
  one.counted = true;
  auto const sizes = on.sizes(one.id);
  one.size_known = one.ended || !sizes;
  one.peers_header = sizes ? sizes->consumed : 0;
  auto& streams = credit->peer_streams[index_of(one.id.direction())];
  if (credit->overdrawn || !streams.allows(1)) {
    give_up_session(session, on, one, "more streams than the session's limit");
    return false;
  }
  streams.on_received(1);
  static_cast<void>(on.watch_size(one.id));
  return count_bytes(session, on, one);
}

/// One of ours, which its caller has made sure is allowed.
template <transport T>
void count_ours(session_state& session, T& on, data_stream& one) {
  auto* const credit = session.webtransport.credit_of(one.owner);
  if (credit == nullptr) return;
  credit->streams[index_of(one.id.direction())].use(1);
  one.counted = true;
  one.size_known = !one.id.is_bidirectional();
  if (!one.size_known) static_cast<void>(on.watch_size(one.id));
}

/// The application took bytes that had been counted.
inline void count_consumed(session_state& session, data_stream& one, std::uint64_t count) {
  auto* const credit = one.counted ? session.webtransport.credit_of(one.owner) : nullptr;
  if (credit == nullptr) return;
  one.consumed += count;
  credit->peer_bytes.release(count);
  session.webtransport.credit_moved = true;
}

/// How many of `size` bytes may be written by the session's limit; says that they are more, if they are.
inline std::size_t allowed_of(session_state& session, data_stream& one, std::size_t size) {
  auto* const credit = session.webtransport.credit_of(one.owner);
  if (credit == nullptr || size <= credit->bytes.available()) return size;
  credit->bytes.note_blocked();
  session.webtransport.credit_moved = true;
  if (auto* const all = session.webtransport.streams_of(*one.owner)) all->wait(one);
  return static_cast<std::size_t>(credit->bytes.available());
}

}  // namespace quoin::http3::detail

namespace quoin::http3 {

/// The peer sends so many bytes in all, header and body.
template <transport T>
void on_size_known(session_state& session, T& on, stream_id id, std::uint64_t size) {
  auto* const one = session.webtransport.find(id);
  if (one == nullptr || !one->counted || one->size_known) return;
  if (session.webtransport.credit_of(one->owner) == nullptr) return;
  if (!detail::count_up_to(session, on, *one, size - std::min(size, one->peers_header))) return;
  one->size_known = true;
  if (one->at == data_stream::phase::unsized) detail::forget(session, *one);
}

}  // namespace quoin::http3
