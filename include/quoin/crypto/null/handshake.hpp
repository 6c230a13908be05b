// SPDX-License-Identifier: BSL-1.0
/// \file
/// A handshake without any secrecy, for tests and simulations ONLY. It sends the same flights at the same encryption
/// levels as TLS 1.3 and releases secrets at the same moments, but everybody who sees the hellos knows the secrets and
/// nobody's identity is checked. Never put it on a network.
#pragma once

#include <quoin/base/byte_reader.hpp>
#include <quoin/base/siphash.hpp>
#include <quoin/crypto/null/sessions.hpp>
#include <quoin/crypto/session/client_session_state.hpp>
#include <quoin/crypto/session/new_session_ticket.hpp>
#include <quoin/crypto/tls_messages.hpp>
#include <quoin/policy/crypto.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

namespace quoin {

/// Model of `tls_handshake` for tests: deterministic, insecure on purpose.
///   client: Hello (Initial)                          -> server
///   server: Hello (Initial), EncryptedExtensions, [Certificate of any size], Finished (Handshake)
///   client: [Certificate of any size], Finished (Handshake)
/// Messages look like those of TLS (type, 24-bit length, extensions), and errors are the same alerts. Sessions are
/// resumed if the server's configuration has `sessions`; the Certificate is then left out.
class null_handshake {
 public:
  static constexpr feature_set<handshake_feature> features{handshake_feature::resumption};

  struct config {
    std::vector<std::string> alpn;  ///< client: offered; server: accepted, best first
    std::size_t hello_padding = 0;  ///< bytes added to the ClientHello, to make it span packets; at most 60000 are
    std::size_t server_flight_padding = 0;                  ///< size of the pretended certificate; 0: no such message
    cipher_suite suite = cipher_suite::aes_128_gcm_sha256;  ///< both sides must have the same
    std::shared_ptr<null_sessions const> sessions{};        ///< server: tickets and early data; null for neither
    std::size_t client_flight_padding = 0;                  ///< as of a server, of the client's
  };

  null_handshake(std::shared_ptr<config const> settings, handshake_start const& start);

  /// Client: makes the hello. Server: nothing.
  result<> begin();

  /// The next in-order bytes of `level`. After an error every further call returns that error.
  result<> receive(encryption_level level, byte_view bytes);

  std::optional<handshake_output> next() { return outputs_.take(); }
  [[nodiscard]] std::string_view alpn() const noexcept { return alpn_; }
  [[nodiscard]] std::optional<cipher_suite> suite() const noexcept { return suite_; }
  /// The name the client asked for; the server knows it from the ClientHello on.
  [[nodiscard]] std::string_view server_name() const noexcept { return server_name_; }
  [[nodiscard]] bool complete() const noexcept { return receive_level_ == encryption_level::one_rtt; }

  void set_time(wall_time now) noexcept { now_ = now; }
  [[nodiscard]] bool resumed() const noexcept { return resumed_; }
  static bool offers(config const& settings, std::string_view alpn) {
    return std::find(settings.alpn.begin(), settings.alpn.end(), alpn) != settings.alpn.end();
  }
  static bool takes_early_data(config const& settings) noexcept {
    return settings.sessions && settings.sessions->settings().early_data;
  }
  static std::optional<session_facts> facts_of(byte_view session) { return client_session_state::facts_of(session); }

 private:
  using message = std::vector<std::uint8_t>;
  static constexpr std::size_t hello_padding_max = 60000;
  struct peer_extensions {
    std::optional<byte_view> parameters;
    std::optional<byte_view> alpn;
    std::optional<byte_view> session;  ///< of a client: a ticket and its age; of a server: nothing, for yes
    bool early_data = false;
    byte_view server_name;
  };

  result<> take_message(byte_view whole);
  result<> take_client_hello(byte_view whole);
  result<> take_server_hello(byte_view whole);
  result<> take_encrypted_extensions(byte_view whole);
  result<> take_server_finished(byte_view whole);
  result<> take_client_finished(byte_view whole);
  result<> accept_peer(peer_extensions const& theirs);
  result<> choose_alpn(byte_view offered);
  result<> accept_alpn(byte_view chosen);
  static result<peer_extensions> read_extensions(byte_view bytes);

