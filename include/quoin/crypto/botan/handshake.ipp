// SPDX-License-Identifier: BSL-1.0
/// \file
/// Bodies of handshake.hpp: Botan's TLS client and server without records.
/// What Botan sends is taken where it lets applications inspect messages; what the peer sends is wrapped into the
/// records that Botan expects, with secrets from Botan's key log; alerts are taken from its exceptions.
#pragma once

#include <quoin/base/byte_reader.hpp>
#include <quoin/crypto/botan/config.ipp>
#include <quoin/crypto/botan/handshake.hpp>
#include <quoin/crypto/botan/quic_extensions.ipp>
#include <quoin/crypto/botan/record_sealer.ipp>
#include <quoin/crypto/botan/verify.ipp>
#include <quoin/crypto/tls_messages.hpp>

#include <botan/hex.h>
#include <botan/tls_callbacks.h>
#include <botan/tls_client.h>
#include <botan/tls_exceptn.h>
#include <botan/tls_extensions.h>
#include <botan/tls_messages.h>
#include <botan/tls_server.h>

#include <algorithm>

namespace quoin {

class botan_handshake::engine final : private Botan::TLS::Callbacks {
 public:
  engine(std::shared_ptr<config const> settings, handshake_start const& start)
      : config_(std::move(settings)),
        self_(start.self),
        server_name_(start.self == role::client ? start.server_name : std::string{}),
        parameters_(start.transport_parameters.begin(), start.transport_parameters.end()) {}

  result<> begin() {
    return guarded([&]() -> result<> { return self_ == role::client ? begin_client() : begin_server(); });
  }

  result<> receive(encryption_level level, byte_view bytes) {
    if (failure_) return unexpected{*failure_};
    return guarded([&] {
      return tls::take_messages(input_, receive_level_, level, bytes,
                                [this](byte_view whole) { return take_message(whole); });
    });
  }

  bool export_keying_material(std::string_view label, byte_view context, byte_span out) const {
    if (!complete_ || exporter_secret_.empty()) return false;
    botan_detail::secret_bytes derived(hash_size(hash_of(*suite_)));
    botan_detail::expand_label(*suite_, exporter_secret_, label, botan_detail::transcript_hash(*suite_, {}), derived);
    botan_detail::expand_label(*suite_, derived, "exporter", botan_detail::transcript_hash(*suite_, context), out);
    return true;
  }

  std::optional<handshake_output> next() { return outputs_.take(); }
  std::string const& alpn() const noexcept { return alpn_; }
  std::optional<cipher_suite> suite() const noexcept { return suite_; }
  std::string const& server_name() const noexcept { return server_name_; }
  bool complete() const noexcept { return complete_; }
  std::shared_ptr<peer_certificate const> const& peer() const noexcept { return peer_; }
  std::string const& detail() const noexcept { return detail_; }

 private:
  using side = Botan::TLS::Connection_Side;
  using handshake_type = Botan::TLS::Handshake_Type;

  botan_config::state const& configured() const noexcept { return config_->get(); }

  // ---- errors

  /// Runs what calls into Botan; nothing is thrown out, and the first error is the last word.
  template <class Action>
  result<> guarded(Action&& action) {
    auto outcome = caught(action);
    if (!outcome) {
      failure_ = outcome.error();
      channel_.reset();
    }
    return outcome;
  }

  template <class Action>
  result<> caught(Action& action) {
    try {
      return action();
    } catch (transport_error const& error) {
      return unexpected{error};
    } catch (Botan::TLS::TLS_Exception const& e) {
      return alert_of(static_cast<std::uint16_t>(e.type()), e);
    } catch (Botan::Invalid_Authentication_Tag const& e) {
      return alert_of(static_cast<std::uint16_t>(tls::alert::bad_record_mac), e);
    } catch (Botan::Decoding_Error const& e) {
      return alert_of(static_cast<std::uint16_t>(tls::alert::decode_error), e);
    } catch (Botan::Invalid_Argument const& e) {
      return alert_of(static_cast<std::uint16_t>(tls::alert::illegal_parameter), e);
    } catch (Botan::Not_Implemented const& e) {
      return alert_of(static_cast<std::uint16_t>(tls::alert::handshake_failure), e);
    } catch (std::exception const& e) {
      return alert_of(static_cast<std::uint16_t>(tls::alert::internal_error), e);
    }
  }

  result<> alert_of(std::uint16_t number, std::exception const& e) {
    if (detail_.empty()) detail_ = e.what();
    return tls::fail(number <= 0xff ? static_cast<tls::alert>(number) : tls::alert::internal_error);
  }

