// SPDX-License-Identifier: BSL-1.0
// How the hostile peer reads what its victim sends.
#include "hostile_peer.hpp"

#include <quoin/connection/step/packet_draft.hpp>
#include <quoin/wire/extension_frames.hpp>
#include <quoin/wire/packet/long_header.hpp>

#include <algorithm>

namespace quoin::testing {

namespace {

/// Notes what the victim says.
struct listener {
  hostile_peer& peer;
  encryption_level level;
  std::function<void(wire::crypto_frame const&)> on_crypto;

  result<> operator()(wire::padding_frame const&) { return {}; }
  result<> operator()(wire::ping_frame const&) { return count(0x01); }
  result<> operator()(wire::ack_frame const& frame) {
    peer.reading().acked = frame.largest;
    if (level == encryption_level::one_rtt) peer.acked_by_victim.push_back(frame.largest);
    return count(0x02);
  }
  result<> operator()(wire::reset_stream_frame const& frame) {
    peer.reading().reset = frame;
    return count(0x04);
  }
  result<> operator()(wire::stop_sending_frame const&) { return count(0x05); }
  result<> operator()(wire::crypto_frame const& frame) {
    auto& crypto = peer.reading().crypto;
    crypto.insert(crypto.end(), frame.data.begin(), frame.data.end());
    on_crypto(frame);
    return count(0x06);
  }
  result<> operator()(wire::new_token_frame const&) { return count(0x07); }
  result<> operator()(wire::stream_frame const& frame) {
    auto& data = peer.stream_data[frame.id.value()];
    data.insert(data.end(), frame.data.begin(), frame.data.end());
    return count(0x08);
  }
  result<> operator()(wire::max_data_frame const&) { return count(0x10); }
  result<> operator()(wire::max_stream_data_frame const&) { return count(0x11); }
  result<> operator()(wire::max_streams_frame const& frame) {
    return count(frame.direction == stream_direction::bidirectional ? 0x12 : 0x13);
  }
  result<> operator()(wire::data_blocked_frame const&) { return count(0x14); }
  result<> operator()(wire::stream_data_blocked_frame const&) { return count(0x15); }
  result<> operator()(wire::streams_blocked_frame const&) { return count(0x16); }
  result<> operator()(wire::new_connection_id_frame const& frame) {
    peer.issued_ids.push_back(frame);
    return count(0x18);
  }
  result<> operator()(wire::retire_connection_id_frame const& frame) {
    peer.retired_ids.push_back(frame.sequence);
    peer.reading().retired.push_back(frame.sequence);
    return count(0x19);
  }
  result<> operator()(wire::path_challenge_frame const& frame) {
    peer.path_challenges.push_back(frame.data);
    return count(0x1a);
  }
  result<> operator()(wire::path_response_frame const& frame) {
    peer.path_responses.push_back(frame.data);
    return count(0x1b);
  }
  result<> operator()(wire::connection_close_frame const& frame) {
    peer.closes.push_back(
        {level, frame.application, frame.code, frame.frame_type, {frame.reason.begin(), frame.reason.end()}});
    return count(frame.application ? 0x1d : 0x1c);
  }
  result<> operator()(wire::handshake_done_frame const&) { return count(0x1e); }
  template <wire::extension_frame Frame>
  result<> operator()(Frame const&) {
    return count(Frame::first_type);
  }

