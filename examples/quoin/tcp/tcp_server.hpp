// SPDX-License-Identifier: BSL-1.0
/// \file
/// The same site over HTTP/1.1, for clients that have to be told of HTTP/3 (RFC 9114 3.1.1).
#pragma once

#include "../site/access_log.hpp"
#include "../site/site.hpp"
#include "../tls.hpp"

#include <quoin/core/address.hpp>

#include <memory>

namespace tool::tcp {

struct server_settings {
  quoin::socket_address bind;  ///< where HTTP/3 is, too: every answer says so by Alt-Svc
  std::vector<pem_identity> identities;
  std::size_t most_connections = 512;  ///< further ones are closed at once
  std::chrono::seconds patience{10};   ///< with handshakes, and with a client that takes nothing
  std::chrono::seconds idle{30};       ///< between requests
};

/// Serves from a thread of its own, from the constructor to `stop`.
class server {
 public:
  /// `files` and `log` (which may be null) must outlive it. Throws `failure`: a busy port, a certificate and a key that
  /// do not belong together.
  server(server_settings settings, site::responder& files, site::access_log* log);
  ~server();
  server(server const&) = delete;
  server& operator=(server const&) = delete;

  /// For connections from now on. Throws `failure`, and nothing has changed then.
  void renew(std::vector<pem_identity> const& identities);
  /// Accepts nobody any more; what is being sent may finish until `grace` has passed. Returns when all is over.
  void stop(std::chrono::nanoseconds grace);

 private:
  class body;
  std::unique_ptr<body> body_;
};

}  // namespace tool::tcp
