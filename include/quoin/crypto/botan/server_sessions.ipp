// SPDX-License-Identifier: BSL-1.0
/// \file
/// The server's tickets, as Botan asks for them, and its word on early data. Included by handshake.ipp.
#pragma once

#include <quoin/crypto/botan/config.ipp>
#include <quoin/crypto/botan/connection_facts.ipp>
#include <quoin/crypto/botan/key_schedule.ipp>

#include <botan/tls_extensions_13.h>
#include <botan/tls_psk_13.h>
#include <botan/tls_session_manager.h>

namespace quoin::botan_detail {

/// One connection's view of the sessions that its configuration makes.
class server_sessions final : public Botan::TLS::Session_Manager {
 public:
  using side = Botan::TLS::Connection_Side;

  server_sessions(botan_config::state const& made, credentials const& present, connection_facts const& facts)
      : Session_Manager(made.random), made_(made), credentials_(present), facts_(facts) {}

  // ---- what the engine tells

  void note_hello(byte_view whole) { hello_.assign(whole.begin(), whole.end()); }
  void note_early_data_offered(bool offered) { offered_ = offered; }
  void note_hello_retry() { retried_ = true; }
  void note_server_hello(Botan::TLS::Extensions const& extensions) {
    selected_ = extensions.has(Botan::TLS::Extension_Code::PresharedKey);
  }

  [[nodiscard]] bool resumed() const { return selected_ && ticket_; }
  [[nodiscard]] bool early_data_offered() const { return offered_; }
  [[nodiscard]] byte_view hello() const { return hello_; }
  /// The session resumed; its client was known already.
  [[nodiscard]] server_ticket const& ticket() const { return *ticket_; }

  /// RFC 8446 4.2.10: whether to accept early data, once all else is settled. A HelloRetryRequest rejects it.
  [[nodiscard]] bool accepts_early_data() const {
    if (!offered_ || retried_ || !resumed()) return false;
    return made_.issuer->accepts_early_data(*ticket_, {facts_.alpn, *facts_.suite, obfuscated_age_, index_ == 0,
                                                       facts_.parameters, hello_random(hello_), facts_.now});
  }

  [[nodiscard]] secret_bytes early_secret() const {
    return key_schedule{*facts_.suite, ticket_->psk}.secret("c e traffic", hello_);
  }

  // ---- what Botan asks

  std::optional<Botan::TLS::Session_Handle> establish(Botan::TLS::Session const& session,
                                                      std::optional<Botan::TLS::Session_ID> const&, bool) override {
    server_ticket ticket;
    ticket.version = facts_.version;
    ticket.suite = static_cast<cipher_suite>(session.ciphersuite_code());
    ticket.psk.assign(session.master_secret().begin(), session.master_secret().end());
    ticket.age_add = session.session_age_add();
    ticket.issued = facts_.now;
    ticket.began = resumed() ? ticket_->began : facts_.now;
    ticket.server_name = facts_.server_name;
    ticket.alpn = facts_.alpn;
    ticket.identity = credentials_.mark_of(facts_.server_name);
    ticket.client_auth = credentials_.client_auth_mark;
    if (resumed()) ticket.client_expires = ticket_->client_expires;
    if (facts_.peer_expires) ticket.client_expires = *facts_.peer_expires;
    if (facts_.peer) ticket.client_subject = facts_.peer->subject;
    if (facts_.peer) ticket.client_fingerprint = facts_.peer->sha256_fingerprint;
    std::array<std::uint8_t, 16> random{};
    made_.random->randomize(random);
    auto sealed = made_.issuer->issue(std::move(ticket), facts_.parameters, random);
    if (sealed.empty()) return std::nullopt;
    return Botan::TLS::Session_Handle{Botan::TLS::Session_Ticket{std::move(sealed)}};
  }

  std::optional<std::pair<Botan::TLS::Session, std::uint16_t>> choose_from_offered_tickets(
      std::vector<Botan::TLS::PskIdentity> const& offered, std::string_view hash, Botan::TLS::Callbacks&,
      Botan::TLS::Policy const&) override {
    session_terms const terms{facts_.version,
                              facts_.server_name,
                              credentials_.client_auth_mark,
                              hash == "SHA-384" ? hash_algorithm::sha384 : hash_algorithm::sha256,
                              facts_.now,
                              credentials_.mark_of(facts_.server_name)};
    auto const count = std::min<std::size_t>(offered.size(), most_offers);
    for (index_ = 0; index_ < count; ++index_) {
      auto ticket = made_.issuer->open(offered[index_].identity(), terms);
      if (!ticket) continue;
      ticket_ = std::move(ticket);
      obfuscated_age_ = static_cast<std::uint32_t>(offered[index_].obfuscated_age());
      return std::pair{session(), index_};
    }
    return std::nullopt;
  }

  bool emits_session_tickets() override { return true; }
  void store(Botan::TLS::Session const&, Botan::TLS::Session_Handle const&) override {}
  std::size_t remove(Botan::TLS::Session_Handle const&) override { return 0; }
  std::size_t remove_all() override { return 0; }

 protected:
  std::optional<Botan::TLS::Session> retrieve_one(Botan::TLS::Session_Handle const&) override { return {}; }
  std::vector<Botan::TLS::Session_with_Handle> find_some(Botan::TLS::Server_Information const&, std::size_t) override {
    return {};
  }

 private:
  /// Of the tickets that a client offers, as many are looked at.
  static constexpr std::size_t most_offers = 4;

  [[nodiscard]] Botan::TLS::Session session() const {
    auto const& t = *ticket_;
    return {Botan::secure_vector<std::uint8_t>{t.psk.begin(), t.psk.end()},
            std::nullopt,
            t.age_add,
            t.lifetime,
            Botan::TLS::Protocol_Version::TLS_V13,
            static_cast<std::uint16_t>(t.suite),
            side::Server,
            {},
            nullptr,
            Botan::TLS::Server_Information{t.server_name},
            std::chrono::system_clock::time_point{t.issued.time_since_epoch()}};
  }

  botan_config::state const& made_;
  credentials const& credentials_;
  connection_facts const& facts_;
  std::vector<std::uint8_t> hello_;
  std::optional<server_ticket> ticket_;
  std::uint16_t index_ = 0;
  std::uint32_t obfuscated_age_ = 0;
  bool offered_ = false;
  bool retried_ = false;
  bool selected_ = false;
};

}  // namespace quoin::botan_detail