  result<> count(std::uint64_t type) {
    ++peer.frames[type];
    peer.reading().frames.push_back(type);
    return {};
  }
};

}  // namespace

bool packet_seen::holds(std::uint64_t type) const {
  return std::find(frames.begin(), frames.end(), type) != frames.end();
}

bool packet_seen::is_ack_eliciting() const {
  return std::any_of(frames.begin(), frames.end(),
                     [](std::uint64_t type) { return type != 0x02 && type != 0x1c && type != 0x1d; });
}

connection_id hostile_peer::addressed_as(std::uint16_t port) const {
  auto const newest = std::find_if(packets.rbegin(), packets.rend(), [&](auto const& one) { return one.port == port; });
  QUOIN_ASSERT(newest != packets.rend());
  return newest->destination;
}

void hostile_peer::read_datagram(byte_span datagram) {
  auto& seen = reading_;
  seen.datagram = datagrams;
  seen.datagram_size = datagram.size();
  while (!datagram.empty()) {
    seen.fixed_bit = (datagram[0] & 0x40) != 0;
    if ((datagram[0] & 0x80) == 0) {
      if (datagram.size() > own_id_.size())
        seen.destination = *connection_id::from(datagram.subspan(1, own_id_.size()));
      seen.source = {};
      if (!open_packet(encryption_level::one_rtt, datagram, 1 + own_id_.size())) ++unreadable;
      return;
    }
    auto const header = wire::read_long_header(datagram, wire::fixed_bit_rule::may_be_anything);
    if (!header) {
      ++unreadable;
      return;
    }
    if (self_ == role::client) {
      victim_id_ = header->source;
      victim_answered_ = true;
    }
    spoken_by_victim = header->version;
    if (header->version != version_) {
      // A client goes over to another version with another first flight, a server with its answer.
      if (self_ == role::server) first_destination_ = initial_key_id_ = header->destination;
      use_version(header->version);
      if (self_ == role::server) start_over();
    }
    auto const level = header->kind == event::packet_kind::initial    ? encryption_level::initial
                       : header->kind == event::packet_kind::zero_rtt ? encryption_level::early_data
                                                                      : encryption_level::handshake;
    seen.destination = header->destination;
    seen.source = header->source;
    if (!open_packet(level, datagram.first(header->packet_size), header->packet_number_offset)) ++unreadable;
    datagram = datagram.subspan(header->packet_size);
  }
}

bool hostile_peer::open_packet(encryption_level level, byte_span packet, std::size_t number_offset) {
  auto& keys = open_[index_of(level)];
  if (!keys.header) return false;
  auto& seen = received_[index_of(space_of(level))];
  packet_to_open opened{};
  opened.bytes = packet;
  opened.packet_number_offset = number_offset;
  detail::train<std::uint8_t> shown;
  detail::show_headers(*keys.header, std::span{&opened, 1}, seen.empty() ? 0 : seen.back().end, shown);
  if (shown.size() == 0) return false;
  add_phases(keys, opened_phase + 1);
  for (std::uint64_t phase = level == encryption_level::one_rtt ? opened_phase + 1 : 0;; --phase) {
    detail::open_shown(keys.packets[phase], std::span{&opened, 1}, shown.items());
    if (opened.status == open_status::opened) {
      if (level == encryption_level::one_rtt) opened_phase = std::max(opened_phase, phase);
      reading_.phase = phase;
      break;
    }
    if (phase == 0) return false;
  }
  seen.insert({opened.number, opened.number + 1});
  marks_[index_of(space_of(level))].count(reading_.mark);
  reading_.level = level;
  reading_.number = opened.number;
  reading_.frames.clear();
  reading_.retired.clear();
  reading_.crypto.clear();
  reading_.acked.reset();
  reading_.reset.reset();
  read_payload(level, opened.payload);
  if (options_.notes_packets) packets.push_back(reading_);
  return true;
}

void hostile_peer::read_payload(encryption_level level, byte_view payload) {
  auto& incoming = *handshake_in_[index_of(level)];
  listener ears{*this, level, [&](wire::crypto_frame const& frame) {
                  auto const in_order = incoming.insert(frame.offset, frame.data);
                  if (!in_order || in_order->empty()) return;
                  incoming.consume(in_order->size());
                  static_cast<void>(tls_->receive(level, *in_order));
                  drain_tls();
                }};
  auto const read = wire::read_frames<wire::all_extension_frames>(payload, step::kind_of(level), ears);
  QUOIN_ASSERT(read.has_value());
}

}  // namespace quoin::testing
