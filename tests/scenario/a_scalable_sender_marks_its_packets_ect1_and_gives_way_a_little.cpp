// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a scalable sender marks its packets ECT(1) and gives way a little to each mark", "[scenario][rfc9331]") {
  world_options options;
  options.stack = flavour::scalable;
  options.one_way_delay = 20ms;
  options.link.bottleneck.bits_per_second = 20'000'000;
  options.link.bottleneck.queue_bytes = 250'000;
  options.link.l4s_threshold = 2ms;
  world w{options};
  REQUIRE(w.establish());
  w.start(w.client(), stream_direction::unidirectional, 20'000'000);
  w.advance(3s);
  auto const seen = w.metrics.size();
  w.advance(3s);

  auto const sent = w.sent(role::client, of_kind(packet_kind::one_rtt));
  auto const marked = std::count_if(sent.begin(), sent.end(), [](auto const& p) { return p.mark == ecn::ect1; });
  CHECK(marked * 10 > static_cast<std::ptrdiff_t>(sent.size()) * 9);
  // The peer counted them, and the network's marks among them (RFC 9000 13.4.1).
  ecn_counts counts;
  for (auto const& p : w.received(role::client))
    if (auto const* const ack = p.find(frame_type::ack); ack != nullptr && ack->marks.any()) counts = ack->marks;
  CHECK(counts.ect0 == 0);
  CHECK(counts.ect1 > 100);
  CHECK(counts.ce > 0);
  CHECK(w.client().statistics().packets_lost == 0);
  duration longest{};
  for (auto i = seen; i < w.metrics.size(); ++i)
    if (w.metrics[i].side == role::client) longest = std::max(longest, w.metrics[i].values.latest_rtt);
  CHECK(longest < 55ms);  // 40 ms are the path's
}
