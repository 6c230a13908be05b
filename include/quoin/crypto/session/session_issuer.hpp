// SPDX-License-Identifier: BSL-1.0
/// \file
/// A server's side of resumption: which tickets it makes, which it takes back, and whose early data it accepts.
#pragma once

#include <quoin/crypto/session/server_ticket.hpp>
#include <quoin/crypto/session/session_settings.hpp>
#include <quoin/crypto/session/strike_register.hpp>
#include <quoin/crypto/session/ticket_sealer.hpp>
#include <quoin/wire/transport_parameters/remembered.hpp>

namespace quoin {

/// Where a ticket is offered; a ticket that was made elsewhere is as good as none.
struct session_terms {
  quoin::version version = quoin::version::v1;
  std::string_view server_name;
  std::uint64_t client_auth = 0;
  hash_algorithm hash = hash_algorithm::sha256;  ///< of the suite that is to be agreed on
  wall_time now;
  std::uint64_t identity = 0;
};

/// A first flight with early data, as far as TLS is concerned with it.
struct early_data_offer {
  std::string_view alpn;  ///< chosen for this connection
  cipher_suite suite = cipher_suite::aes_128_gcm_sha256;
  std::uint32_t obfuscated_age = 0;
  bool first_session = true;  ///< the session resumed is the first one that was offered
  byte_view parameters;       ///< our transport parameters, encoded
  byte_view hello_random;
  wall_time now;
};

template <packet_protection P>
class session_issuer {
 public:
  /// `drawn` stands in for what the settings leave open; `began` is when early data is first looked at.
  session_issuer(session_settings settings, session_secret const& drawn, hash_key const& key, wall_time began)
      : settings_(std::move(settings)),
        sealer_(settings_.secrets.empty() ? std::vector{drawn} : settings_.secrets, settings_.lifetime) {
    if (settings_.early_data && !settings_.replay)
      settings_.replay = guard_with(std::make_shared<strike_register>(key, began));
  }

  [[nodiscard]] session_settings const& settings() const noexcept { return settings_; }

  /// Seals a ticket, with what early data relies on filled in if it may be sent; `parameters` are ours. Empty when it
  /// would be too long.
  [[nodiscard]] std::vector<std::uint8_t> issue(server_ticket ticket, byte_view parameters, byte_view random) const {
    ticket.lifetime = settings_.lifetime;
    ticket.early_data = settings_.early_data;
    if (ticket.early_data) {
      ticket.parameters = wire::encode_remembered(parameters);
      ticket.context = settings_.context;
    }
    return sealer_.seal(ticket.encode(), random, ticket.issued);
  }

  /// A ticket of ours, if it may be used on these terms.
  [[nodiscard]] std::optional<server_ticket> open(byte_view sealed, session_terms const& terms) const {
    if (settings_.tickets == 0) return std::nullopt;
    auto const plain = sealer_.open(sealed, terms.now);
    auto ticket = plain ? server_ticket::decode(*plain) : std::nullopt;
    if (!ticket || ticket->version != terms.version || ticket->server_name != terms.server_name ||
        ticket->identity != terms.identity || ticket->client_auth != terms.client_auth ||
        hash_of(ticket->suite) != terms.hash)
      return std::nullopt;
    // Whom a certificate vouched for is known for as long as that is good.
    if (ticket->client_expires != wall_time{} && terms.now > ticket->client_expires) return std::nullopt;
    // The clocks of a fleet differ a little.
    if (ticket->issued > terms.now + early_data_window || terms.now - ticket->issued > ticket->lifetime)
      return std::nullopt;
    // RFC 8446 4.6.1: tickets for tickets do not keep one proof of identity alive for ever.
    if (terms.now - ticket->began > longest_session) return std::nullopt;
    return ticket;
  }

  /// RFC 8446 4.2.10, RFC 9001 4.6.3. The register is asked last, for it remembers what it admits.
  [[nodiscard]] bool accepts_early_data(server_ticket const& ticket, early_data_offer const& offer) const {
    if (!settings_.early_data || !ticket.early_data || !offer.first_session) return false;
    if (ticket.suite != offer.suite || ticket.alpn != offer.alpn || ticket.context != settings_.context) return false;
    if (!keeps_promises(ticket.parameters, offer.parameters)) return false;
    // RFC 8446 8.3: the client's idea of the ticket's age, and ours. A client whose clocks are rounded differently says
    // of a new ticket that it is not there yet; ages end at seven days, so that the sign is free.
    auto const told = std::chrono::milliseconds{static_cast<std::int32_t>(offer.obfuscated_age - ticket.age_add)};
    auto const error = told - (offer.now - ticket.issued);
    if (error > early_data_window || error < -early_data_window) return false;
    return settings_.replay({offer.hello_random, ticket.issued, offer.now});
  }

 private:
  static bool keeps_promises(byte_view remembered, byte_view present) {
    auto const then = wire::read_transport_parameters(remembered, role::server);
    auto const now = wire::read_transport_parameters(present, role::server);
    return then && now && wire::keeps(*now, *then) && wire::keeps_extensions(present, remembered);
  }

  session_settings settings_;
  ticket_sealer<P> sealer_;
};

}  // namespace quoin
