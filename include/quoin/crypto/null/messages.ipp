// SPDX-License-Identifier: BSL-1.0
/// \file
/// Messages of the null handshake, read and written: the members of null/handshake.hpp that have to do with that.
#pragma once

#include <quoin/crypto/null/handshake.hpp>

namespace quoin {

inline result<null_handshake::peer_extensions> null_handshake::read_extensions(byte_view bytes) {
  peer_extensions found;
  byte_reader reader{bytes};
  while (!reader.empty()) {
    auto const type = reader.u16();
    auto const size = reader.u16();
    auto const value = reader.bytes(size.value_or(0));
    if (!type || !size || !value) return tls::fail(tls::alert::decode_error);
    if (*type == tls::extension::server_name) found.server_name = *value;
    if (*type == tls::extension::alpn) found.alpn = *value;
    if (*type == tls::extension::transport_parameters) found.parameters = *value;
    if (*type == tls::extension::pre_shared_key) found.session = *value;
    if (*type == tls::extension::early_data) found.early_data = true;
  }
  return found;
}

inline void null_handshake::add_extension(message& to, std::uint16_t type, byte_view value) {
  for (auto const number : {std::size_t{type}, value.size()}) {
    to.push_back(static_cast<std::uint8_t>(number >> 8));
    to.push_back(static_cast<std::uint8_t>(number & 0xff));
  }
  to.insert(to.end(), value.begin(), value.end());
}

inline void null_handshake::send(encryption_level level, message& whole) {
  auto const size = whole.size() - tls::message_header_size;
  whole[1] = static_cast<std::uint8_t>(size >> 16);
  whole[2] = static_cast<std::uint8_t>(size >> 8 & 0xff);
  whole[3] = static_cast<std::uint8_t>(size & 0xff);
  remember(whole);
  outputs_.push(handshake_output::kind::send, level, whole);
}

inline void null_handshake::send_certificate(std::size_t size) {
  if (size == 0 || resumed_) return;
  auto certificate = begin_message(tls::message_type::certificate);
  certificate.resize(certificate.size() + size);
  send(encryption_level::handshake, certificate);
}

inline void null_handshake::send_finished(std::string_view label) {
  auto const proof = derive(label);
  auto finished = begin_message(tls::message_type::finished);
  finished.insert(finished.end(), proof.begin(), proof.begin() + 16);
  send(encryption_level::handshake, finished);
}

}  // namespace quoin
