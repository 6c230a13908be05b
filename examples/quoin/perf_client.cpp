// SPDX-License-Identifier: BSL-1.0
#include "perf_client.hpp"

#include <memory>

namespace tool::perf {

void client::on_connected(port& to) {
  connected_at_ = last_at_ = std::chrono::steady_clock::now();
  if (work_.handshake_only) return;
  to_start_ = work_.streams;
  on_streams_available(to);
}

void client::on_streams_available(port& to) {
  for (; to_start_ != 0; --to_start_) {
    auto const id = to.open(quoin::stream_direction::bidirectional);
    if (!id) return;
    using header = std::array<std::uint8_t, header_size>;
    auto const first = std::make_shared<header const>(header_for(work_.download));
    to.write(*id, {*first, first});
    under_way_.emplace(id->value(), 0);
    uploads_.add(to, *id, work_.upload);
  }
}

void client::on_data(port& to, quoin::stream_id id, quoin::byte_view bytes, bool fin) {
  auto const entry = under_way_.find(id.value());
  if (entry == under_way_.end()) return;
  entry->second += bytes.size();
  counts_.downloaded += bytes.size();
  if (fin) end(to, id, entry->second == work_.download);
}

void client::on_reset(port& to, quoin::stream_id id, std::uint64_t) {
  if (under_way_.contains(id.value())) end(to, id, false);
}

void client::on_stop_sending(port& to, quoin::stream_id id, std::uint64_t code) {
  uploads_.drop(id);
  to.reset(id, code);
}

void client::end(port& to, quoin::stream_id id, bool complete) {
  under_way_.erase(id.value());
  ++(complete ? counts_.requests : counts_.broken);
  if (complete) counts_.uploaded += work_.upload;
  last_at_ = std::chrono::steady_clock::now();
  if (!work_.again || stopped_) return;
  ++to_start_;
  on_streams_available(to);
}

void client::on_turn(port& to) {
  // Not before the turn's end, with which our Finished has gone: without that the server's handshake is no whole one.
  if (work_.handshake_only && connected() && !closed_) return to.close(0, {});
  uploads_.refill(to);
  if (stopped_) to_start_ = 0;
}

void client::on_closed(port& to, quoin::close_info const& why) {
  statistics_ = to.statistics();
  closed_ = why;
}

}  // namespace tool::perf
