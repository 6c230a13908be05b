// SPDX-License-Identifier: BSL-1.0
// The streams without which there is no HTTP/3: the control stream and the two of QPACK.
#include "byte_transport.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace http3_test;

namespace {

h3::field const ok_fields[] = {{":status", "200", false}, {"x-custom", "a value of the server's", false}};
h3::field const get_fields[] = {{":method", "GET", false},
                                {":scheme", "https", false},
                                {":authority", "a.test", false},
                                {":path", "/", false},
                                {"x-custom", "a value of the client's", false}};

/// The n-th stream that an end opens in one direction: its first three are the critical ones.
stream_id uni_of(role end, std::uint64_t index) {
  return {end, stream_direction::unidirectional, index};
}

/// Requests that are answered, given up by either side and refused, a stream that nobody knows, and a graceful end.
void live_a_whole_life(bench& b) {
  b.greet({0x01, 0x50, 0x00, 0x07, 0x04});  // a table of 4096 bytes for our encoder, and four streams that may wait
  b.receive(b.uni(3), {0x40, 0x99, 1, 2, 3});
  if (b.session.self() == role::server) {
    for (std::uint64_t i = 0; i < 3; ++i) {
      b.receive(b.request(i), headers(get()), true);
      b.note_events();
      REQUIRE(b.session.respond(b.transport, b.request(i), ok_fields, true));
      b.acknowledge(b.request(i));
    }
    b.receive(b.request(3), headers(get()));
    b.note_events();
    b.reset(b.request(3), 0x10c);
    b.session.announce_shutdown(b.transport);
    b.session.shutdown(b.transport);
    b.receive(b.request(4), headers(get()), true);
  } else {
    for (std::uint64_t i = 0; i < 3; ++i) {
      REQUIRE(b.session.open(b.transport, get_fields, true));
      b.acknowledge(b.request(i));
      b.receive(b.request(i), headers(ok()), true);
      b.note_events();
    }
    auto const given_up = b.session.open(b.transport, get_fields, true);
    REQUIRE(given_up);
    b.session.cancel(b.transport, *given_up);
    b.receive(b.control(), frame(7, varint(400)));
    b.session.shutdown(b.transport);
  }
  b.note_events();
}

}  // namespace

TEST_CASE("critical streams stay open, and nobody is asked to close one", "[http3][rfc9114][rfc9204]") {
  for (auto const self : {role::client, role::server}) {
    CAPTURE(self == role::client);
    bench b{self};
    live_a_whole_life(b);
    CHECK(b.closed_with() == 0x100);
    CHECK(b.at(uni_of(self, 1)).out.size() > 10);  // the encoder has used its stream
    for (std::uint64_t index = 0; index < 3; ++index) {
      CHECK_FALSE(b.at(uni_of(self, index)).finished);
      CHECK_FALSE(b.at(uni_of(self, index)).reset);
      CHECK_FALSE(b.at(uni_of(peer_of(self), index)).stopped);
    }
    CHECK(b.at(b.uni(3)).stopped == 0x103);  // that one is not needed
  }
}
