// SPDX-License-Identifier: BSL-1.0
#include "delivery.hpp"

#include <algorithm>
#include <utility>

namespace quoin::property {
namespace {

std::string one(char const* what, std::uint64_t number) {
  return std::string{what} + ' ' + std::to_string(number);
}

char const* streams_of(stream_direction direction) {
  return direction == stream_direction::bidirectional ? "MAX_STREAMS (bidirectional)" : "MAX_STREAMS (unidirectional)";
}

}  // namespace

bool delivery::bytes::say(std::uint64_t offset, byte_view data) {
  if (known_.size() < offset + data.size()) known_.resize(offset + data.size());
  bool same = true;
  for (std::size_t i = 0; i < data.size(); ++i) {
    auto& at = known_[offset + i];
    if ((at & is_said) != 0 && (at & 0xff) != data[i]) same = false;
    at = static_cast<std::uint16_t>((at & is_heard) | is_said | data[i]);
  }
  return same;
}

bool delivery::bytes::hear(std::uint64_t offset, byte_view data) {
  if (known_.size() < offset + data.size()) return false;
  bool same = true;
  for (std::size_t i = 0; i < data.size(); ++i) {
    auto& at = known_[offset + i];
    same = same && (at & is_said) != 0 && (at & 0xff) == data[i];
    at |= is_heard;
  }
  return same;
}

std::optional<std::uint64_t> delivery::bytes::missing() const {
  auto const at = std::find_if(known_.begin(), known_.end(),
                               [](std::uint16_t b) { return (b & is_said) != 0 && (b & is_heard) == 0; });
  if (at == known_.end()) return std::nullopt;
  return static_cast<std::uint64_t>(at - known_.begin());
}

/// What is alike in frames that `side` says and in those that are heard of it: limits, of which only the highest
/// counts.
template <auto Which>
struct delivery::told {
  delivery& owner;
  role side;
  packet_space space;
  instant now;

  end& self() const { return owner.of(side); }
  void check(bool holds, std::string_view sentence, std::uint64_t number) const {
    owner.check(holds, side, now, sentence, number);
  }

  result<> operator()(wire::max_data_frame const& f) const { return raise(self().limits["MAX_DATA"], f.maximum); }
  result<> operator()(wire::max_stream_data_frame const& f) const {
    return raise(self().stream_limits[f.id.value()], f.maximum);
  }
  result<> operator()(wire::max_streams_frame const& f) const {
    return raise(self().limits[streams_of(f.direction)], f.maximum);
  }
  result<> operator()(wire::ack_frequency_frame const& f) const {
    return raise(self().limits["ACK_FREQUENCY"], f.sequence + 1);
  }
  result<> operator()(wire::observed_address_frame const& f) const {
    return raise(self().limits["OBSERVED_ADDRESS"], f.sequence + 1);
  }

 private:
  static result<> raise(limit& to, std::uint64_t value) {
    to.*Which = std::max(to.*Which, value);
    return {};
  }
};

/// The frames of a packet that `side` sends.
struct delivery::saying : told<&delivery::limit::said> {
  using told<&limit::said>::operator();
  result<> owe(std::string what) const {
    if (self().heard.count(what) == 0) self().owed.insert(std::move(what));
    return {};
  }

  result<> operator()(wire::crypto_frame const& f) const {
    check(self().crypto[index_of(space)].say(f.offset, f.data), "INV-21 CRYPTO is repeated with other bytes", f.offset);
    return {};
  }
  result<> operator()(wire::stream_frame const& f) const {
    auto& to = self().streams[f.id.value()];
    check(to.data.say(f.offset, f.data), "INV-21 STREAM is repeated with other bytes", f.id.value());
    to.end_said = to.end_said || f.fin;
    return {};
  }
  result<> operator()(wire::reset_stream_frame const& f) const {
    self().streams[f.id.value()].reset_said = true;
    return {};
  }
  result<> operator()(wire::reset_stream_at_frame const& f) const {
    self().streams[f.id.value()].reset_said = true;
    return {};
  }
  result<> operator()(wire::stop_sending_frame const& f) const {
    self().stops.try_emplace(f.id.value(), false);
    return {};
  }
  result<> operator()(wire::new_connection_id_frame const& f) const {
    return owe(one("NEW_CONNECTION_ID", f.sequence));
  }
  result<> operator()(wire::retire_connection_id_frame const& f) const {
    return owe(one("RETIRE_CONNECTION_ID", f.sequence));
  }
  result<> operator()(wire::handshake_done_frame const&) const { return owe("HANDSHAKE_DONE"); }
  result<> operator()(wire::new_token_frame const&) const { return owe("NEW_TOKEN"); }
  result<> operator()(wire::path_challenge_frame const& f) const {
    // RFC 9000 8.2.1: every one unpredictable, so that an answer can be told from another's.
    check(self().challenges.insert(f.data).second, "INV-22 a PATH_CHALLENGE is repeated", f.data[0]);
    return {};
  }
  result<> operator()(wire::path_response_frame const& f) const {
    // RFC 9000 13.3: one for each challenge.
    check(--self().responses_due[f.data] >= 0, "INV-22 a PATH_RESPONSE that no challenge asks for", f.data[0]);
    return {};
  }
  result<> operator()(wire::datagram_frame const& f) const {
    check(self().datagrams.insert(std::string(f.data.begin(), f.data.end())).second, "INV-22 a DATAGRAM is sent again",
          f.data.size());
    return {};
  }
  template <class Other>
  result<> operator()(Other const&) const {
    return {};
  }
};

/// The same frames where they arrive: `side` said them.
struct delivery::hearing : told<&delivery::limit::heard> {
  using told<&limit::heard>::operator();
  result<> have(std::string what) const {
    self().owed.erase(what);
    self().heard.insert(std::move(what));
    return {};
  }

