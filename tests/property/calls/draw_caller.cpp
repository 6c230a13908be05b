// SPDX-License-Identifier: BSL-1.0
// What a caller's connections are made from.
#include "caller.hpp"

namespace quoin::property {

using namespace std::chrono_literals;

namespace {

transport_settings some_settings(sim::random& chance) {
  transport_settings settings;
  settings.handshake_timeout = 100s;
  settings.stream_window = 1 + chance.below(20'000);
  settings.max_stream_window = settings.stream_window * (1 + chance.below(3));
  settings.connection_window = 1 + chance.below(40'000);
  settings.max_connection_window = settings.connection_window * (1 + chance.below(3));
  settings.bidi_streams = chance.below(6);
  settings.uni_streams = chance.below(6);
  settings.send_buffer = chance.below(20'000);
  settings.idle_timeout = chance.chance(0.2) ? duration{} : chance.between(1s, 60s);
  if (chance.chance(0.2)) settings.keep_alive = chance.between(100ms, 10s);
  if (chance.chance(0.1)) settings.disable_active_migration = true;
  if (chance.chance(0.1)) settings.key_limits.sealed_before_update = 40 + chance.below(400);
  if (chance.chance(0.2)) settings.versions = {version::v2, version::v1};
  if (chance.chance(0.2)) settings.datagram_size = 1200 + chance.below(253);
  if (chance.chance(0.2)) settings.max_udp_payload = 1200 + chance.below(300);
  settings.first_version = version::v1;
  settings.discover_mtu = chance.chance(0.7);
  settings.spin_bit = chance.chance(0.2);
  settings.max_ack_delay = chance.between(0ms, 60ms);
  return settings;
}

extension_settings_of<loose_stack> some_extensions(sim::random& chance) {
  extension_settings_of<loose_stack> chosen;
  auto& d = chosen.datagram;
  if (chance.chance(0.3)) d.max_frame_size = chance.below(1'500);
  d.send_queue = chance.below(20'000);
  d.receive_queue = chance.below(20'000);
  if (chance.chance(0.3)) d.when_send_queue_is_full = datagram_overflow::drop_oldest;
  if (chance.chance(0.3)) d.when_receive_queue_is_full = datagram_overflow::refuse;
  d.before_streams = chance.chance(0.5);
  d.report_fate = chance.chance(0.5);
  if (chance.chance(0.7)) chosen.multipath.paths = 1 + static_cast<std::uint32_t>(chance.below(5));
  chosen.ack_frequency.ask = chance.chance(0.5);
  chosen.address_discovery = {chance.chance(0.5), chance.chance(0.5)};
  return chosen;
}

std::shared_ptr<null_handshake::config const> some_crypto(sim::random& chance, role side) {
  auto made = std::make_shared<null_handshake::config>();
  made->alpn = {"calls"};
  if (chance.chance(0.2)) made->hello_padding = chance.below(3'000);
  if (side == role::client) return made;
  session_settings sessions;
  sessions.tickets = static_cast<unsigned>(chance.below(4));
  sessions.secrets = {session_secret{1}};
  sessions.early_data = chance.chance(0.7);
  sessions.replay = guard_with(std::make_shared<strike_register>(hash_key{1, 2}, wall_time{}, 1'000));
  made->sessions = make_null_sessions(std::move(sessions));
  return made;
}

}  // namespace

void caller::draw() {
  may_give_up_ = chance_.chance(0.1);
  takes_views_ = chance_.chance(0.5);
  for (auto const side : both_sides)
    options_.ends[index_of(side)] = {some_settings(chance_), some_extensions(chance_), some_crypto(chance_, side)};
  options_.link.delay = chance_.between(1ms, 40ms);
  if (chance_.chance(0.3)) options_.link.jitter = chance_.between(duration{}, 10ms);
  if (chance_.chance(0.5)) options_.link.loss.probability = chance_.unit() * 0.1;
  if (chance_.chance(0.2)) options_.link.duplication = chance_.unit() * 0.1;
  if (chance_.chance(0.5)) options_.session = earlier_session();
  options_.early_data = chance_.chance(0.7);
  options_.start = instant{10s};

  scenario::world_options expected;
  for (auto const side : both_sides)
    (side == role::client ? expected.client : expected.server) = made_from(side).settings;
  checks_.expect(expected);
}

/// What a connection between the same ends has left behind, if the server gives anything.
std::optional<client_session> caller::earlier_session() const {
  auto before = options_;
  before.link = {.delay = 5ms};
  before.seed += 1'000'000'000;
  loose_ends first{before};
  std::vector<std::uint8_t> const data(options_.seed % 50, 0x42);
  first.at(role::client)->remember_with_sessions(data);
  first.advance(2s);
  return first.at(role::client)->take_session();
}

}  // namespace quoin::property
