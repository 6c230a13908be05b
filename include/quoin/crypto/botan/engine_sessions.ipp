// SPDX-License-Identifier: BSL-1.0
/// \file
/// The engine's part in sessions and early data. Included by handshake.ipp.
#pragma once

#include <quoin/crypto/botan/engine.ipp>

namespace quoin {

/// Keeps what sessions are made of. A retry, or extensions that say nothing of it, reject early data.
QUOIN_DECL void botan_handshake::engine::follow(tls::message_type type, byte_view whole) {
  if (theirs_ && type == tls::message_type::client_hello) theirs_->note_hello(whole);
  if (!mine_) return;
  bool const offered = mine_->early_data_offered();
  bool const retry = type == tls::message_type::server_hello && botan_detail::is_hello_retry(whole);
  if (offered && (retry || type == tls::message_type::encrypted_extensions)) {
    mine_->on_early_data_rejected();
    outputs_.push(handshake_output::kind::early_rejected, encryption_level::early_data);
  }
  if (retry) return mine_->on_hello_retry(whole);
  mine_->add(whole);
}

/// After the handshake a server may send tickets, and a client nothing.
QUOIN_DECL result<> botan_handshake::engine::take_late_message(tls::message_type type, byte_view whole) {
  // RFC 9001 4.4.
  if (self_ == role::client && type == tls::message_type::certificate_request)
    return fail(error_code::protocol_violation, "TLS: client authentication after the handshake");
  if (self_ == role::server || type != tls::message_type::new_session_ticket)
    return tls::fail(tls::alert::unexpected_message);
  auto const ticket = tls::read_new_session_ticket(tls::body_of(whole));
  if (!ticket) return unexpected{ticket.error()};
  if (auto const session = mine_->session_of(*ticket))
    outputs_.push(handshake_output::kind::session, encryption_level::one_rtt, session->encode());
  return {};
}

// ---- early data, accepted, at a client

QUOIN_DECL bool botan_handshake::engine::ends_without_botan(tls::message_type type, byte_view whole) {
  if (type != tls::message_type::encrypted_extensions || !mine_ || !mine_->early_data_offered()) return false;
  if (!botan_detail::client_tail::accepts(whole)) return false;
  tail_.emplace(*mine_, facts_, sealing_secret_);
  channel_.reset();
  outputs_.push(handshake_output::kind::early_accepted, encryption_level::early_data);
  return true;
}

QUOIN_DECL result<> botan_handshake::engine::take_tail_message(tls::message_type type, byte_view whole) {
  if (type == tls::message_type::encrypted_extensions) {
    auto const found = tail_->take_encrypted_extensions(whole, hello_);
    facts_.alpn = found.alpn;
    outputs_.push(handshake_output::kind::peer_parameters, receive_level_, found.parameters);
    return {};
  }
  if (type != tls::message_type::finished) return tls::fail(tls::alert::unexpected_message);
  auto const out = tail_->take_finished(whole);
  log_secret("CLIENT_TRAFFIC_SECRET_0", out.client_traffic);
  log_secret("SERVER_TRAFFIC_SECRET_0", out.server_traffic);
  log_secret("EXPORTER_SECRET", out.exporter);
  take_secret("SERVER_TRAFFIC_SECRET_0", out.server_traffic);
  take_secret("CLIENT_TRAFFIC_SECRET_0", out.client_traffic);
  take_secret("EXPORTER_SECRET", out.exporter);
  outputs_.push(handshake_output::kind::send, encryption_level::handshake, out.finished);
  know_peer(mine_->session().peer_subject, mine_->session().peer_fingerprint);
  tls_session_activated();
  mine_->on_complete();
  tail_.reset();
  return {};
}

/// Whom an earlier handshake has shown.
QUOIN_DECL void botan_handshake::engine::know_peer(std::string const& subject, std::string const& fingerprint) {
  if (!facts_.peer && !fingerprint.empty())
    facts_.peer = std::make_shared<peer_certificate const>(peer_certificate{subject, fingerprint});
}

QUOIN_DECL void botan_handshake::engine::extend_servers(Botan::TLS::Extensions& extensions, handshake_type type) {
  if (type == handshake_type::HelloRetryRequest) theirs_->note_hello_retry();
  if (type == handshake_type::ServerHello) theirs_->note_server_hello(extensions);
  // RFC 9001 4.6.1: the size of early data is no matter of TLS.
  if (type == handshake_type::NewSessionTicket && configured().settings.sessions.early_data)
    extensions.add(std::make_unique<Botan::TLS::EarlyDataIndication>(0xffffffffU));
  if (type != handshake_type::EncryptedExtensions) return;
  extensions.add(std::make_unique<botan_detail::transport_parameters_extension>(facts_.parameters));
  if (theirs_->resumed()) know_peer(theirs_->ticket().client_subject, theirs_->ticket().client_fingerprint);
  if (!theirs_->early_data_offered()) return;
  bool const accepted = theirs_->accepts_early_data();
  if (accepted) {
    extensions.add(std::make_unique<Botan::TLS::EarlyDataIndication>());
    release_early_secret(key_direction::open, *facts_.suite, theirs_->early_secret(), theirs_->hello());
  }
  outputs_.push(accepted ? handshake_output::kind::early_accepted : handshake_output::kind::early_rejected,
                encryption_level::early_data);
}

}  // namespace quoin
