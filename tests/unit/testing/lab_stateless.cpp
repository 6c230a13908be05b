// SPDX-License-Identifier: BSL-1.0
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

/// Keeps the transport parameters that an end says.
struct parameter_keeper {
  static constexpr bool enabled = true;
  std::vector<std::vector<std::uint8_t>>* said = nullptr;

  void on(event::parameters_set const& e) const {
    if (said != nullptr && e.local) said->emplace_back(e.encoded.begin(), e.encoded.end());
  }
  template <class Other>
  void on(Other const&) const {}
};

struct keeping_stack : test_stack {
  using observer = parameter_keeper;
};

}  // namespace

TEST_CASE("a server that asks for proof of an address gets it with a Retry", "[testing][rfc9000]") {
  lab<test_stack> lab{{.require_retry = true}};
  REQUIRE(lab.establish());
  CHECK(lab.client().retried());
  CHECK(lab.now() == instant{60ms});  // one round trip more
}

TEST_CASE("a client falls back to a version that the server speaks", "[testing][rfc9000]") {
  lab<test_stack> lab{{.client = {.versions = {version::v2, version::v1}}, .server = {.versions = {version::v1}}}};
  REQUIRE(lab.establish());
  CHECK(lab.client().version() == version::v1);
}

TEST_CASE("a client that tries a reserved version first is told of real ones", "[testing][rfc9000]") {
  lab<test_stack> lab{
      {.client = {.versions = {version{0x1a2a3a4a}, version::v1}}, .server = {.versions = {version::v1}}}};
  REQUIRE(lab.establish());
  CHECK(lab.client().version() == version::v1);
  CHECK(lab.now() == instant{60ms});  // one round trip more
}

TEST_CASE("what a client begins with is in its list of versions, even a reserved one", "[testing][rfc9368]") {
  std::vector<std::vector<std::uint8_t>> said;
  lab<keeping_stack> lab{{.client = {.versions = {version{0x1a2a3a4a}, version::v1}}, .make_observer = [&](role side) {
                            return parameter_keeper{side == role::client ? &said : nullptr};
                          }}};
  REQUIRE(lab.establish());
  REQUIRE(said.size() == 2);  // for each of the two first flights
  for (auto const& each : said) {
    auto const read = wire::read_transport_parameters(each, role::client);
    REQUIRE(read);
    CHECK(read->version_information->lists(read->version_information->chosen));
  }
}

TEST_CASE("a server that has lost its state resets the connection", "[testing][rfc9000]") {
  lab<test_stack> lab;
  REQUIRE(lab.establish());
  lab.restart_server();
  auto const id = lab.client().open(stream_direction::bidirectional);
  REQUIRE(id);
  REQUIRE(lab.client().write(*id, std::vector<std::uint8_t>(2000, 1)));
  REQUIRE(lab.run_until([&] { return lab.ended(role::client).has_value(); }, 5s));
  CHECK(lab.ended(role::client)->origin == event::close_origin::stateless_reset);
}

TEST_CASE("what an attacker throws in is not an end of the connection", "[testing]") {
  lab<test_stack> lab;
  REQUIRE(lab.establish());
  sim::random chance{3};
  for (int i = 0; i < 1000; ++i) {
    std::vector<std::uint8_t> junk(1 + chance.below(1400));
    for (auto& byte : junk) byte = static_cast<std::uint8_t>(chance.next());
    bool const up = chance.chance(0.5);
    lab.network().send(up ? lab.client_host() : lab.server_host(),
                       {up ? network_path{lab.client_address(), lab.server_address()}
                           : network_path{lab.server_address(), lab.client_address()},
                        junk, ecn::not_ect});
  }
  lab.advance(1s);
  CHECK_FALSE(lab.client().closing());
  CHECK_FALSE(lab.server().closing());
}
