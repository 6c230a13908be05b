// SPDX-License-Identifier: BSL-1.0
// What a user reads whose HTTP/3 handler does not fit.
#include <quoin/http3/api/client_messages.hpp>
#include <quoin/http3/api/server_messages.hpp>

using namespace quoin::http3;

struct without_a_response {
  void operator()(request&) {}
};
// error: an HTTP/3 handler must be callable as handler\(request, response\)
// names: without_a_response
static_assert(detail::check_request_handler<without_a_response>());

struct for_servers {
  void operator()(request&, response&) {}
};
// error: a handler of HTTP/3 responses must be callable as handler\(response\)
// names: for_servers
static_assert(detail::check_response_handler<for_servers>());