  [[noreturn]] static void refuse(tls::alert alert, std::string_view reason = {}) {
    throw transport_error{tls::fail(alert, reason).error};
  }

  // ---- starting

  /// Botan wants shared ownership of what here lives exactly as long as its channel.
  std::shared_ptr<Botan::TLS::Callbacks> callbacks() { return {std::shared_ptr<void>{}, this}; }

  result<> begin_client() {
    auto const& made = configured();
    // Without a name there would be nothing to tell one valid certificate from another (RFC 9001 4.4).
    if (server_name_.empty() && !made.settings.dangerously_skip_certificate_verification)
      return tls::fail(tls::alert::internal_error, "TLS: a server name is needed to verify the certificate");
    channel_ = std::make_unique<Botan::TLS::Client>(callbacks(), made.sessions, made.credentials, made.policy,
                                                    made.random, Botan::TLS::Server_Information{server_name_},
                                                    Botan::TLS::Protocol_Version::TLS_V13, made.settings.alpn, 512);
    return {};
  }

  result<> begin_server() {
    auto const& made = configured();
    if (!config_->has_certificate()) return tls::fail(tls::alert::internal_error, "TLS: a server needs a certificate");
    channel_ = std::make_unique<Botan::TLS::Server>(callbacks(), made.sessions, made.credentials, made.policy,
                                                    made.random, false, 512);
    return {};
  }

  // ---- messages of the peer

  result<> take_message(byte_view whole) {
    auto const type = static_cast<tls::message_type>(whole[0]);
    if (receive_level_ == encryption_level::one_rtt) return take_late_message(type, whole);
    QUOIN_TRY(check_type(type));
    if (type == tls::message_type::client_hello) QUOIN_TRY(check_client_hello(whole));
    if (type == tls::message_type::server_hello) note_suite(whole);
    if (type == tls::message_type::encrypted_extensions) QUOIN_TRY(check_chosen_alpn(whole));
    records_.clear();
    sealer_.wrap(whole, records_);
    // Botan shows a message that it received before any that it sends in answer.
    message_is_theirs_ = true;
    if (!channel_) return tls::fail(tls::alert::internal_error, "TLS: handshake was not begun");
    channel_->received_data(records_);
    // Nothing more is asked of Botan after the handshake, and its state is the larger part of a connection.
    if (complete_) channel_.reset();
    return {};
  }

  result<> check_type(tls::message_type type) const {
    using enum tls::message_type;
    auto const client = self_ == role::client;
    if (receive_level_ == encryption_level::initial) {
      if (type == (client ? server_hello : client_hello)) return {};
    } else if (type == certificate || type == certificate_verify || type == finished) {
      return {};
    } else if (client && (type == encrypted_extensions || type == certificate_request)) {
      return {};
    }
    return tls::fail(tls::alert::unexpected_message);
  }

  /// After the handshake a server may send tickets, and a client nothing.
  result<> take_late_message(tls::message_type type, byte_view whole) const {
    // RFC 9001 4.4.
    if (self_ == role::client && type == tls::message_type::certificate_request)
      return fail(error_code::protocol_violation, "TLS: client authentication after the handshake");
    if (self_ == role::server || type != tls::message_type::new_session_ticket)
      return tls::fail(tls::alert::unexpected_message);
    return botan_detail::check_ticket(tls::body_of(whole));
  }

  static constexpr std::size_t hello_session_id_at = tls::message_header_size + 2 + 32;

  static result<> check_client_hello(byte_view whole) {
    // RFC 9001 8.4: middlebox compatibility mode is not for QUIC.
    if (whole.size() > hello_session_id_at && whole[hello_session_id_at] != 0)
      return fail(error_code::protocol_violation, "TLS: legacy_session_id is not empty");
    return {};
  }

  /// The suite is in a ServerHello after the session ID; whether it is a proper one is Botan's to say.
  void note_suite(byte_view hello) {
    byte_reader reader{hello};
    reader.bytes(hello_session_id_at);
    reader.bytes(reader.u8().value_or(0));
    auto const suite = reader.u16().value_or(0);
    if (suite >= 0x1301 && suite <= 0x1303) suite_ = static_cast<cipher_suite>(suite);
  }

  /// RFC 9001 8.1: an application protocol that was not offered is as bad as none.
  result<> check_chosen_alpn(byte_view whole) const {
    byte_reader reader{tls::body_of(whole)};
    reader.u16();
    auto known = true;
    auto const& ours = configured().settings.alpn;
    botan_detail::for_each_extension(reader.rest(), [&](std::uint16_t type, byte_view value) {
      if (type == tls::extension::alpn && value.size() > 3)
        known = std::find(ours.begin(), ours.end(), as_text(value.subspan(3))) != ours.end();
    });
    if (!known) return tls::fail(tls::alert::no_application_protocol, "TLS: application protocol was not offered");
    return {};
  }

