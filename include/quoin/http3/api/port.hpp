// SPDX-License-Identifier: BSL-1.0
/// \file
/// How messages reach the session they belong to, without knowing of what stack it is.
#pragma once

#include <quoin/http3/message/head.hpp>
#include <quoin/http3/session/event.hpp>
#include <quoin/http3/session/send.hpp>
#include <quoin/http3/webtransport/session_capsule.hpp>

#include <span>

namespace quoin::http3 {

/// The calls about streams of WebTransport's sessions; see `data_streams`.
class stream_port {
 public:
  virtual bool take_streams(stream_id session) = 0;
  virtual send_result<stream_id> open_stream(stream_id session, stream_direction direction) = 0;
  virtual std::size_t write_stream(stream_id id, byte_view bytes) = 0;
  virtual void finish_stream(stream_id id) = 0;
  virtual void reset_stream(stream_id id, error_code code) = 0;
  virtual void stop_stream(stream_id id, error_code code) = 0;
  virtual byte_view peek_stream(stream_id id) = 0;
  virtual void consume_stream(stream_id id, std::size_t count) = 0;
  /// Whether the session has limits of its own, and a capsule about them.
  virtual bool has_limits(stream_id session) = 0;
  virtual result<> take_capsule(stream_id session, webtransport::session_capsule what, std::uint64_t value) = 0;
  /// Keying material of TLS (RFC 8446 7.5); false where the handshake has none to give.
  virtual bool export_keys(std::string_view label, byte_view context, byte_span out) = 0;

 protected:
  ~stream_port() = default;
};

/// The calls of `session` that messages make. One virtual call for each of an application's own calls, so that handlers
/// are ordinary functions; packets never come this way.
class exchange_port : public stream_port {
 public:
  virtual send_result<> send_head(stream_id id, std::span<field const> fields, bool ends) = 0;
  virtual std::size_t write(stream_id id, byte_view bytes) = 0;
  virtual void finish(stream_id id, std::span<field const> trailers) = 0;
  virtual void cancel(stream_id id, error_code code) = 0;
  /// For what the peer did; see `session::cancel_for`.
  virtual void refuse(stream_id id, error const& why) = 0;
  virtual void prioritize(stream_id id, stream_priority priority) = 0;

  virtual byte_view peek(stream_id id) = 0;
  virtual void consume(stream_id id, std::size_t count) = 0;
  virtual void stop_reading(stream_id id) = 0;
  /// The content is more than the application takes.
  virtual void refuse_content(stream_id id) = 0;

  virtual void take_datagrams(stream_id id) = 0;
  virtual std::size_t max_datagram(stream_id id) = 0;
  virtual bool send_datagram(stream_id id, byte_view payload) = 0;

  /// How the draft of WebTransport that is spoken asks for sessions; `wanted` where it is something else.
  virtual std::string_view protocol_name(std::string_view wanted) = 0;

  virtual message_head const* head(stream_id id) = 0;
  virtual field_list const* fields(stream_id id) = 0;
  virtual field_list const* trailers(stream_id id) = 0;

 protected:
  ~exchange_port() = default;
};

}  // namespace quoin::http3
