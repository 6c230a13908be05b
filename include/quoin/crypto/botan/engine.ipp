// SPDX-License-Identifier: BSL-1.0
/// \file
/// Botan's TLS client and server without records. Included by handshake.ipp.
/// What Botan sends is taken where it lets applications inspect messages; what the peer sends is wrapped into the
/// records that Botan expects, with secrets from Botan's key log; alerts are taken from its exceptions.
#pragma once

#include <quoin/base/byte_reader.hpp>
#include <quoin/crypto/botan/accelerate.ipp>
#include <quoin/crypto/botan/client_sessions.ipp>
#include <quoin/crypto/botan/client_tail.ipp>
#include <quoin/crypto/botan/config.ipp>
#include <quoin/crypto/botan/guarded.ipp>
#include <quoin/crypto/botan/handshake.hpp>
#include <quoin/crypto/botan/quic_extensions.ipp>
#include <quoin/crypto/botan/record_sealer.ipp>
#include <quoin/crypto/botan/server_sessions.ipp>
#include <quoin/crypto/botan/verify.ipp>
#include <quoin/crypto/tls_messages.hpp>

#include <botan/hex.h>
#include <botan/tls_callbacks.h>
#include <botan/tls_client.h>
#include <botan/tls_extensions.h>
#include <botan/tls_messages.h>
#include <botan/tls_server.h>

#include <algorithm>

namespace quoin {

class botan_handshake::engine final : private botan_detail::accelerated_callbacks {
 public:
  engine(std::shared_ptr<config const> settings, handshake_start const& start)
      : config_(std::move(settings)),
        credentials_(config_->get().present()),
        self_(start.self),
        answer_parameters_(start.answer_parameters) {
    accelerate_by(configured(), *credentials_);
    facts_.self = start.self;
    facts_.version = start.version;
    if (self_ == role::client) facts_.server_name = start.server_name;
    facts_.parameters.assign(start.transport_parameters.begin(), start.transport_parameters.end());
    if (self_ == role::client)
      mine_ = std::make_shared<botan_detail::client_sessions>(configured(), *credentials_, facts_, start);
    else
      theirs_ = std::make_shared<botan_detail::server_sessions>(configured(), *credentials_, facts_);
  }

  result<> begin() {
    return guarded([&]() -> result<> { return self_ == role::client ? begin_client() : begin_server(); });
  }

  result<> receive(encryption_level level, byte_view bytes) {
    if (failure_) return unexpected{*failure_};
    return guarded([&] {
      return tls::take_messages(
          input_, receive_level_, level, bytes, [this](byte_view whole) { return take_message(whole); },
          [this](byte_view whole) { return leaves_to_others(whole); });
    });
  }

  // ---- work for another thread: see engine_work.ipp

  [[nodiscard]] bool has_work_to_leave() const noexcept { return work_to_leave_; }
  result<> go_on();

  bool export_keying_material(std::string_view label, byte_view context, byte_span out) const;
  std::optional<handshake_output> next() { return outputs_.take(); }
  std::string const& alpn() const noexcept { return facts_.alpn; }
  std::optional<cipher_suite> suite() const noexcept { return facts_.suite; }
  std::uint16_t group() const noexcept { return facts_.group; }
  std::string const& server_name() const noexcept { return facts_.server_name; }
  void set_time(wall_time now) noexcept { facts_.now = now; }
  bool resumed() const noexcept { return mine_ ? mine_->resumed() : theirs_->resumed(); }
  bool complete() const noexcept { return complete_; }
  std::shared_ptr<peer_certificate const> const& peer() const noexcept { return facts_.peer; }
  std::string const& detail() const noexcept { return detail_; }

 private:
  using side = Botan::TLS::Connection_Side;
  using handshake_type = Botan::TLS::Handshake_Type;

  botan_config::state const& configured() const noexcept { return config_->get(); }

  // ---- errors

  /// Runs what calls into Botan; nothing is thrown out, and the first error is the last word.
  template <class Action>
  result<> guarded(Action&& action) {
    auto outcome = botan_detail::caught(action, detail_);
    if (!outcome) {
      failure_ = outcome.error();
      tail_.reset();
      channel_.reset();
    }
    return outcome;
  }

  // ---- starting

  /// Botan wants shared ownership of what here lives exactly as long as its channel.
  std::shared_ptr<Botan::TLS::Callbacks> callbacks() { return {std::shared_ptr<void>{}, this}; }

