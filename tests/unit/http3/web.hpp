// SPDX-License-Identifier: BSL-1.0
/// \file
/// A server and a client of the API, over connections of the test stack in virtual time.
#pragma once

#include <quoin/http3/api/agent.hpp>
#include <quoin/http3/api/service.hpp>
#include <quoin/schedule/urgency_incremental.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <string>

namespace http3_test {

using namespace quoin;
namespace h3 = quoin::http3;

struct urgent_stack : test_stack {
  using scheduler = urgency_incremental;
};

/// A lab with an HTTP/3 server and client on it.
template <class Stack>
struct web_of {
  using lab_type = quoin::lab<Stack>;
  using connection_type = typename lab_type::connection_type;

  template <class Handler>
  explicit web_of(Handler handler, lab_options<Stack> options = {}, h3::session_settings const& settings = {})
      : lab(std::move(options)),
        service(std::move(handler), around(lab.server_endpoint(), settings)),
        agent(around(lab.client_endpoint(), settings)) {
    lab.on_event([this](role side, connection_type& from, connection_event const& event) {
      if (side == role::server)
        service.on_event(from, event);
      else
        agent.on_event(from, event);
    });
    site = &agent.adopt(lab.connect("a.test"), "a.test");
  }

  h3::surroundings<connection_type> around(typename lab_type::endpoint_type& endpoint,
                                           h3::session_settings const& settings) {
    h3::surroundings<connection_type> made;
    made.now = [this] {
      ++clock_reads;
      return lab.now();
    };
    made.wake = [&endpoint](connection_type& used) { endpoint.touch(used); };
    made.settings = settings;
    made.key = {1, 2};
    return made;
  }

  std::size_t clock_reads = 0;  ///< of HTTP/3, at both ends
  lab_type lab;
  h3::service<connection_type> service;
  h3::agent<connection_type> agent;
  h3::origin* site = nullptr;
};

using web = web_of<urgent_stack>;
using lab_type = web::lab_type;
using connection_type = web::connection_type;

/// A response as a client's application would keep it.
struct answer {
  unsigned status = 0;
  std::string content;
  std::string type;
  bool ended = false;
  std::optional<h3::error_code> failure;

  void take(h3::client_response& response) {
    status = response.status();
    failure = response.failure();
    type = response.field("content-type").value_or("");
    response.on_content([this](byte_view part) { content += as_text(part); });
    response.on_end([this] { ended = true; });
    response.on_failure([this](h3::error_code code) { failure = code; });
  }
  auto taker() {
    return [this](h3::client_response& response) { take(response); };
  }
};

}  // namespace http3_test
