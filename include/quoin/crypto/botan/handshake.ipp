// SPDX-License-Identifier: BSL-1.0
/// \file
/// Bodies of handshake.hpp.
#pragma once

#include <quoin/crypto/botan/absence.ipp>
#include <quoin/crypto/botan/engine_certificates.ipp>
#include <quoin/crypto/botan/engine_exporter.ipp>
#include <quoin/crypto/botan/engine_sessions.ipp>
#include <quoin/crypto/botan/engine_work.ipp>

namespace quoin {

QUOIN_DECL botan_handshake::botan_handshake(std::shared_ptr<config const> settings, handshake_start const& start)
    : engine_(std::make_shared<engine>(settings, start)) {
  if (may_suspend(*settings)) absence_ = std::make_unique<absence>(std::move(settings), start.resumable);
}
QUOIN_DECL botan_handshake::~botan_handshake() = default;
QUOIN_DECL botan_handshake::botan_handshake(botan_handshake&&) noexcept = default;
QUOIN_DECL botan_handshake& botan_handshake::operator=(botan_handshake&&) noexcept = default;
QUOIN_DECL result<> botan_handshake::begin() {
  return engine_->begin();
}
QUOIN_DECL result<> botan_handshake::receive(encryption_level level, byte_view bytes) {
  if (suspended()) return absence_->hold(level, bytes);
  auto const outcome = engine_->receive(level, bytes);
  return outcome && engine_->has_work_to_leave() ? leave_work() : outcome;
}
QUOIN_DECL std::optional<handshake_output> botan_handshake::next() {
  return suspended() ? std::nullopt : engine_->next();
}
QUOIN_DECL std::string_view botan_handshake::alpn() const noexcept {
  return suspended() ? std::string_view{} : engine_->alpn();
}
QUOIN_DECL std::uint16_t botan_handshake::group() const noexcept {
  return suspended() ? std::uint16_t{0} : engine_->group();
}
QUOIN_DECL std::optional<cipher_suite> botan_handshake::suite() const noexcept {
  return suspended() ? std::nullopt : engine_->suite();
}
QUOIN_DECL std::string_view botan_handshake::server_name() const noexcept {
  return suspended() ? std::string_view{} : engine_->server_name();
}
QUOIN_DECL bool botan_handshake::complete() const noexcept {
  return !suspended() && engine_->complete();
}
QUOIN_DECL std::shared_ptr<peer_certificate const> const& botan_handshake::peer() const noexcept {
  static std::shared_ptr<peer_certificate const> const nobody;
  return suspended() ? nobody : engine_->peer();
}
QUOIN_DECL bool botan_handshake::export_keying_material(std::string_view label, byte_view context,
                                                        byte_span out) const {
  return !suspended() && engine_->export_keying_material(label, context, out);
}
QUOIN_DECL std::string_view botan_handshake::failure_detail() const noexcept {
  return suspended() ? std::string_view{} : engine_->detail();
}

// ---- suspension

QUOIN_DECL bool botan_handshake::may_suspend(config const& settings) noexcept {
  return static_cast<bool>(settings.get().settings.executor);
}
QUOIN_DECL bool botan_handshake::suspended() const noexcept {
  return absence_ && absence_->away();
}
QUOIN_DECL result<> botan_handshake::leave_work() {
  return absence_->leave(engine_) ? result<>{} : engine_->go_on();
}
QUOIN_DECL result<> botan_handshake::resume() {
  if (!suspended() || !absence_->is_over()) return {};
  QUOIN_TRY(absence_->end());
  // One of them may be the reason for another absence; the rest waits for its end then.
  for (auto const& waited : absence_->take_held()) QUOIN_TRY(receive(waited.level, waited.bytes));
  return {};
}

// ---- resumption

QUOIN_DECL void botan_handshake::set_time(wall_time now) noexcept {
  if (!suspended() || absence_->is_over()) engine_->set_time(now);
}
QUOIN_DECL bool botan_handshake::resumed() const noexcept {
  return !suspended() && engine_->resumed();
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

}  // namespace quoin
