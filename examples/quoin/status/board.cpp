// SPDX-License-Identifier: BSL-1.0
#include "board.hpp"

namespace tool::status {

void totals::add(totals const& more) {
  connections += more.connections;
  packets_sent += more.packets_sent;
  packets_received += more.packets_received;
  packets_lost += more.packets_lost;
  bytes_sent += more.bytes_sent;
  bytes_received += more.bytes_received;
  congestion_window += more.congestion_window;
  bytes_in_flight += more.bytes_in_flight;
  round_trips += more.round_trips;
}

totals totals_of(quoin::connection_statistics const& one) {
  totals out;
  out.connections = 1;
  out.packets_sent = one.packets_sent;
  out.packets_received = one.packets_received;
  out.packets_lost = one.packets_lost;
  out.bytes_sent = one.bytes_sent;
  out.bytes_received = one.bytes_received;
  out.congestion_window = one.congestion_window;
  out.bytes_in_flight = one.bytes_in_flight;
  out.round_trips = one.rtt.smoothed;
  return out;
}

bool board::is_due(engine const& at, time now) const {
  std::scoped_lock const lock{mutex_};
  auto const known = slots_.find(&at);
  return known == slots_.end() || now - known->second.looked >= limits_.age;
}

void board::look(engine& at, time now) {
  if (!is_due(at, now)) return;
  live_connections found;
  at.for_each([&](port& each) {
    auto const one = each.statistics();
    found.sums.add(totals_of(one));
    if (found.listed.size() < limits_.listed) found.listed.push_back({each.remote(), one});
  });
  std::scoped_lock const lock{mutex_};
  slots_.insert_or_assign(&at, slot{now, std::move(found)});
}

void board::ended(quoin::connection_statistics const& of) {
  auto one = totals_of(of);
  one.congestion_window = one.bytes_in_flight = 0;  // nothing is under way any more
  std::scoped_lock const lock{mutex_};
  over_.add(one);
}

live_connections board::live() const {
  std::scoped_lock const lock{mutex_};
  live_connections all;
  for (auto const& [at, each] : slots_) {
    all.sums.add(each.found.sums);
    all.listed.insert(all.listed.end(), each.found.listed.begin(), each.found.listed.end());
  }
  return all;
}

totals board::over() const {
  std::scoped_lock const lock{mutex_};
  return over_;
}

}  // namespace tool::status
