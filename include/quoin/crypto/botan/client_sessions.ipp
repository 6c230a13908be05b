// SPDX-License-Identifier: BSL-1.0
/// \file
/// The client's session, as Botan asks for it, and the secrets that later sessions are made of. Included by
/// handshake.ipp.
#pragma once

#include <quoin/crypto/botan/config.ipp>
#include <quoin/crypto/botan/connection_facts.ipp>
#include <quoin/crypto/botan/key_schedule.ipp>
#include <quoin/crypto/session/client_session_state.hpp>
#include <quoin/crypto/session/new_session_ticket.hpp>

#include <botan/tls_extensions_13.h>
#include <botan/tls_session_manager.h>

namespace quoin::botan_detail {

/// Follows a client's handshake beside Botan, from the messages and the shared secret.
class client_sessions final : public Botan::TLS::Session_Manager {
 public:
  using side = Botan::TLS::Connection_Side;

  client_sessions(botan_config::state const& made, credentials const& present, connection_facts const& facts,
                  handshake_start const& start)
      : Session_Manager(made.random),
        made_(made),
        credentials_(present),
        facts_(facts),
        session_(client_session_state::decode(start.session)),
        early_wanted_(start.early_data) {}

  // ---- what the engine tells

  /// Offers early data in the first hello, if the session allows it.
  void extend_hello(Botan::TLS::Extensions& extensions) {
    early_offered_ =
        early_wanted_ && session_ && session_->early_data && extensions.has(Botan::TLS::Extension_Code::PresharedKey);
    if (early_offered_) extensions.add(std::make_unique<Botan::TLS::EarlyDataIndication>());
  }

  void add(byte_view message) {
    if (following_) messages_.add(message);
  }
  void take_shared_secret(byte_view shared) { shared_.assign(shared.begin(), shared.end()); }

  /// RFC 8446 4.1.4: there is no early data after a HelloRetryRequest.
  void on_hello_retry(byte_view whole) {
    messages_.on_hello_retry(*facts_.suite);
    add(whole);
    early_offered_ = false;
  }

  /// The ServerHello has been added, and Botan has agreed with it.
  void on_server_hello(byte_view whole) {
    resumed_ = session_ && selects_session(whole);
    schedule_.emplace(*facts_.suite, resumed_ ? byte_view{session_->psk} : byte_view{});
    schedule_->mix_in(shared_);
    shared_.clear();
  }

  void on_early_data_rejected() { early_offered_ = false; }

  /// Everything up to our own Finished has been added: what sessions are made of is known, the rest is not needed.
  void on_complete() {
    if (!master_) mix_in_nothing();
    resumption_secret_ = schedule_->secret("res master", messages_.view());
    following_ = false;
    messages_.clear();
    schedule_.reset();
  }

  // ---- what the engine asks

  [[nodiscard]] bool early_data_offered() const { return early_offered_; }
  [[nodiscard]] bool resumed() const { return resumed_; }
  [[nodiscard]] client_session_state const& session() const { return *session_; }
  [[nodiscard]] byte_view messages() const { return messages_.view(); }
  [[nodiscard]] secret_bytes early_secret() const {
    return key_schedule{session_->suite, session_->psk}.secret("c e traffic", messages_.view());
  }
  /// Of the messages so far, from the handshake secret or, below it, the master secret.
  [[nodiscard]] secret_bytes secret(std::string_view label) const { return schedule_->secret(label, messages_.view()); }
  /// On to the master secret.
  void mix_in_nothing() {
    schedule_->mix_in({});
    master_ = true;
  }