  result<> begin_client() {
    auto const& made = configured();
    // Without a name there would be nothing to tell one valid certificate from another (RFC 9001 4.4).
    if (facts_.server_name.empty() && credentials_->verifies_servers)
      return tls::fail(tls::alert::internal_error, "TLS: a server name is needed to verify the certificate");
    channel_ = std::make_unique<Botan::TLS::Client>(callbacks(), mine_, credentials_, credentials_->policy, made.random,
                                                    Botan::TLS::Server_Information{facts_.server_name},
                                                    Botan::TLS::Protocol_Version::TLS_V13, made.settings.alpn, 512);
    if (mine_->early_data_offered())
      release_early_secret(key_direction::seal, mine_->session().suite, mine_->early_secret(), mine_->messages());
    return {};
  }

  result<> begin_server() {
    auto const& made = configured();
    if (credentials_->identities.empty())
      return tls::fail(tls::alert::internal_error, "TLS: a server needs a certificate");
    channel_ = std::make_unique<Botan::TLS::Server>(callbacks(), theirs_, credentials_, credentials_->policy,
                                                    made.random, false, 512);
    return {};
  }

  // ---- messages of the peer

  bool leaves_to_others(byte_view whole);
  void answer_parameters_of(byte_view hello);

  result<> take_message(byte_view whole) {
    auto const type = static_cast<tls::message_type>(whole[0]);
    if (receive_level_ == encryption_level::one_rtt) return take_late_message(type, whole);
    QUOIN_TRY(check_type(type));
    if (type == tls::message_type::client_hello) QUOIN_TRY(check_client_hello(whole));
    if (type == tls::message_type::server_hello) facts_.note_server_hello(whole);
    if (type == tls::message_type::encrypted_extensions) QUOIN_TRY(check_chosen_alpn(whole));
    if (tail_ || ends_without_botan(type, whole)) return take_tail_message(type, whole);
    follow(type, whole);
    records_.clear();
    sealer_.wrap(whole, records_);
    // Botan shows a message that it received before any that it sends in answer.
    message_is_theirs_ = true;
    if (!channel_) return tls::fail(tls::alert::internal_error, "TLS: handshake was not begun");
    channel_->received_data(records_);
    if (mine_ && type == tls::message_type::server_hello && receive_level_ == encryption_level::handshake)
      mine_->on_server_hello(whole);
    // Nothing more is asked of Botan after the handshake, and its state is the larger part of a connection.
    if (complete_) channel_.reset();
    if (complete_ && mine_) {
      if (mine_->resumed()) know_peer(mine_->session().peer_subject, mine_->session().peer_fingerprint);
      mine_->on_complete();
    }
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

  // ---- sessions and early data: see engine_sessions.ipp

  void follow(tls::message_type type, byte_view whole);
  bool ends_without_botan(tls::message_type type, byte_view whole);
  result<> take_tail_message(tls::message_type type, byte_view whole);
  void know_peer(std::string const& subject, std::string const& fingerprint);
  void extend_servers(Botan::TLS::Extensions& extensions, handshake_type type);

  result<> take_late_message(tls::message_type type, byte_view whole);

  static result<> check_client_hello(byte_view whole) {
    // RFC 9001 8.4: middlebox compatibility mode is not for QUIC.
    if (whole.size() > botan_detail::hello_session_id_at && whole[botan_detail::hello_session_id_at] != 0)
      return fail(error_code::protocol_violation, "TLS: legacy_session_id is not empty");
    return {};
  }

  /// RFC 9001 8.1: an application protocol that was not offered is as bad as none.
  result<> check_chosen_alpn(byte_view whole) const {
    byte_reader reader{tls::body_of(whole)};
    reader.u16();
    auto known = true;
    auto const& ours = configured().settings.alpn;
    tls::for_each_extension(reader.rest(), [&](std::uint16_t type, byte_view value) {
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
    if (type == tls::message_type::server_hello) facts_.note_server_hello(whole);
    if (type == tls::message_type::client_hello) hello_ = whole;
    if (mine_) mine_->add(whole);
    auto const hello = type == tls::message_type::client_hello || type == tls::message_type::server_hello;
    auto const late = type == tls::message_type::new_session_ticket;
    outputs_.push(handshake_output::kind::send,
                  hello  ? encryption_level::initial
                  : late ? encryption_level::one_rtt
                         : encryption_level::handshake,
                  whole);
  }

  void tls_emit_data(std::span<std::uint8_t const>) override {}  // the same messages in records
  void tls_record_received(std::uint64_t, std::span<std::uint8_t const>) override {
    botan_detail::refuse(tls::alert::unexpected_message);
  }
  void tls_alert(Botan::TLS::Alert) override {}  // Botan is never fed an alert

  // ---- secrets

  void tls_ssl_key_log_data(std::string_view label, std::span<std::uint8_t const> client_random,
                            std::span<std::uint8_t const> secret) const override {
    // Botan hands out secrets in a const member; to this engine they are events.
    const_cast<engine*>(this)->take_secret(label, secret);
    if (label != "EARLY_EXPORTER_MASTER_SECRET") log_secret(label, secret, client_random);
  }

  void log_secret(std::string_view label, byte_view secret) const {
    log_secret(label, secret, botan_detail::hello_random(hello_));
  }
  void log_secret(std::string_view label, byte_view secret, byte_view client_random) const {
    if (configured().logs_keys())
      configured().log_key(std::string{label} + ' ' + Botan::hex_encode(client_random, false) + ' ' +
                           Botan::hex_encode(secret, false));
  }

  void release_early_secret(key_direction direction, cipher_suite suite, byte_view secret, byte_view hello) {
    log_secret("CLIENT_EARLY_TRAFFIC_SECRET", secret, botan_detail::hello_random(hello));
    outputs_.push_secret(encryption_level::early_data, direction, suite, secret);
  }

  Botan::secure_vector<std::uint8_t> tls_kem_decapsulate(Botan::TLS::Group_Params group, Botan::Private_Key const& key,
                                                         std::vector<std::uint8_t> const& encapsulated,
                                                         Botan::RandomNumberGenerator& random,
                                                         Botan::TLS::Policy const& policy) override {
    auto shared = Callbacks::tls_kem_decapsulate(group, key, encapsulated, random, policy);
    if (mine_) mine_->take_shared_secret(shared);
    return shared;
  }

  std::chrono::system_clock::time_point tls_current_timestamp() override { return facts_.time(); }

  void take_secret(std::string_view label, byte_view secret) {
    if (label == "CLIENT_HANDSHAKE_TRAFFIC_SECRET") take_handshake_secret(role::client, secret);
    if (label == "SERVER_HANDSHAKE_TRAFFIC_SECRET") take_handshake_secret(role::server, secret);
    if (label == "CLIENT_TRAFFIC_SECRET_0") take_traffic_secret(role::client, secret);
    if (label == "SERVER_TRAFFIC_SECRET_0") take_traffic_secret(role::server, secret);
    if (label == "EXPORTER_SECRET") exporter_secret_.assign(secret.begin(), secret.end());
  }

  void take_handshake_secret(role whose, byte_view secret) {
    auto const direction = whose == self_ ? key_direction::seal : key_direction::open;
    outputs_.push_secret(encryption_level::handshake, direction, *facts_.suite, secret);
    if (direction == key_direction::seal) {
      sealing_secret_.assign(secret.begin(), secret.end());
      return;
    }
    sealer_.install(*facts_.suite, secret);
    receive_level_ = encryption_level::handshake;
  }

  /// Botan tells both secrets once the server's Finished exists. What follows that message may be used at once: sealing
  /// at the server, opening at the client. The other two wait for the client's Finished (RFC 9001 5.7).
  void take_traffic_secret(role whose, byte_view secret) {
    if (whose == role::client)
      client_secret_.assign(secret.begin(), secret.end());
    else
      outputs_.push_secret(encryption_level::one_rtt, self_ == role::server ? key_direction::seal : key_direction::open,
                           *facts_.suite, secret);
  }

  void tls_session_activated() override {
    outputs_.push_secret(encryption_level::one_rtt, self_ == role::client ? key_direction::seal : key_direction::open,
                         *facts_.suite, client_secret_);
    client_secret_.clear();
    sealing_secret_.clear();
    receive_level_ = encryption_level::one_rtt;
    complete_ = true;
    outputs_.push(handshake_output::kind::complete, encryption_level::one_rtt);
  }

  // ---- extensions

  void tls_modify_extensions(Botan::TLS::Extensions& extensions, side, handshake_type type) override {
    if (theirs_) return extend_servers(extensions, type);
    if (type != handshake_type::ClientHello) return;
    // A ClientHello that answers a HelloRetryRequest still has what was added to the first one.
    if (std::exchange(parameters_sent_, true)) {
      extensions.remove_extension(Botan::TLS::Extension_Code::EarlyData);
      return;
    }
    extensions.add(std::make_unique<botan_detail::transport_parameters_extension>(facts_.parameters));
    mine_->extend_hello(extensions);
    botan_detail::keep_session_last(extensions);
  }

  void tls_examine_extensions(Botan::TLS::Extensions const& extensions, side, handshake_type type) override {
    auto const theirs = self_ == role::server ? handshake_type::ClientHello : handshake_type::EncryptedExtensions;
    if (type != theirs) return;
    auto const code = static_cast<Botan::TLS::Extension_Code>(tls::extension::transport_parameters);
    auto* const parameters = dynamic_cast<Botan::TLS::Unknown_Extension*>(extensions.get(code));
    // RFC 9001 8.2 and 8.1: both are mandatory.
    if (parameters == nullptr)
      botan_detail::refuse(tls::alert::missing_extension, "TLS: quic_transport_parameters are missing");
    auto const* const alpn = extensions.get<Botan::TLS::Application_Layer_Protocol_Notification>();
    if (alpn == nullptr) botan_detail::refuse(tls::alert::no_application_protocol);
    if (self_ == role::client) facts_.alpn = alpn->single_protocol();
    if (auto const* const name = extensions.get<Botan::TLS::Server_Name_Indicator>(); name && self_ == role::server)
      take_server_name(name->host_name());
    if (theirs_) theirs_->note_early_data_offered(extensions.has(Botan::TLS::Extension_Code::EarlyData));
    if (parameters_received_) return;  // a second ClientHello repeats them
    parameters_received_ = true;
    outputs_.push(handshake_output::kind::peer_parameters, receive_level_, parameters->value());
    if (self_ == role::server) answer_parameters(parameters->value());
  }

  void answer_parameters(byte_view theirs) {
    if (answer_parameters_) std::exchange(answer_parameters_, {})(theirs, facts_.parameters, facts_.version);
  }

  std::string tls_server_choose_app_protocol(std::vector<std::string> const& offered) override {
    for (auto const& ours : configured().settings.alpn)
      if (std::find(offered.begin(), offered.end(), ours) != offered.end()) return facts_.alpn = ours;
    botan_detail::refuse(tls::alert::no_application_protocol);
  }

  // ---- names and certificates: see engine_certificates.ipp

  void take_server_name(std::string_view asked_for);

  std::vector<std::vector<std::uint8_t>> tls_provide_cert_chain_status(
      std::vector<Botan::X509_Certificate> const& chain, Botan::TLS::Certificate_Status_Request const&) override;
  void tls_verify_cert_chain(std::vector<Botan::X509_Certificate> const& chain,
                             std::vector<std::optional<Botan::OCSP::Response>> const&,
                             std::vector<Botan::Certificate_Store*> const& roots, Botan::Usage_Type usage,
                             std::string_view, Botan::TLS::Policy const& policy) override;

  std::shared_ptr<config const> config_;
  std::shared_ptr<botan_detail::credentials> credentials_;  // of the time when this began
  role self_;
  parameter_answer answer_parameters_;
  botan_detail::connection_facts facts_;
  std::shared_ptr<botan_detail::client_sessions> mine_;    // at a client
  std::shared_ptr<botan_detail::server_sessions> theirs_;  // at a server
  std::optional<botan_detail::client_tail> tail_;
  std::vector<std::uint8_t> hello_;  // the newest ClientHello of ours
  std::optional<transport_error> failure_;
  std::string detail_;
  tls::output_queue outputs_;
  tls::message_buffer input_;
  std::vector<std::uint8_t> records_;
  botan_detail::record_sealer sealer_;
  botan_detail::secret_bytes client_secret_;
  botan_detail::secret_bytes sealing_secret_;  // for handshake packets
  botan_detail::secret_bytes exporter_secret_;
  encryption_level receive_level_ = encryption_level::initial;
  bool complete_ = false;
  bool work_to_leave_ = false;
  bool asked_for_certificate_ = false;
  bool message_is_theirs_ = false;
  bool parameters_sent_ = false;
  bool parameters_received_ = false;
  // Last, for its destructor may still call back.
  std::unique_ptr<Botan::TLS::Channel> channel_;
};

}  // namespace quoin
