// SPDX-License-Identifier: BSL-1.0
// The cases of the QUIC interop runner in which files are moved over one path, with their networks and criteria.
#include "bench.hpp"

TEST_CASE("profile: transfer", "[profile]") {
  for_each_seed([](world_options const& options) {
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    CHECK(download(w, {2 * megabyte, 3 * megabyte, 5 * megabyte}));
    check_handshakes(seen);
  });
}

TEST_CASE("profile: chacha20", "[profile]") {
  for_each_seed([](world_options options) {
    options.suite = cipher_suite::chacha20_poly1305_sha256;
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    CHECK(download(w, {3 * megabyte}));
    check_handshakes(seen);
  });
}

TEST_CASE("profile: multiplexing", "[profile]") {
  for_each_seed([](world_options options) {
    options.server.bidi_streams = 100;
    options.log = true;
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    CHECK(download(w, std::vector<std::uint64_t>(1'999, 32)));
    check_handshakes(seen);
    // At most a thousand at first, and more later.
    std::uint64_t allowed = 0;
    for (auto const& p : w.sent_with(role::server, frame_type::max_streams_bidi))
      allowed = std::max(allowed, p.find(frame_type::max_streams_bidi)->value);
    CHECK(allowed >= 1'999);
  });
}

TEST_CASE("profile: blackhole", "[profile]") {
  for_each_seed([](world_options const& options) {
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    // On for five seconds, off for two.
    for (int i = 0; i < 20; ++i)
      for (auto* const link : {&w.uplink(), &w.downlink()})
        link->black_out(instant{} + 5s + i * 7s, instant{} + 7s + i * 7s);
    CHECK(download(w, {10 * megabyte}));
    check_handshakes(seen);
  });
}

TEST_CASE("profile: keyupdate", "[profile]") {
  for_each_seed([](world_options const& options) {
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    w.settle();
    REQUIRE(w.client().update_keys());
    CHECK(download(w, {3 * megabyte}));
    check_handshakes(seen);
    CHECK(w.client().statistics().key_phase == 1);
    CHECK(w.server().statistics().key_phase == 1);
  });
}

TEST_CASE("profile: ecn", "[profile]") {
  for_each_seed([](world_options options) {
    options.log = true;
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    CHECK(download(w, {100 * 1'024}));
    check_handshakes(seen);
    for (auto const side : {role::client, role::server}) {
      // One mark beside none, and that is not "congestion experienced".
      auto marks = seen.of(side).marks;
      marks.erase(ecn::not_ect);
      CHECK(marks.size() == 1);
      CHECK_FALSE(marks.contains(ecn::ce));
      CHECK_FALSE(w.sent(side, [](auto const& p) {
                     auto const* const ack = p.find(frame_type::ack);
                     return ack != nullptr && ack->marks.any();
                   }).empty());
    }
  });
}

TEST_CASE("profile: transferloss and transfercorruption", "[profile]") {
  for_each_seed([](world_options const& options) {
    for (bool const corrupted : {false, true}) {
      CAPTURE(corrupted);
      world w{options};
      capture seen{w};
      if (corrupted)
        seen.corrupt(options.seed, 0.02);
      else
        seen.lose(options.seed, 0.02);
      REQUIRE(w.establish());
      CHECK(download(w, {2 * megabyte}));
      check_handshakes(seen);
      CHECK(seen.hurt > 0);
    }
  });
}

TEST_CASE("profile: crosstraffic", "[profile]") {
  for_each_seed([](world_options options) {
    options.stack = flavour::strict;  // CUBIC at both, as the runner's TCP has it
    world w{options};
    REQUIRE(w.establish());
    w.start(w.server(0), stream_direction::unidirectional, 300 * megabyte);
    w.connect();
    REQUIRE(
        w.run_until([&] { return w.client(1).confirmed() && w.count(role::server) > 1 && w.server(1).confirmed(); }));
    CHECK(download(w, {25 * megabyte}, 180s));
    // Neither starves the other: the one that was there before has had its tenth of the link at least.
    auto const carried = w.client(0).in.empty() ? 0 : w.client(0).in.begin()->second.bytes.size();
    CHECK(carried > 25 * megabyte / 10);
  });
}

TEST_CASE("profile: goodput", "[profile]") {
  for_each_seed([](world_options const& options) {
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    auto const begin = w.now();
    CHECK(download(w, {10 * megabyte}));
    check_handshakes(seen);
    auto const seconds = std::chrono::duration<double>(w.now() - begin).count();
    // Nine tenths of what the link carries, in virtual time, which no machine makes slower.
    CHECK(10e6 * 8 / seconds > 0.85 * 10e6);
  });
}
