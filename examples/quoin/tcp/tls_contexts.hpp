// SPDX-License-Identifier: BSL-1.0
/// \file
/// OpenSSL's settings for the identities of a server, chosen by the name that a client asks for.
#pragma once

#include "../tls.hpp"

#include <boost/asio/ssl.hpp>

#include <memory>
#include <vector>

namespace tool::tcp {

/// One for each identity. They refer to one another: whoever has a connection by one of them keeps all.
class tls_contexts {
 public:
  /// Throws `failure` with what is wrong.
  static std::shared_ptr<tls_contexts> make(std::vector<pem_identity> const& identities);

  /// For clients that ask for no name, and those that are sent to another by theirs.
  boost::asio::ssl::context& first() { return contexts_.front(); }

 private:
  static int choose_by_name(SSL* client, int* alert, void* self);
  static int choose_protocol(SSL* client, unsigned char const** chosen, unsigned char* size,
                             unsigned char const* offered, unsigned offered_size, void* self);
  void add(pem_identity const& identity);

  std::vector<boost::asio::ssl::context> contexts_;
};

}  // namespace tool::tcp
