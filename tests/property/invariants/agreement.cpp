// SPDX-License-Identifier: BSL-1.0
#include "agreement.hpp"

namespace quoin::property {

void agreement::on(role side, std::size_t, event::parameters_set const& e) {
  if (e.remembered) return;
  (e.local ? said_ : heard_)[index_of(side)].assign(e.encoded.begin(), e.encoded.end());
}

void agreement::after_step(seen_step const& step) {
  auto const& client = step.of(role::client);
  auto const& server = step.of(role::server);
  bool const both = client.connected && server.connected && !client.gone && !server.gone;
  if (!both) return;
  for (auto const side : both_sides)
    check(heard_[index_of(side)] == said_[index_of(peer_of(side))], side, step.now,
          "INV-31 the peer's transport parameters are not those that it sent");
  check(client.spoken == server.spoken, role::client, step.now, "INV-31 the two ends speak different versions",
        static_cast<std::uint32_t>(client.spoken));
  check(client.alpn == server.alpn && !client.alpn.empty(), role::client, step.now,
        "INV-31 the two ends chose different application protocols");
  auto const phases = client.stats.key_phase - server.stats.key_phase + 1;
  check(phases <= 2, role::client, step.now, "INV-32 one end is more than one key update ahead", phases);
}

}  // namespace quoin::property