  // ---- messages of ours

  void tls_inspect_handshake_msg(Botan::TLS::Handshake_Message const& message) override {
    if (message_is_theirs_) {
      message_is_theirs_ = false;
      return;
    }
    auto const body = message.serialize();
    auto const type = static_cast<tls::message_type>(message.wire_type());
    std::vector<std::uint8_t> whole{static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(body.size() >> 16),
                                    static_cast<std::uint8_t>(body.size() >> 8 & 0xff),
                                    static_cast<std::uint8_t>(body.size() & 0xff)};
    whole.insert(whole.end(), body.begin(), body.end());
    if (type == tls::message_type::server_hello) note_suite(whole);
    auto const hello = type == tls::message_type::client_hello || type == tls::message_type::server_hello;
    outputs_.push(handshake_output::kind::send, hello ? encryption_level::initial : encryption_level::handshake, whole);
  }

  void tls_emit_data(std::span<std::uint8_t const>) override {}  // the same messages in records
  void tls_record_received(std::uint64_t, std::span<std::uint8_t const>) override {
    refuse(tls::alert::unexpected_message);
  }
  void tls_alert(Botan::TLS::Alert) override {}  // Botan is never fed an alert

  // ---- secrets

  void tls_ssl_key_log_data(std::string_view label, std::span<std::uint8_t const> client_random,
                            std::span<std::uint8_t const> secret) const override {
    // Botan hands out secrets in a const member; to this engine they are events.
    const_cast<engine*>(this)->take_secret(label, secret);
    if (configured().logs_keys() && label != "EARLY_EXPORTER_MASTER_SECRET")
      configured().log_key(std::string{label} + ' ' + Botan::hex_encode(client_random, false) + ' ' +
                           Botan::hex_encode(secret, false));
  }

  void take_secret(std::string_view label, byte_view secret) {
    if (label == "CLIENT_HANDSHAKE_TRAFFIC_SECRET") take_handshake_secret(role::client, secret);
    if (label == "SERVER_HANDSHAKE_TRAFFIC_SECRET") take_handshake_secret(role::server, secret);
    if (label == "CLIENT_TRAFFIC_SECRET_0") take_traffic_secret(role::client, secret);
    if (label == "SERVER_TRAFFIC_SECRET_0") take_traffic_secret(role::server, secret);
    if (label == "EXPORTER_SECRET") exporter_secret_.assign(secret.begin(), secret.end());
  }

  void take_handshake_secret(role whose, byte_view secret) {
    auto const direction = whose == self_ ? key_direction::seal : key_direction::open;
    outputs_.push_secret(encryption_level::handshake, direction, *suite_, secret);
    if (direction == key_direction::seal) return;
    sealer_.install(*suite_, secret);
    receive_level_ = encryption_level::handshake;
  }

  /// Botan tells both secrets once the server's Finished exists. What follows that message may be used at once: sealing
  /// at the server, opening at the client. The other two wait for the client's Finished (RFC 9001 5.7).
  void take_traffic_secret(role whose, byte_view secret) {
    if (whose == role::client)
      client_secret_.assign(secret.begin(), secret.end());
    else
      outputs_.push_secret(encryption_level::one_rtt, self_ == role::server ? key_direction::seal : key_direction::open,
                           *suite_, secret);
  }

  void tls_session_activated() override {
    outputs_.push_secret(encryption_level::one_rtt, self_ == role::client ? key_direction::seal : key_direction::open,
                         *suite_, client_secret_);
    client_secret_.clear();
    receive_level_ = encryption_level::one_rtt;
    complete_ = true;
    outputs_.push(handshake_output::kind::complete, encryption_level::one_rtt);
  }

  // ---- extensions

  void tls_modify_extensions(Botan::TLS::Extensions& extensions, side, handshake_type type) override {
    auto const ours = self_ == role::client ? handshake_type::ClientHello : handshake_type::EncryptedExtensions;
    // A ClientHello that answers a HelloRetryRequest still has what was added to the first one.
    if (type != ours || parameters_sent_) return;
    parameters_sent_ = true;
    extensions.add(std::make_unique<botan_detail::transport_parameters_extension>(parameters_));
  }

