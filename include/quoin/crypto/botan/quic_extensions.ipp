// SPDX-License-Identifier: BSL-1.0
/// \file
/// The parts of TLS messages that QUIC adds or restricts. Included by handshake.ipp.
#pragma once

#include <quoin/crypto/tls_messages.hpp>

#include <botan/tls_extensions.h>

#include <vector>

namespace quoin {

namespace botan_detail {

/// RFC 9001 8.2.
class transport_parameters_extension final : public Botan::TLS::Extension {
 public:
  explicit transport_parameters_extension(std::vector<std::uint8_t> value) : value_(std::move(value)) {}
  Botan::TLS::Extension_Code type() const override {
    return static_cast<Botan::TLS::Extension_Code>(tls::extension::transport_parameters);
  }
  std::vector<std::uint8_t> serialize(Botan::TLS::Connection_Side) const override { return value_; }
  bool empty() const override { return false; }

 private:
  std::vector<std::uint8_t> value_;
};

}  // namespace botan_detail

}  // namespace quoin
