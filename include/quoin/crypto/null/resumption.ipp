// SPDX-License-Identifier: BSL-1.0
/// \file
/// Sessions of the null handshake: the members of null/handshake.hpp that have to do with them.
#pragma once

#include <quoin/crypto/null/handshake.hpp>

namespace quoin {

/// A client whose session is still good puts it last into its hello, as TLS does (RFC 8446 4.2.11).
inline void null_handshake::offer_session(message& hello) {
  if (session_ && (session_->expires < now_ || session_->suite != settings_->suite ||
                   session_->server_name != server_name_ || !offers(*settings_, session_->alpn)))
    session_.reset();
  if (!session_) return;
  early_offered_ = wants_early_ && session_->early_data;
  if (early_offered_) add_extension(hello, tls::extension::early_data, {});
  record_writer offer;
  offer.bytes(session_->ticket).number(session_->obfuscated_age(now_), 4);
  add_extension(hello, tls::extension::pre_shared_key, offer.take());
}

/// The server decides on the session and on the early data before it says a word. Returns the key of the session, if
/// it is resumed.
inline null_handshake::message null_handshake::answer_session(peer_extensions const& theirs, byte_view whole) {
  message psk;
  if (theirs.session && settings_->sessions) {
    record_reader offer{*theirs.session};
    auto const sealed = offer.view();
    auto const age = static_cast<std::uint32_t>(offer.number(4));
    session_terms const terms{version_, server_name_, 0, hash_of(*suite_), now_};
    auto const ticket = settings_->sessions->open(sealed, terms);
    resumed_ = offer.whole() && ticket.has_value();
    if (resumed_) {
      // There is nothing random in this hello but our peer's transport parameters.
      std::array<std::uint8_t, 8> random{};
      byte_writer{random}.u64(siphash({1, 2}, whole));
      early_accepted_ = theirs.early_data && settings_->sessions->accepts_early_data(
                                                 *ticket, {alpn_, *suite_, age, true, parameters_, random, now_});
      if (early_accepted_) release_early(ticket->psk, whole, key_direction::open);
      psk = ticket->psk;
      began_ = ticket->began;
    }
  }
  if (theirs.early_data)
    outputs_.push(early_accepted_ ? handshake_output::kind::early_accepted : handshake_output::kind::early_rejected,
                  encryption_level::early_data);
  return psk;
}

/// From the session and the hello alone (RFC 8446 7.1).
inline void null_handshake::release_early(byte_view psk, byte_view hello, key_direction direction) {
  auto const kept = transcript_;
  transcript_ = {};
  remember(psk);
  remember(hello);
  auto const secret = derive("c e traffic");
  transcript_ = kept;
  outputs_.push_secret(encryption_level::early_data, direction, settings_->suite,
                       byte_view{secret}.first(hash_size(hash_of(settings_->suite))));
}

inline void null_handshake::send_tickets() {
  if (!settings_->sessions) return;
  auto const& issuer = *settings_->sessions;
  auto const base = derive("resumption");
  for (unsigned number = 0; number < issuer.settings().tickets; ++number) {
    server_ticket ticket;
    ticket.version = version_;
    ticket.suite = *suite_;
    ticket.psk = session_psk(base, number);
    ticket.age_add = static_cast<std::uint32_t>(siphash({6, number}, base));
    ticket.issued = now_;
    ticket.began = began_.value_or(now_);
    ticket.server_name = server_name_;
    ticket.alpn = alpn_;
    std::array<std::uint8_t, 16> random{};
    byte_writer{random}.u64(siphash({7, number}, base));
    auto const sealed = issuer.issue(ticket, parameters_, random);

    auto whole = begin_message(tls::message_type::new_session_ticket);
    record_writer body;
    body.number(static_cast<std::uint64_t>(issuer.settings().lifetime.count()), 4).number(ticket.age_add, 4);
    body.number(1, 1).number(number, 1).bytes(sealed);
    message extensions;
    if (issuer.settings().early_data)
      add_extension(extensions, tls::extension::early_data, std::array<std::uint8_t, 4>{0xff, 0xff, 0xff, 0xff});
    body.bytes(extensions);
    auto const bytes = body.take();
    whole.insert(whole.end(), bytes.begin(), bytes.end());
    send(encryption_level::one_rtt, whole);
  }
}

inline result<> null_handshake::take_new_session_ticket(byte_view whole) {
  auto const read = tls::read_new_session_ticket(tls::body_of(whole));
  if (!read) return unexpected{read.error()};
  if (read->lifetime == 0 || read->nonce.size() != 1) return {};
  client_session_state session;
  session.suite = *suite_;
  session.psk = session_psk(derive("resumption"), read->nonce[0]);
  session.age_add = read->age_add;
  session.lifetime = std::min<std::chrono::seconds>(std::chrono::seconds{read->lifetime}, longest_session);
  session.received = now_;
  session.expires = now_ + session.lifetime;
  session.early_data = read->early_data;
  session.server_name = server_name_;
  session.alpn = alpn_;
  session.ticket.assign(read->ticket.begin(), read->ticket.end());
  outputs_.push(handshake_output::kind::session, encryption_level::one_rtt, session.encode());
  return {};
}

inline null_handshake::message null_handshake::session_psk(std::array<std::uint8_t, 48> const& base,
                                                           unsigned number) const {
  message psk(hash_size(hash_of(*suite_)));
  byte_writer writer{psk};
  while (writer.remaining() > 0) writer.u64(siphash({8 + writer.size(), number}, base));
  return psk;
}

}  // namespace quoin
