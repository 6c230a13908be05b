// SPDX-License-Identifier: BSL-1.0
/// \file
/// One end of HTTP/3 with WebTransport, whose peer's every byte is the test's.
#pragma once

#include "byte_transport.hpp"

#include <catch2/catch_test_macros.hpp>

namespace http3_test {

inline h3::session_settings with_sessions(std::uint32_t sessions = 1) {
  h3::session_settings settings;
  settings.webtransport.sessions = sessions;
  settings.webtransport.held_streams = 3;
  settings.webtransport.held_datagrams = 2;
  settings.webtransport.held_bytes = 10;
  return settings;
}

inline bytes setting_of(std::uint64_t id, std::uint64_t value) {
  return varint(id) + varint(value);
}
inline bytes const h3_datagram = setting_of(0x33, 1);
inline bytes const newest = h3_datagram + setting_of(0x2c7cf000, 1);
inline bytes const draft07 = h3_datagram + setting_of(0xc671706a, 5);
inline bytes const draft02 = h3_datagram + setting_of(0x2b603742, 1);
inline bytes const connect_protocol = setting_of(0x08, 1);

/// What an end lets the other do in each session.
inline bytes allowing(std::uint64_t data, std::uint64_t bidi, std::uint64_t uni) {
  bytes all;
  if (data > 0) all = all + setting_of(0x2b61, data);
  if (bidi > 0) all = all + setting_of(0x2b65, bidi);
  if (uni > 0) all = all + setting_of(0x2b64, uni);
  return all;
}
inline h3::session_settings with_limits(std::uint64_t data, std::uint64_t bidi, std::uint64_t uni) {
  auto settings = with_sessions(2);
  settings.webtransport.session_window = data;
  settings.webtransport.session_bidi_streams = bidi;
  settings.webtransport.session_uni_streams = uni;
  return settings;
}

inline lines connect(std::string const& protocol = "webtransport-h3") {
  return {
      {":method", "CONNECT"}, {":scheme", "https"}, {":authority", "a.test"}, {":path", "/"}, {":protocol", protocol}};
}
inline bytes uni_stream(std::uint64_t session, std::string_view said) {
  return varint(0x54) + varint(session) + text(said);
}
inline bytes bidi_stream(std::uint64_t session, std::string_view said) {
  return varint(0x41) + varint(session) + text(said);
}
inline bytes datagram_of(std::uint64_t quarter, std::string_view said) {
  return varint(quarter) + text(said);
}

inline h3::field const accepted[] = {{":status", "200", false}};
inline h3::field const refused[] = {{":status", "404", false}};
inline h3::field const asking[] = {{":method", "CONNECT", false},
                                   {":scheme", "https", false},
                                   {":authority", "a.test", false},
                                   {":path", "/", false},
                                   {":protocol", "webtransport-h3", false}};

inline constexpr auto buffered_stream_rejected = 0x3994bd84;
inline constexpr auto session_gone = 0x170d7b68;
inline constexpr auto flow_control_error = 0x045d4487;
inline constexpr auto request_rejected = 0x10b;
inline constexpr auto message_error = 0x10e;

/// A server with a client that does what is asked of it.
struct serving : bench {
  explicit serving(h3::session_settings const& settings = with_sessions(), bytes const& theirs = newest)
      : bench(role::server, settings) {
    greet(theirs);
    take_notes();
  }
  h3::data_streams<byte_transport> streams() { return session.data_streams(transport); }

  void ask(std::uint64_t index, std::string const& protocol = "webtransport-h3") {
    receive(request(index), headers(connect(protocol)));
    note_events();
  }
  bool accept(std::uint64_t index) {
    bool const taken = streams().take(request(index));
    static_cast<void>(session.respond(transport, request(index), accepted, false));
    note_events();
    return taken;
  }
  /// The capsules that were said on a request's stream since that was asked last: type, value.
  std::string capsules(std::uint64_t index) {
    auto& out = at(request(index)).out;
    std::string found;
    for (byte_reader frames{out}; !frames.empty();) {
      auto const type = frames.varint().value();
      byte_reader payload{frames.varint_prefixed_bytes().value()};
      if (type != 0) continue;
      auto const capsule = payload.varint().value() - 0x190b4d3d;
      static_cast<void>(payload.varint());
      constexpr std::string_view names[] = {"data",         "", "bidi",         "uni",
                                            "data_blocked", "", "bidi_blocked", "uni_blocked"};
      found += std::string{names[capsule]} + ':' + std::to_string(payload.varint().value()) + ' ';
    }
    out.clear();
    return found;
  }
  bool datagram_is_told(bytes const& what) { return session.on_datagram(transport, what).has_value(); }
};

/// A client that has asked for a session.
struct asked : bench {
  explicit asked(h3::session_settings const& settings = with_sessions()) : bench(role::client, settings) {
    greet(newest + connect_protocol);
    take_notes();
    auto const opened = session.open(transport, asking, false);
    REQUIRE(opened);
    id = *opened;
  }
  h3::data_streams<byte_transport> streams() { return session.data_streams(transport); }
  stream_id server_bidi(std::uint64_t index) const { return {role::server, stream_direction::bidirectional, index}; }
  void establish() {
    receive(id, headers(ok()));
    take_notes();
    REQUIRE(streams().take(id));
  }

  stream_id id;
};

}  // namespace http3_test