  void offer_session(message& hello);
  message answer_session(peer_extensions const& theirs, byte_view whole);
  result<> take_new_session_ticket(byte_view whole);
  void send_tickets();
  [[nodiscard]] message session_psk(std::array<std::uint8_t, 48> const& base, unsigned number) const;
  void release_early(byte_view psk, byte_view hello, key_direction direction);

  static message begin_message(tls::message_type type) { return {static_cast<std::uint8_t>(type), 0, 0, 0}; }
  static void add_extension(message& to, std::uint16_t type, byte_view value);
  void send(encryption_level level, message& whole);
  void send_server_flight();
  void send_certificate(std::size_t size);
  void send_finished(std::string_view label);
  void remember(byte_view whole) noexcept;
  [[nodiscard]] std::array<std::uint8_t, 48> derive(std::string_view label) const noexcept;
  void release(encryption_level level, key_direction direction, role whose);

  std::shared_ptr<config const> settings_;
  role self_;
  std::string server_name_;
  std::string alpn_;
  std::vector<std::uint8_t> parameters_;
  std::optional<cipher_suite> suite_;
  std::optional<transport_error> failure_;
  tls::output_queue outputs_;
  tls::message_buffer input_;
  hash_key transcript_{};
  quoin::version version_;
  parameter_answer answer_parameters_;
  wall_time now_;
  std::optional<client_session_state> session_;
  std::optional<wall_time> began_;  ///< of the session resumed, at a server
  encryption_level receive_level_ = encryption_level::initial;
  bool extensions_seen_ = false;
  bool resumed_ = false;
  bool wants_early_ = false;
  bool early_offered_ = false;
  bool early_accepted_ = false;
};

inline null_handshake::null_handshake(std::shared_ptr<config const> settings, handshake_start const& start)
    : settings_(std::move(settings)),
      self_(start.self),
      server_name_(start.self == role::client ? start.server_name : std::string{}),
      parameters_(start.transport_parameters.begin(), start.transport_parameters.end()),
      version_(start.version),
      answer_parameters_(start.answer_parameters) {
  if (self_ != role::client) return;
  session_ = client_session_state::decode(start.session);
  wants_early_ = start.early_data;
}

inline result<> null_handshake::begin() {
  if (self_ == role::server) return {};
  auto hello = begin_message(tls::message_type::client_hello);
  auto const suite = static_cast<std::uint16_t>(settings_->suite);
  hello.push_back(static_cast<std::uint8_t>(suite >> 8));
  hello.push_back(static_cast<std::uint8_t>(suite & 0xff));
  if (!server_name_.empty()) add_extension(hello, tls::extension::server_name, as_bytes(server_name_));
  message offered;
  for (auto const& name : settings_->alpn) {
    offered.push_back(static_cast<std::uint8_t>(name.size()));
    offered.insert(offered.end(), name.begin(), name.end());
  }
  if (!offered.empty()) add_extension(hello, tls::extension::alpn, offered);
  add_extension(hello, tls::extension::transport_parameters, parameters_);
  if (auto const padding = std::min(settings_->hello_padding, hello_padding_max); padding > 0)
    add_extension(hello, tls::extension::padding, message(padding));
  offer_session(hello);
  send(encryption_level::initial, hello);
  if (early_offered_) release_early(session_->psk, hello, key_direction::seal);
  return {};
}

inline result<> null_handshake::receive(encryption_level level, byte_view bytes) {
  if (failure_) return unexpected{*failure_};
  auto outcome =
      tls::take_messages(input_, receive_level_, level, bytes, [this](byte_view whole) { return take_message(whole); });
  if (!outcome) failure_ = outcome.error();
  return outcome;
}

inline result<> null_handshake::take_message(byte_view whole) {
  using tls::message_type;
  auto const type = static_cast<message_type>(whole[0]);
  auto const client = self_ == role::client;
  switch (receive_level_) {
    case encryption_level::initial:
      if (client && type == message_type::server_hello) return take_server_hello(whole);
      if (!client && type == message_type::client_hello) return take_client_hello(whole);
      break;
    case encryption_level::handshake:
      if (client && !extensions_seen_ && type == message_type::encrypted_extensions)
        return take_encrypted_extensions(whole);
      if (client && extensions_seen_ && type == message_type::certificate) return remember(whole), result<>{};
      if (client && extensions_seen_ && type == message_type::finished) return take_server_finished(whole);
      if (!client && type == message_type::certificate) return {};
      if (!client && type == message_type::finished) return take_client_finished(whole);
      break;
    case encryption_level::one_rtt:
      if (client && type == message_type::new_session_ticket) return take_new_session_ticket(whole);
      // RFC 9001 4.4.
      if (client && type == message_type::certificate_request)
        return fail(error_code::protocol_violation, "TLS: client authentication after the handshake");
      break;
    case encryption_level::early_data: break;
  }
  return tls::fail(tls::alert::unexpected_message);
}

inline result<> null_handshake::take_client_hello(byte_view whole) {
  byte_reader reader{tls::body_of(whole)};
  auto const suite = reader.u16();
  if (!suite) return tls::fail(tls::alert::decode_error);
  auto const theirs = read_extensions(reader.rest());
  if (!theirs) return unexpected{theirs.error()};
  if (*suite != static_cast<std::uint16_t>(settings_->suite)) return tls::fail(tls::alert::handshake_failure);
  if (!theirs->alpn) return tls::fail(tls::alert::no_application_protocol);
  QUOIN_TRY(choose_alpn(*theirs->alpn));
  suite_ = settings_->suite;
  server_name_ = as_text(theirs->server_name);
  if (answer_parameters_) answer_parameters_(*theirs->parameters, parameters_, version_);
  auto const psk = answer_session(*theirs, whole);
  QUOIN_TRY(accept_peer(*theirs));
  remember(whole);
  if (resumed_) remember(psk);
  send_server_flight();
  return {};
}

inline void null_handshake::send_server_flight() {
  auto hello = begin_message(tls::message_type::server_hello);
  auto const suite = static_cast<std::uint16_t>(settings_->suite);
  hello.push_back(static_cast<std::uint8_t>(suite >> 8));
  hello.push_back(static_cast<std::uint8_t>(suite & 0xff));
  if (resumed_) add_extension(hello, tls::extension::pre_shared_key, {});
  send(encryption_level::initial, hello);
  release(encryption_level::handshake, key_direction::open, role::client);
  release(encryption_level::handshake, key_direction::seal, role::server);

  auto extensions = begin_message(tls::message_type::encrypted_extensions);
  add_extension(extensions, tls::extension::alpn, as_bytes(alpn_));
  add_extension(extensions, tls::extension::transport_parameters, parameters_);
  if (early_accepted_) add_extension(extensions, tls::extension::early_data, {});
  send(encryption_level::handshake, extensions);
  send_certificate(settings_->server_flight_padding);
  send_finished("server finished");
  // RFC 9001 5.7: sealing at 1-RTT may begin now; opening waits for the client's Finished.
  release(encryption_level::one_rtt, key_direction::seal, role::server);
  receive_level_ = encryption_level::handshake;
}

inline result<> null_handshake::take_server_hello(byte_view whole) {
  byte_reader reader{tls::body_of(whole)};
  auto const suite = reader.u16();
  if (!suite) return tls::fail(tls::alert::decode_error);
  auto const theirs = read_extensions(reader.rest());
  if (!theirs) return unexpected{theirs.error()};
  if (*suite != static_cast<std::uint16_t>(settings_->suite)) return tls::fail(tls::alert::illegal_parameter);
  if (theirs->session && !session_) return tls::fail(tls::alert::unsupported_extension);
  suite_ = settings_->suite;
  resumed_ = theirs->session.has_value();
  if (resumed_) remember(session_->psk);
  remember(whole);
  release(encryption_level::handshake, key_direction::seal, role::client);
  release(encryption_level::handshake, key_direction::open, role::server);
  receive_level_ = encryption_level::handshake;
  return {};
}

inline result<> null_handshake::take_encrypted_extensions(byte_view whole) {
  auto const theirs = read_extensions(tls::body_of(whole));
  if (!theirs) return unexpected{theirs.error()};
  if (!theirs->alpn) return tls::fail(tls::alert::no_application_protocol);
  QUOIN_TRY(accept_alpn(*theirs->alpn));
  if (theirs->early_data && !early_offered_) return tls::fail(tls::alert::unsupported_extension);
  // RFC 8446 4.2.10: early data belongs to the session's protocol.
  if (theirs->early_data && (!resumed_ || alpn_ != session_->alpn)) return tls::fail(tls::alert::illegal_parameter);
  if (early_offered_)
    outputs_.push(theirs->early_data ? handshake_output::kind::early_accepted : handshake_output::kind::early_rejected,
                  encryption_level::early_data);
  QUOIN_TRY(accept_peer(*theirs));
  remember(whole);
  extensions_seen_ = true;
  return {};
}

inline result<> null_handshake::take_server_finished(byte_view whole) {
  auto const expected = derive("server finished");
  if (as_text(tls::body_of(whole)) != as_text({expected.data(), 16})) return tls::fail(tls::alert::decrypt_error);
  remember(whole);
  release(encryption_level::one_rtt, key_direction::open, role::server);
  auto const secrets = transcript_;
  send_certificate(settings_->client_flight_padding);
  transcript_ = secrets;  // like TLS 1.3, 1-RTT secrets depend on nothing after the server's Finished
  send_finished("client finished");
  transcript_ = secrets;
  release(encryption_level::one_rtt, key_direction::seal, role::client);
  receive_level_ = encryption_level::one_rtt;
  outputs_.push(handshake_output::kind::complete, encryption_level::one_rtt);
  return {};
}

inline result<> null_handshake::take_client_finished(byte_view whole) {
  auto const expected = derive("client finished");
  if (as_text(tls::body_of(whole)) != as_text({expected.data(), 16})) return tls::fail(tls::alert::decrypt_error);
  release(encryption_level::one_rtt, key_direction::open, role::client);
  receive_level_ = encryption_level::one_rtt;
  outputs_.push(handshake_output::kind::complete, encryption_level::one_rtt);
  send_tickets();
  return {};
}

inline result<> null_handshake::accept_peer(peer_extensions const& theirs) {
  // RFC 9001 8.2: both sides must send their transport parameters.
  if (!theirs.parameters) return tls::fail(tls::alert::missing_extension, "TLS: quic_transport_parameters are missing");
  outputs_.push(handshake_output::kind::peer_parameters, receive_level_, *theirs.parameters);
  return {};
}

inline result<> null_handshake::choose_alpn(byte_view offered) {
  std::vector<std::string_view> names;
  for (byte_reader reader{offered}; !reader.empty();) {
    auto const size = reader.u8();
    auto const name = reader.bytes(size.value_or(0));
    if (!name || name->empty()) return tls::fail(tls::alert::decode_error);
    names.push_back(as_text(*name));
  }
  for (auto const& ours : settings_->alpn)
    for (auto const name : names)
      if (alpn_.empty() && name == ours) alpn_ = ours;
  if (alpn_.empty()) return tls::fail(tls::alert::no_application_protocol);
  return {};
}

inline result<> null_handshake::accept_alpn(byte_view chosen) {
  for (auto const& offered : settings_->alpn)
    if (as_text(chosen) == offered) {
      alpn_ = offered;
      return {};
    }
  return tls::fail(tls::alert::no_application_protocol);
}

inline void null_handshake::remember(byte_view whole) noexcept {
  auto const low = siphash(transcript_, whole);
  transcript_ = {low, siphash({transcript_[1], ~transcript_[0]}, whole)};
}

/// A stand-in for HKDF: as many bytes as the longest secret, from the transcript so far.
inline std::array<std::uint8_t, 48> null_handshake::derive(std::string_view label) const noexcept {
  std::array<std::uint8_t, 48> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    hash_key const key{transcript_[0] + i / 8, transcript_[1]};
    bytes[i] = static_cast<std::uint8_t>(siphash(key, as_bytes(label)) >> (8 * (i % 8)));
  }
  return bytes;
}

inline void null_handshake::release(encryption_level level, key_direction direction, role whose) {
  auto const handshake = level == encryption_level::handshake;
  auto const secret = derive(whose == role::client ? (handshake ? "c hs traffic" : "c ap traffic")
                                                   : (handshake ? "s hs traffic" : "s ap traffic"));
  outputs_.push_secret(level, direction, *suite_, byte_view{secret}.first(hash_size(hash_of(*suite_))));
}

static_assert(tls_handshake<null_handshake> && resuming_handshake<null_handshake>);

}  // namespace quoin

#include <quoin/crypto/null/messages.ipp>
#include <quoin/crypto/null/resumption.ipp>