  void tls_examine_extensions(Botan::TLS::Extensions const& extensions, side, handshake_type type) override {
    auto const theirs = self_ == role::server ? handshake_type::ClientHello : handshake_type::EncryptedExtensions;
    if (type != theirs) return;
    auto const code = static_cast<Botan::TLS::Extension_Code>(tls::extension::transport_parameters);
    auto* const parameters = dynamic_cast<Botan::TLS::Unknown_Extension*>(extensions.get(code));
    // RFC 9001 8.2 and 8.1: both are mandatory.
    if (parameters == nullptr) refuse(tls::alert::missing_extension, "TLS: quic_transport_parameters are missing");
    auto const* const alpn = extensions.get<Botan::TLS::Application_Layer_Protocol_Notification>();
    if (alpn == nullptr) refuse(tls::alert::no_application_protocol);
    if (self_ == role::client) alpn_ = alpn->single_protocol();
    if (auto const* const name = extensions.get<Botan::TLS::Server_Name_Indicator>(); name && self_ == role::server)
      server_name_ = name->host_name();
    if (parameters_received_) return;  // a second ClientHello repeats them
    parameters_received_ = true;
    outputs_.push(handshake_output::kind::peer_parameters, receive_level_, parameters->value());
  }

  std::string tls_server_choose_app_protocol(std::vector<std::string> const& offered) override {
    for (auto const& ours : configured().settings.alpn)
      if (std::find(offered.begin(), offered.end(), ours) != offered.end()) return alpn_ = ours;
    refuse(tls::alert::no_application_protocol);
  }

  // ---- certificates

  void tls_verify_cert_chain(std::vector<Botan::X509_Certificate> const& chain,
                             std::vector<std::optional<Botan::OCSP::Response>> const&,
                             std::vector<Botan::Certificate_Store*> const& roots, Botan::Usage_Type usage,
                             std::string_view, Botan::TLS::Policy const& policy) override {
    if (self_ == role::client && configured().settings.dangerously_skip_certificate_verification) {
      if (!chain.empty()) peer_ = botan_detail::identity_of(chain.front());
      return;
    }
    auto outcome = botan_detail::verify_or_remember(configured().chains, chain, roots, usage, server_name_, policy,
                                                    tls_current_timestamp());
    if (outcome) {
      peer_ = std::move(*outcome);
      return;
    }
    detail_ = std::move(outcome.error().detail);
    refuse(outcome.error().alert);
  }

  std::shared_ptr<config const> config_;
  role self_;
  std::string server_name_;
  std::vector<std::uint8_t> parameters_;
  std::string alpn_;
  std::optional<cipher_suite> suite_;
  std::shared_ptr<peer_certificate const> peer_;
  std::optional<transport_error> failure_;
  std::string detail_;
  tls::output_queue outputs_;
  tls::message_buffer input_;
  std::vector<std::uint8_t> records_;
  botan_detail::record_sealer sealer_;
  botan_detail::secret_bytes client_secret_;
  botan_detail::secret_bytes exporter_secret_;
  encryption_level receive_level_ = encryption_level::initial;
  bool complete_ = false;
  bool message_is_theirs_ = false;
  bool parameters_sent_ = false;
  bool parameters_received_ = false;
  // Last, for its destructor may still call back.
  std::unique_ptr<Botan::TLS::Channel> channel_;
};

QUOIN_DECL botan_handshake::botan_handshake(std::shared_ptr<config const> settings, handshake_start const& start)
    : engine_(std::make_unique<engine>(std::move(settings), start)) {}
QUOIN_DECL botan_handshake::~botan_handshake() = default;
QUOIN_DECL botan_handshake::botan_handshake(botan_handshake&&) noexcept = default;
QUOIN_DECL botan_handshake& botan_handshake::operator=(botan_handshake&&) noexcept = default;
QUOIN_DECL result<> botan_handshake::begin() {
  return engine_->begin();
}
QUOIN_DECL result<> botan_handshake::receive(encryption_level level, byte_view bytes) {
  return engine_->receive(level, bytes);
}
QUOIN_DECL std::optional<handshake_output> botan_handshake::next() {
  return engine_->next();
}
QUOIN_DECL std::string_view botan_handshake::alpn() const noexcept {
  return engine_->alpn();
}
QUOIN_DECL std::optional<cipher_suite> botan_handshake::suite() const noexcept {
  return engine_->suite();
}
QUOIN_DECL std::string_view botan_handshake::server_name() const noexcept {
  return engine_->server_name();
}
QUOIN_DECL bool botan_handshake::complete() const noexcept {
  return engine_->complete();
}
QUOIN_DECL std::shared_ptr<peer_certificate const> const& botan_handshake::peer() const noexcept {
  return engine_->peer();
}
QUOIN_DECL bool botan_handshake::export_keying_material(std::string_view label, byte_view context,
                                                        byte_span out) const {
  return engine_->export_keying_material(label, context, out);
}
QUOIN_DECL std::string_view botan_handshake::failure_detail() const noexcept {
  return engine_->detail();
}

}  // namespace quoin
