// SPDX-License-Identifier: BSL-1.0
/// \file
/// Bodies of handshake.hpp.
#pragma once

#include <quoin/crypto/botan/engine_certificates.ipp>
#include <quoin/crypto/botan/engine_exporter.ipp>
#include <quoin/crypto/botan/engine_sessions.ipp>

namespace quoin {

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
QUOIN_DECL void botan_handshake::set_time(wall_time now) noexcept {
  engine_->set_time(now);
}
QUOIN_DECL bool botan_handshake::resumed() const noexcept {
  return engine_->resumed();
}
QUOIN_DECL bool botan_handshake::offers(config const& settings, std::string_view alpn) {
  auto const& ours = settings.get().settings.alpn;
  return std::find(ours.begin(), ours.end(), alpn) != ours.end();
}
QUOIN_DECL bool botan_handshake::takes_early_data(config const& settings) noexcept {
  return settings.get().settings.sessions.early_data;
}
QUOIN_DECL std::optional<session_facts> botan_handshake::facts_of(byte_view session) {
  return client_session_state::facts_of(session);
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
