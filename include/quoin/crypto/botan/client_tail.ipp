// SPDX-License-Identifier: BSL-1.0
/// \file
/// The end of a client's handshake when the server has accepted its early data: Botan's client takes that for an error,
/// so it is let go behind the ServerHello. What is left of a resumed handshake are two messages and no certificates.
/// Included by handshake.ipp.
#pragma once

#include <quoin/crypto/botan/client_sessions.ipp>
#include <quoin/crypto/botan/guarded.ipp>

#include <algorithm>

namespace quoin::botan_detail {

/// What the end of the handshake leaves: our Finished, and the secrets behind both.
struct tail_outcome {
  std::vector<std::uint8_t> finished;
  secret_bytes client_traffic;
  secret_bytes server_traffic;
  secret_bytes exporter;
};

/// The two values in an EncryptedExtensions message that QUIC must have.
struct tail_extensions {
  std::string alpn;
  byte_view parameters;
};

class client_tail {
 public:
  /// `sealing` is the client's handshake traffic secret as Botan made it: if ours is another, something is badly wrong.
  client_tail(client_sessions& sessions, connection_facts const& facts, byte_view sealing)
      : sessions_(sessions),
        facts_(facts),
        client_handshake_(sessions.secret("c hs traffic")),
        server_handshake_(sessions.secret("s hs traffic")) {
    if (!sessions.resumed() || facts.suite != sessions.session().suite) refuse(tls::alert::illegal_parameter);
    if (!std::equal(sealing.begin(), sealing.end(), client_handshake_.begin(), client_handshake_.end()))
      refuse(tls::alert::internal_error);
  }

  /// Whether an EncryptedExtensions message accepts early data.
  static bool accepts(byte_view whole) {
    bool found = false;
    for_each(whole, [&](std::uint16_t type, byte_view) { found = found || type == tls::extension::early_data; });
    return found;
  }

  /// RFC 8446 4.3.1: nothing twice, nothing that was not offered, nothing that belongs elsewhere.
  tail_extensions take_encrypted_extensions(byte_view whole, byte_view hello) {
    if (extensions_seen_) refuse(tls::alert::unexpected_message);
    extensions_seen_ = true;
    std::vector<std::uint16_t> seen;
    tail_extensions found;
    bool has_parameters = false;
    auto const well_formed = for_each(whole, [&](std::uint16_t type, byte_view value) {
      if (std::find(seen.begin(), seen.end(), type) != seen.end()) refuse(tls::alert::illegal_parameter);
      seen.push_back(type);
      if (!is_offered(hello, type)) refuse(tls::alert::unsupported_extension);
      if (std::find(elsewhere.begin(), elsewhere.end(), type) != elsewhere.end()) refuse(tls::alert::illegal_parameter);
      if (type == tls::extension::early_data && !value.empty()) refuse(tls::alert::decode_error);
      if (type == tls::extension::alpn) found.alpn = read_alpn(value);
      if (type == tls::extension::transport_parameters) {
        found.parameters = value;
        has_parameters = true;
      }
    });
    if (!well_formed) refuse(tls::alert::decode_error);
    // RFC 9001 8.1, 8.2: both are mandatory. RFC 8446 4.2.10: early data belongs to the session's protocol.
    if (found.alpn.empty()) refuse(tls::alert::no_application_protocol);
    if (!has_parameters) refuse(tls::alert::missing_extension, "TLS: quic_transport_parameters are missing");
    if (found.alpn != sessions_.session().alpn) refuse(tls::alert::illegal_parameter);
    sessions_.add(whole);
    return found;
  }

  tail_outcome take_finished(byte_view whole) {
    if (!extensions_seen_) refuse(tls::alert::unexpected_message);
    auto const& suite = *facts_.suite;
    auto const expected = finished_body(suite, server_handshake_, sessions_.messages());
    if (!is_same(tls::body_of(whole), expected)) refuse(tls::alert::decrypt_error);
    sessions_.add(whole);
    sessions_.mix_in_nothing();
    tail_outcome out;
    out.client_traffic = sessions_.secret("c ap traffic");
    out.server_traffic = sessions_.secret("s ap traffic");
    out.exporter = sessions_.secret("exp master");
    auto const body = finished_body(suite, client_handshake_, sessions_.messages());
    out.finished = {static_cast<std::uint8_t>(tls::message_type::finished), 0, 0,
                    static_cast<std::uint8_t>(body.size())};
    out.finished.insert(out.finished.end(), body.begin(), body.end());
    sessions_.add(out.finished);
    return out;
  }

 private:
  /// Extensions that TLS has places for, none of which is EncryptedExtensions (RFC 8446 4.2).
  static constexpr std::array<std::uint16_t, 8> elsewhere{5, 13, 18, 41, 43, 44, 45, 51};

  template <class Visit>
  static bool for_each(byte_view whole, Visit visit) {
    byte_reader reader{tls::body_of(whole)};
    auto const size = reader.u16();
    return size && *size == reader.remaining() && tls::for_each_extension(reader.rest(), visit);
  }

  static bool is_offered(byte_view hello, std::uint16_t type) {
    byte_reader reader{hello};
    reader.bytes(hello_session_id_at);
    reader.bytes(reader.u8().value_or(0));   // session ID
    reader.bytes(reader.u16().value_or(0));  // suites
    reader.bytes(reader.u8().value_or(0));   // compression methods
    auto const list = reader.bytes(reader.u16().value_or(0));
    bool found = false;
    tls::for_each_extension(list.value_or(byte_view{}),
                            [&](std::uint16_t offered, byte_view) { found = found || offered == type; });
    return found;
  }

  static std::string read_alpn(byte_view value) {
    byte_reader reader{value};
    auto const list = reader.u16();
    auto const name = reader.bytes(reader.u8().value_or(0));
    if (!list || *list + 2U != value.size() || !name || name->empty() || !reader.empty())
      refuse(tls::alert::decode_error);
    return std::string{as_text(*name)};
  }

  /// In a time that depends on the sizes alone.
  static bool is_same(byte_view left, byte_view right) {
    if (left.size() != right.size()) return false;
    std::uint8_t volatile difference = 0;
    for (std::size_t i = 0; i < left.size(); ++i)
      difference = static_cast<std::uint8_t>(difference | (left[i] ^ right[i]));
    return difference == 0;
  }

  client_sessions& sessions_;
  connection_facts const& facts_;
  secret_bytes client_handshake_;
  secret_bytes server_handshake_;
  bool extensions_seen_ = false;
};

}  // namespace quoin::botan_detail