  result<> operator()(wire::crypto_frame const& f) const {
    check(self().crypto[index_of(space)].hear(f.offset, f.data), "INV-02 CRYPTO arrives with other bytes", f.offset);
    return {};
  }
  result<> operator()(wire::stream_frame const& f) const {
    auto& to = self().streams[f.id.value()];
    check(to.data.hear(f.offset, f.data), "INV-02 STREAM arrives with other bytes", f.id.value());
    to.end_heard = to.end_heard || f.fin;
    return {};
  }
  result<> operator()(wire::reset_stream_frame const& f) const {
    self().streams[f.id.value()].reset_heard = true;
    return {};
  }
  result<> operator()(wire::reset_stream_at_frame const& f) const {
    self().streams[f.id.value()].reset_heard = true;
    return {};
  }
  result<> operator()(wire::stop_sending_frame const& f) const {
    self().stops[f.id.value()] = true;
    return {};
  }
  result<> operator()(wire::new_connection_id_frame const& f) const {
    return have(one("NEW_CONNECTION_ID", f.sequence));
  }
  result<> operator()(wire::retire_connection_id_frame const& f) const {
    return have(one("RETIRE_CONNECTION_ID", f.sequence));
  }
  result<> operator()(wire::handshake_done_frame const&) const { return have("HANDSHAKE_DONE"); }
  result<> operator()(wire::new_token_frame const&) const { return have("NEW_TOKEN"); }
  result<> operator()(wire::path_challenge_frame const& f) const {
    ++owner.of(peer_of(side)).responses_due[f.data];
    return {};
  }
  template <class Other>
  result<> operator()(Other const&) const {
    return {};
  }
};

void delivery::on(role side, std::size_t, event::packet_sent const& e) {
  if (!has_number(e.kind)) return;
  saying each{{*this, side, space_of_kind(e.kind), e.now}};
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, each));
}

/// RFC 9001 4.6.2: of early data nothing arrived, and it need not be said in the same bytes again. The ClientHello
/// stands.
void delivery::on(role side, std::size_t, event::key_updated const& e) {
  if (!beginnings_.rejected(side, e)) return;
  auto crypto = std::move(of(side).crypto);
  of(side) = {};
  of(side).crypto = std::move(crypto);
}

void delivery::on(role side, std::size_t, event::packet_received const& e) {
  if (new_beginnings::another_version(e)) of(side) = {};
  if (!has_number(e.kind)) return;
  hearing each{{*this, peer_of(side), space_of_kind(e.kind), e.now}};
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, each));
}

void delivery::at_rest(seen_step const& step) {
  for (auto const side : both_sides) {
    check_streams(side, step.now);
    check_control(side, step.now);
  }
}

void delivery::check_streams(role side, instant now) {
  for (auto const& [id, each] : of(side).streams) {
    if (each.over_for_receiver()) continue;
    check(!each.reset_said, side, now, "INV-21 the peer never heard of the reset of stream", id);
    if (each.reset_said) continue;
    check(!each.data.missing(), side, now, "INV-21 the peer never got bytes of stream", id);
    check(!each.end_said || each.end_heard, side, now, "INV-21 the peer never heard of the end of stream", id);
  }
  for (auto const& crypto : of(side).crypto)
    check(!crypto.missing(), side, now, "INV-21 the peer never got CRYPTO bytes", crypto.missing().value_or(0));
}

void delivery::check_control(role side, instant now) {
  auto& self = of(side);
  auto& peers_streams = of(peer_of(side)).streams;
  for (auto const& [what, each] : self.limits)
    check(each.heard == each.said, side, now, "INV-21 the peer never heard the last " + what, each.said);
  for (auto const& [id, each] : self.stream_limits)
    check(each.heard == each.said || peers_streams[id].end_said || peers_streams[id].reset_said, side, now,
          "INV-21 the peer never heard the last MAX_STREAM_DATA of stream", id);
  for (auto const& [id, heard] : self.stops)
    check(heard || peers_streams[id].over_for_receiver(), side, now, "INV-21 the peer never heard STOP_SENDING for",
          id);
  for (auto const& what : self.owed) {
    // INV-23: what was retired is known to be so.
    auto const number = what.rfind("RETIRE", 0) == 0 ? "INV-23 the peer never heard " : "INV-21 the peer never heard ";
    check(false, side, now, number + what);
  }
}

}  // namespace quoin::property
