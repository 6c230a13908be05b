// SPDX-License-Identifier: BSL-1.0
/// \file
/// One QUIC connection as the tool's applications see it, and an application as the connection sees it. The tool has
/// several stacks (with qlog, with another cipher backend); these two interfaces keep the applications free of them.
/// A library user would name one stack and call `quoin::connection` directly, as the small examples do.
#pragma once

#include <quoin/buffer/send_slice.hpp>
#include <quoin/connection/event.hpp>
#include <quoin/core/address.hpp>
#include <quoin/crypto/peer_certificate.hpp>
#include <quoin/wire/transport_parameters/values.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quoin::http3 {
class origin;
class request;
class response;
}  // namespace quoin::http3

namespace tool {

/// What was agreed on in a connection's handshake.
struct connection_facts {
  quoin::version version = quoin::version::v1;
  std::optional<quoin::cipher_suite> suite;
  std::uint16_t group = 0;  ///< of the key exchange, as TLS numbers them; 0: none was seen
  std::string alpn;
  std::string server_name;
  std::shared_ptr<quoin::peer_certificate const> certificate;
  bool resumed = false;
  quoin::early_data_status early_data = quoin::early_data_status::none;
  std::optional<quoin::wire::transport_parameters> parameters;  ///< the peer's
};

class port {
 public:
  port() = default;
  port(port const&) = delete;
  port& operator=(port const&) = delete;
  virtual ~port() = default;

  /// Nothing when the peer allows no more now: `on_streams_available` follows.
  virtual std::optional<quoin::stream_id> open(quoin::stream_direction direction) = 0;
  /// False when the stream is gone.
  virtual bool write(quoin::stream_id id, quoin::send_slice slice) = 0;
  virtual void finish(quoin::stream_id id) = 0;
  virtual void reset(quoin::stream_id id, std::uint64_t code) = 0;
  virtual void stop_sending(quoin::stream_id id, std::uint64_t code) = 0;
  /// Bytes given to `write` that have not been sent for the first time.
  [[nodiscard]] virtual quoin::byte_count unsent(quoin::stream_id id) const = 0;
  /// False when it cannot be done now.
  virtual bool update_keys() = 0;
  /// Client: goes on from another port of this machine (RFC 9000 9.2). False when it cannot be done now.
  virtual bool move() = 0;
  virtual void close(std::uint64_t code, std::string_view reason) = 0;
  [[nodiscard]] virtual quoin::connection_statistics statistics() const = 0;
  [[nodiscard]] virtual quoin::socket_address remote() const = 0;
  /// Once connected.
  [[nodiscard]] virtual connection_facts facts() const { return {}; }
};

class application {
 public:
  application() = default;
  application(application const&) = delete;
  application& operator=(application const&) = delete;
  virtual ~application() = default;

  /// Early data may be sent: what is opened and written from now on must be safe to be carried out twice.
  virtual void on_early(port&) {}
  virtual void on_connected(port&) {}
  /// Client: before `on_connected`, where HTTP/3 was chosen: requests go to the server by this. None of the other calls
  /// about streams follow.
  virtual void on_site(port&, quoin::http3::origin&) {}
  /// Server: a request of HTTP/3.
  virtual void on_request(port&, quoin::http3::request&, quoin::http3::response&) {}
  virtual void on_confirmed(port&) {}
  /// In-order bytes of a stream, which are all taken; `fin` comes once, maybe without bytes.
  virtual void on_data(port&, quoin::stream_id, quoin::byte_view, bool /*fin*/) {}
  virtual void on_reset(port&, quoin::stream_id, std::uint64_t /*code*/) {}
  virtual void on_stop_sending(port&, quoin::stream_id, std::uint64_t /*code*/) {}
  /// Everything sent on the stream has been acknowledged.
  virtual void on_finished(port&, quoin::stream_id) {}
  virtual void on_streams_available(port&) {}
  /// After each turn of the engine: the place to hand out more of a long answer.
  virtual void on_turn(port&) {}
  /// The port is gone when this returns.
  virtual void on_closed(port&, quoin::close_info const&) {}
};

}  // namespace tool
