// SPDX-License-Identifier: BSL-1.0
/// \file
/// The streams of one endpoint with a peer that says whatever the test wants.
#pragma once

#include <quoin/schedule/round_robin.hpp>
#include <quoin/stream/streams.hpp>
#include <quoin/wire/extension_frames.hpp>

#include <array>
#include <vector>

namespace stream_test {

using quoin::byte_view;
using quoin::error_code;
using quoin::instant;
using quoin::role;
using quoin::sent_frame;
using quoin::stream_direction;
using quoin::stream_id;

inline constexpr auto bidi = stream_direction::bidirectional;
inline constexpr auto uni = stream_direction::unidirectional;
inline constexpr stream_id client_bidi(std::uint64_t n) {
  return {role::client, bidi, n};
}
inline constexpr stream_id server_bidi(std::uint64_t n) {
  return {role::server, bidi, n};
}
inline constexpr stream_id client_uni(std::uint64_t n) {
  return {role::client, uni, n};
}
inline constexpr stream_id server_uni(std::uint64_t n) {
  return {role::server, uni, n};
}

/// Small limits, so that tests reach them.
inline quoin::stream_settings small(role self) {
  quoin::stream_settings s;
  s.self = self;
  s.connection_window = s.max_connection_window = 2'000;
  s.stream_window = s.max_stream_window = 1'000;
  s.bidi_streams = 4;
  s.uni_streams = 3;
  s.send_buffer = 4'000;
  return s;
}

inline quoin::wire::transport_parameters generous() {
  quoin::wire::transport_parameters p;
  p.initial_max_data = 1 << 20;
  p.initial_max_stream_data_bidi_local = p.initial_max_stream_data_bidi_remote = p.initial_max_stream_data_uni = 1
                                                                                                                 << 18;
  p.initial_max_streams_bidi = p.initial_max_streams_uni = 100;
  return p;
}

/// Takes every byte at once.
struct eager_sink {
  static constexpr bool takes_stream_data = true;
  std::vector<std::uint8_t> bytes;
  bool ended = false;
  std::size_t on_stream_data(stream_id, byte_view view, bool ends) {
    bytes.insert(bytes.end(), view.begin(), view.end());
    ended = ended || ends;
    return view.size();
  }
};

template <class Streams, class Sink>
struct frame_handler {
  Streams& streams;
  Sink& sink;
  instant now;
  quoin::result<> operator()(quoin::wire::stream_frame const& f) { return streams.on_stream(f, now, {}, sink); }
  quoin::result<> operator()(quoin::wire::reset_stream_frame const& f) { return streams.on_reset_stream(f); }
  quoin::result<> operator()(quoin::wire::stop_sending_frame const& f) { return streams.on_stop_sending(f); }
  quoin::result<> operator()(quoin::wire::max_data_frame const& f) { return streams.on_max_data(f); }
  quoin::result<> operator()(quoin::wire::max_stream_data_frame const& f) { return streams.on_max_stream_data(f); }
  quoin::result<> operator()(quoin::wire::max_streams_frame const& f) { return streams.on_max_streams(f); }
  quoin::result<> operator()(quoin::wire::data_blocked_frame const& f) { return streams.on_data_blocked(f); }
  quoin::result<> operator()(quoin::wire::stream_data_blocked_frame const& f) {
    return streams.on_stream_data_blocked(f);
  }
  quoin::result<> operator()(quoin::wire::streams_blocked_frame const& f) { return streams.on_streams_blocked(f); }
  quoin::result<> operator()(quoin::wire::reset_stream_at_frame const& f) { return streams.on_reset_stream_at(f); }
  template <class Other>
  quoin::result<> operator()(Other const&) {
    return {};
  }
};

struct packet {
  std::vector<std::uint8_t> bytes;
  std::vector<sent_frame> frames;
};

/// `Resets` decides whether RESET_STREAM_AT is known.
template <class Resets>
class basic_subject {
 public:
  using streams_type = quoin::streams<quoin::round_robin, Resets>;
  using known_frames =
      std::conditional_t<std::is_same_v<Resets, quoin::partial_resets>,
                         quoin::wire::frame_list<quoin::wire::reset_stream_at_frame>, quoin::wire::frame_list<>>;

  explicit basic_subject(quoin::stream_settings const& settings,
                         quoin::wire::transport_parameters const& peer = generous())
      : streams(settings) {
    streams.on_peer_limits(peer);
  }

  /// Has the peer send a packet's payload.
  template <class Sink>
  quoin::result<> receive(byte_view payload, Sink& sink) {
    auto const read = quoin::wire::read_frames<known_frames>(payload, quoin::event::packet_kind::one_rtt,
                                                             frame_handler<streams_type, Sink>{streams, sink, now});
    if (!read) return quoin::unexpected{read.error()};
    return {};
  }

  /// Has the peer send one frame.
  template <class Frame>
  quoin::result<> receive(Frame const& frame) {
    std::array<std::uint8_t, 8'192> room{};
    quoin::byte_writer writer{room};
    if (!quoin::wire::write(writer, frame)) std::abort();
    return receive(writer.written(), nobody);
  }

  quoin::result<> data(stream_id id, std::uint64_t offset, std::size_t size, bool fin = false) {
    std::vector<std::uint8_t> const bytes(size, 0x5a);
    return receive(quoin::wire::stream_frame{id, offset, bytes, fin});
  }

  packet control(std::size_t room = 1'200) {
    return written(room, [&](auto& writer, auto& frames) { streams.write_control(writer, frames); });
  }
  packet stream_frames(std::size_t room = 1'200) {
    return written(room, [&](auto& writer, auto& frames) { streams.write_data(writer, frames); });
  }

  void acked(packet const& p) {
    for (auto const& frame : p.frames) streams.on_acked(frame);
  }
  void lost(packet const& p) {
    for (auto const& frame : p.frames) streams.on_lost(frame);
  }

  std::vector<quoin::stream_event> events() {
    std::vector<quoin::stream_event> all;
    while (auto const event = streams.next_event()) all.push_back(*event);
    return all;
  }

  bool saw(quoin::stream_event::kind what, stream_id id, std::uint64_t code = 0) {
    bool found = false;
    for (auto const& event : events()) found = found || event == quoin::stream_event{what, id, code};
    return found;
  }

  streams_type streams;
  quoin::no_stream_sink nobody;
  instant now{};

 private:
  template <class Write>
  static packet written(std::size_t room, Write write) {
    packet p;
    p.bytes.resize(room);
    quoin::byte_writer writer{p.bytes};
    quoin::sent_frames frames;
    write(writer, frames);
    p.bytes.resize(writer.size());
    p.frames.assign(frames.begin(), frames.end());
    return p;
  }
};

using subject = basic_subject<quoin::no_partial_resets>;

}  // namespace stream_test