  /// The session that a ticket stands for; nothing when the server does not want it used.
  [[nodiscard]] std::optional<client_session_state> session_of(tls::new_session_ticket const& ticket) const {
    if (ticket.lifetime == 0) return std::nullopt;
    client_session_state made;
    made.suite = *facts_.suite;
    secret_bytes psk(hash_size(hash_of(made.suite)));
    expand_label(made.suite, resumption_secret_, "resumption", ticket.nonce, psk);
    made.psk.assign(psk.begin(), psk.end());
    made.age_add = ticket.age_add;
    made.lifetime = std::min<std::chrono::seconds>(std::chrono::seconds{ticket.lifetime}, longest_session);
    made.received = facts_.now;
    made.expires = facts_.now + made.lifetime;
    // Who proved its identity with a certificate proved it for as long as that is good, and no session says otherwise.
    if (facts_.peer_expires) made.expires = std::min(made.expires, *facts_.peer_expires);
    if (resumed_) made.expires = std::min(made.expires, session_->expires);
    made.early_data = ticket.early_data;
    made.server_name = facts_.server_name;
    made.alpn = facts_.alpn;
    made.trust = credentials_.trust_mark;
    if (facts_.peer) made.peer_subject = facts_.peer->subject;
    if (facts_.peer) made.peer_fingerprint = facts_.peer->sha256_fingerprint;
    made.ticket.assign(ticket.ticket.begin(), ticket.ticket.end());
    return made;
  }

  // ---- what Botan asks

  std::vector<Botan::TLS::Session_with_Handle> find(Botan::TLS::Server_Information const&, Botan::TLS::Callbacks&,
                                                    Botan::TLS::Policy const&) override {
    if (session_ && !is_usable()) session_.reset();
    if (!session_) return {};
    auto const& s = *session_;
    Botan::TLS::Session session{Botan::secure_vector<std::uint8_t>{s.psk.begin(), s.psk.end()},
                                std::nullopt,
                                s.age_add,
                                s.lifetime,
                                Botan::TLS::Protocol_Version::TLS_V13,
                                static_cast<std::uint16_t>(s.suite),
                                side::Client,
                                {},
                                nullptr,
                                Botan::TLS::Server_Information{s.server_name},
                                std::chrono::system_clock::time_point{s.received.time_since_epoch()}};
    std::vector<Botan::TLS::Session_with_Handle> found;
    found.push_back({std::move(session), Botan::TLS::Session_Handle{Botan::TLS::Opaque_Session_Handle{s.ticket}}});
    return found;
  }

  void store(Botan::TLS::Session const&, Botan::TLS::Session_Handle const&) override {}
  std::optional<Botan::TLS::Session_Handle> establish(Botan::TLS::Session const&,
                                                      std::optional<Botan::TLS::Session_ID> const&, bool) override {
    return std::nullopt;
  }
  std::size_t remove(Botan::TLS::Session_Handle const&) override { return 0; }
  std::size_t remove_all() override { return 0; }

 protected:
  std::optional<Botan::TLS::Session> retrieve_one(Botan::TLS::Session_Handle const&) override { return {}; }
  std::vector<Botan::TLS::Session_with_Handle> find_some(Botan::TLS::Server_Information const&, std::size_t) override {
    return {};
  }

 private:
  [[nodiscard]] bool is_usable() const {
    auto const& settings = made_.settings;
    auto const has = [](auto const& list, auto const& one) {
      return std::find(list.begin(), list.end(), one) != list.end();
    };
    // Who was believed by other rules than today's has to prove itself again.
    return session_->server_name == facts_.server_name && session_->expires > facts_.now &&
           session_->trust == credentials_.trust_mark && has(settings.suites, session_->suite) &&
           has(settings.alpn, session_->alpn);
  }

  static bool selects_session(byte_view hello) {
    byte_reader reader{hello};
    reader.bytes(hello_session_id_at);
    reader.bytes(reader.u8().value_or(0));
    reader.bytes(2 + 1 + 2);  // suite, compression, length of the extensions
    bool found = false;
    tls::for_each_extension(
        reader.rest(), [&](std::uint16_t type, byte_view) { found = found || type == tls::extension::pre_shared_key; });
    return found;
  }

  botan_config::state const& made_;
  credentials const& credentials_;
  connection_facts const& facts_;
  std::optional<client_session_state> session_;
  transcript messages_;
  secret_bytes shared_;
  std::optional<key_schedule> schedule_;
  secret_bytes resumption_secret_;
  bool early_wanted_ = false;
  bool early_offered_ = false;
  bool following_ = true;
  bool resumed_ = false;
  bool master_ = false;
};

}  // namespace quoin::botan_detail
