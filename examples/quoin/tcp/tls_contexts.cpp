// SPDX-License-Identifier: BSL-1.0
#include "tls_contexts.hpp"

#include "../failure.hpp"

#include <openssl/x509v3.h>

namespace tool::tcp {
namespace {

namespace ssl = boost::asio::ssl;

/// In the form of ALPN: its length first.
constexpr unsigned char http11[] = "\x08http/1.1";

}  // namespace

std::shared_ptr<tls_contexts> tls_contexts::make(std::vector<pem_identity> const& identities) {
  auto made = std::make_shared<tls_contexts>();
  made->contexts_.reserve(identities.size());
  for (auto const& each : identities) made->add(each);
  return made;
}

void tls_contexts::add(pem_identity const& identity) try {
  auto& context = contexts_.emplace_back(ssl::context::tls_server);
  auto* const handle = context.native_handle();
  context.set_options(ssl::context::default_workarounds | ssl::context::no_compression | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
  context.set_password_callback([&](std::size_t, ssl::context::password_purpose) { return identity.password; });
  context.use_certificate_chain(boost::asio::buffer(identity.chain));
  context.use_private_key(boost::asio::buffer(identity.key), ssl::context::pem);
  SSL_CTX_set_tlsext_servername_callback(handle, &choose_by_name);
  SSL_CTX_set_tlsext_servername_arg(handle, this);
  SSL_CTX_set_alpn_select_cb(handle, &choose_protocol, nullptr);
} catch (boost::system::system_error const& problem) {
  throw failure("cannot use a certificate and its key for HTTP/1.1: " + problem.code().message());
}

/// Who asks for a name that nobody has gets the first one's certificate, and decides for itself.
int tls_contexts::choose_by_name(SSL* client, int* /*alert*/, void* self) {
  auto const* const name = SSL_get_servername(client, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_OK;
  for (auto& each : static_cast<tls_contexts*>(self)->contexts_) {
    auto* const certificate = SSL_CTX_get0_certificate(each.native_handle());
    if (X509_check_host(certificate, name, 0, 0, nullptr) != 1) continue;
    SSL_set_SSL_CTX(client, each.native_handle());
    break;
  }
  return SSL_TLSEXT_ERR_OK;
}

int tls_contexts::choose_protocol(SSL*, unsigned char const** chosen, unsigned char* size, unsigned char const* offered,
                                  unsigned offered_size, void*) {
  unsigned char* found = nullptr;
  auto const outcome = SSL_select_next_proto(&found, size, http11, sizeof http11 - 1, offered, offered_size);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace tool::tcp
