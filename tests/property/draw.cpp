// SPDX-License-Identifier: BSL-1.0
#include "draw.hpp"

#include <algorithm>
#include <array>

namespace quoin::property {

using namespace scenario;

namespace {

duration up_to(sim::random& chance, duration most) {
  return chance.between(duration{}, most);
}

transport_settings random_settings(sim::random& chance) {
  transport_settings settings;
  settings.handshake_timeout = 300s;
  settings.idle_timeout = 600s;
  settings.stream_window = 1'500 + chance.below(chance.chance(0.5) ? 10'000 : 200'000);
  settings.max_stream_window = settings.stream_window * (1 + chance.below(4));
  settings.connection_window = 2'000 + chance.below(chance.chance(0.5) ? 20'000 : 400'000);
  settings.max_connection_window = settings.connection_window * (1 + chance.below(4));
  settings.bidi_streams = 1 + chance.below(12);
  settings.uni_streams = 1 + chance.below(12);
  settings.send_buffer = 1'000 + chance.below(100'000);
  settings.max_ack_delay = up_to(chance, 60ms);
  settings.datagram_size = 1200 + chance.below(253);
  if (chance.chance(0.2)) settings.max_udp_payload = 1200 + chance.below(300);
  if (chance.chance(0.2)) {
    settings.versions = {version::v2, version::v1};
    settings.first_version = version::v1;
  } else if (chance.chance(0.1)) {
    settings.versions = {version::v1};
  }
  if (chance.chance(0.2)) settings.grease_quic_bit = false;
  if (chance.chance(0.2)) settings.spin_bit = true;
  if (chance.chance(0.1)) {
    // An update may have to wait for the one before to be over, but not for long.
    settings.key_limits.sealed_before_update = 40 + chance.below(400);
    settings.key_limits.sealed = settings.key_limits.sealed_before_update + 1'000;
  }
  settings.version_choice = static_cast<version_choice>(chance.below(3));
  return settings;
}

}  // namespace

sim::link_settings random_link(sim::random& chance) {
  sim::link_settings link;
  link.delay = up_to(chance, chance.chance(0.1) ? duration{800ms} : duration{60ms});
  if (chance.chance(0.5)) link.jitter = up_to(chance, 20ms);
  if (chance.chance(0.5)) link.loss.probability = chance.unit() * 0.1;
  if (chance.chance(0.2)) link.loss.two_state = {chance.unit() * 0.02, 0.3 + chance.unit() * 0.7, 0, 1};
  if (chance.chance(0.3)) {
    link.reordering = chance.unit() * 0.2;
    link.reordering_delay = up_to(chance, 50ms);
  }
  if (chance.chance(0.3)) link.duplication = chance.unit() * 0.2;
  if (chance.chance(0.3)) {
    link.corruption = chance.unit() * 0.1;
    link.corrupted_bits = 1 + static_cast<std::uint32_t>(chance.below(5));
  }
  if (chance.chance(0.3)) {
    link.bottleneck.bits_per_second = 200'000 + chance.below(20'000'000);
    link.bottleneck.queue_bytes = 6'000 + chance.below(100'000);
  }
  if (chance.chance(0.2)) link.ce_marking = chance.unit() * 0.2;
  link.bleaching = chance.chance(0.1);
  return link;
}

namespace {

/// No more than the path carries to begin with; whether it carries more is left to be found out.
void fit_mtu(world_options& options, sim::random& chance) {
  options.link.mtu = chance.chance(0.3) ? 1200 : 1200 + chance.below(301);
  options.client.discover_mtu = options.server.discover_mtu = chance.chance(0.7);
  for (auto* settings : {&options.client, &options.server})
    settings->datagram_size = std::min(settings->datagram_size, options.link.mtu);
}

/// Half of all runs have the plainest stack, which is the one that promises most.
flavour random_stack(sim::random& chance) {
  if (chance.chance(0.5)) return flavour::plain;
  constexpr std::array others{flavour::strict, flavour::modelling, flavour::scalable, flavour::first_in};
  return others[chance.below(others.size())];
}

}  // namespace

world_options random_world(run_options const& from, sim::random& chance) {
  world_options options;
  options.seed = from.seed;
  options.stack = from.real_crypto ? flavour::botan : random_stack(chance);
  options.stack = from.stack.value_or(options.stack);
  options.one_way_delay = 0ms;
  options.link = random_link(chance);
  options.client = random_settings(chance);
  options.server = random_settings(chance);
  fit_mtu(options, chance);
  // A token that is damaged on its way ends the handshake, as RFC 9000 8.1.2 wants it.
  options.require_retry = chance.chance(0.2) && options.link.corruption == 0;
  if (chance.chance(0.2)) options.hello_padding = chance.below(4'000);
  if (chance.chance(0.3)) options.server_flight_padding = chance.below(8'000);
  options.ack_frequency.ask = chance.chance(0.5);
  options.datagrams.before_streams = chance.chance(0.5);
  options.log = false;
  options.qlog_folder = from.qlog_folder;
  return options;
}

}  // namespace quoin::property
