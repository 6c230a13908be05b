// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

namespace {

using nonce = std::array<std::uint8_t, aead_iv_size>;

/// Every nonce that any key has sealed with; one that comes twice is counted.
struct nonce_log {
  std::set<std::pair<std::vector<std::uint8_t>, nonce>> used;
  std::set<std::uint32_t> paths;
  std::size_t repeated = 0;
};
nonce_log* nonces = nullptr;

class watched_key : public null_packet_key {
 public:
  watched_key(cipher_suite suite, byte_view key, byte_view iv)
      : null_packet_key(suite, key, iv), key_(key.begin(), key.end()) {
    std::copy(iv.begin(), iv.end(), iv_.begin());
  }

  void seal(std::span<packet_in_place> packets) noexcept {
    for (auto const& packet : packets) {
      auto made = iv_;
      for (std::size_t i = 0; i < 8; ++i)
        made[made.size() - 1 - i] ^= static_cast<std::uint8_t>(packet.number >> (8 * i));
      if (nonces == nullptr) continue;
      if (!nonces->used.emplace(key_, made).second) ++nonces->repeated;
      nonces->paths.insert(path_);
    }
    null_packet_key::seal(packets);
  }

  void combine_iv(std::uint32_t bits) noexcept {
    null_packet_key::combine_iv(bits);
    path_ ^= bits;
    for (std::size_t i = 0; i < 4; ++i) iv_[i] ^= static_cast<std::uint8_t>(bits >> (24 - 8 * i));
  }

 private:
  std::vector<std::uint8_t> key_;
  nonce iv_{};
  std::uint32_t path_ = 0;
};

struct watched_stack : several_paths_stack<path_schedule::round_robin> {
  struct crypto {
    struct protection : null_protection {
      using packet_key = watched_key;
    };
    using handshake = null_handshake;
  };
};

using watched_paths = two_paths<path_schedule::round_robin, watched_stack>;

}  // namespace

TEST_CASE("no nonce is used twice, whatever the path", "[scenario][multipath]") {
  nonce_log log;
  nonces = &log;
  {
    two_paths_options options;
    options.first.loss.probability = options.second.loss.probability = 0.02;
    watched_paths both{options};
    REQUIRE(both.open_second());
    for (auto const sender : {role::client, role::server}) REQUIRE(both.transfer(sender, 500'000));
    // Keys change, and packet numbers go on.
    REQUIRE(both.lab.run_until([&] { return both.lab.client().update_keys(both.lab.now()); }, 20s));
    for (auto const sender : {role::client, role::server}) REQUIRE(both.transfer(sender, 500'000));
    REQUIRE(both.paths(role::client).open_path(both.lab.client_address(), both.lab.server_address(), both.lab.now()));
    REQUIRE(both.transfer(role::server, 500'000));
  }
  nonces = nullptr;
  CHECK(log.repeated == 0);
  CHECK(log.used.size() > 1500);
  CHECK(log.paths == std::set<std::uint32_t>{0, 1, 2});
}

TEST_CASE("keys are updated with packets under way on both paths", "[scenario][multipath]") {
  for (auto const initiator : {role::client, role::server}) {
    two_paths_options options;
    options.second.delay = 60ms;
    for (auto* const link : {&options.first, &options.second}) {
      link->bottleneck = {.bits_per_second = 10'000'000, .queue_bytes = 60'000};
      link->reordering = 0.05;
      link->reordering_delay = 5ms;
    }
    two_paths<path_schedule::round_robin> both{options};
    REQUIRE(both.open_second());
    std::uint64_t updates = 0;
    for (int i = 0; i < 6; ++i) {
      both.begin(role::client, 400'000);
      both.lab.advance(50ms);
      updates += both.connection_of(initiator).update_keys(both.lab.now()) ? 1 : 0;
      REQUIRE(both.lab.run_until([&] { return both.complete(role::client); }));
      both.lab.advance(500ms);
    }
    CHECK(updates >= 4);
    for (auto const each : {role::client, role::server}) {
      CHECK(both.connection_of(each).statistics().key_phase == updates);
      CHECK_FALSE(both.connection_of(each).closing());
      // What came late was opened with the keys of then.
      CHECK(both.connection_of(each).statistics().packets_dropped == 0);
    }
  }
}

TEST_CASE("keys are not updated again before the slowest path has had three probe timeouts", "[scenario][multipath]") {
  two_paths_options options;
  options.second.delay = 400ms;
  two_paths<path_schedule::round_robin> both{options};
  REQUIRE(both.open_second());
  REQUIRE(both.transfer(role::client, 100'000));
  REQUIRE(both.lab.run_until([&] { return both.lab.client().update_keys(both.lab.now()); }, 20s));
  auto const updated_at = both.lab.now();
  REQUIRE(both.transfer(role::client, 10'000));
  REQUIRE(both.lab.run_until(
      [&] {
        if (both.lab.client().update_keys(both.lab.now())) return true;
        both.lab.client().ping();
        return false;
      },
      60s));
  // draft-ietf-quic-multipath 2.5: more than three times 800 ms; three PTOs of the first path are over much sooner.
  CHECK(both.lab.now() - updated_at > 2400ms);
}

TEST_CASE("an acknowledgement of what an abandoned path has brought is one for the keys, too",
          "[scenario][multipath]") {
  two_paths<> both{{.first = {.delay = 30ms}}};
  REQUIRE(both.open_second());
  both.lab.advance(1s);
  // All that the server hears under new keys comes over the quicker path.
  both.lab.uplink().on_each([](sim::datagram&, std::uint64_t) -> sim::verdict { return {.drop = true}; });
  REQUIRE(both.lab.client().update_keys(both.lab.now()));
  both.begin(role::client, 500);
  both.lab.advance(12ms);
  REQUIRE(both.received(role::client) == 500);
  REQUIRE(both.paths(role::server).abandon_path(1, both.lab.now()));
  both.lab.advance(2s);
  // RFC 9001 6.2: the last update has been acknowledged, so there may be another.
  REQUIRE(both.lab.client().update_keys(both.lab.now()));
  both.lab.uplink().on_each({});
  CHECK(both.transfer(role::client, 20'000));
  CHECK_FALSE(both.lab.client().closing());
  CHECK_FALSE(both.lab.server().closing());
}
