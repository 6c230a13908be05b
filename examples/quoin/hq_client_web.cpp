// SPDX-License-Identifier: BSL-1.0
// The same downloads by HTTP/3.
#include "hq_client.hpp"

#include <algorithm>

namespace tool::hq {

void client::ask(port& to) {
  auto const number = next_++;
  auto const shown = shown_[number];
  meter_.start(shown);
  ++exchanges_under_way_;
  fetch::exchange::listener told{
      [this, shown](std::uint64_t bytes) { meter_.receive(shown, bytes); },
      [this, &to, shown](fetch::exchange& ended) { end(to, shown, ended); },
      [this] { return closed_.has_value(); },
  };
  exchanges_.push_back(std::make_unique<fetch::exchange>(jobs_[number], how_.how, std::move(told)));
  exchanges_.back()->start(*site_);
}

void client::end(port& to, std::size_t shown, fetch::exchange& ended) {
  --exchanges_under_way_;
  ended_at_ = std::chrono::steady_clock::now();
  if (ended.now() == fetch::exchange::state::moved) {
    auto next = ended.next();
    next.shown = shown;
    if (next.where.same_server(jobs_.front().where)) {
      jobs_.push_back(next);
      shown_.push_back(shown);
    } else {
      moved_.push_back(next);
    }
  } else {
    meter_.end(shown, ended.now() == fetch::exchange::state::done);
    if (!ended.why().text.empty()) problems_.push_back(ended.why());
  }
  if (!closed_) fill(to);
}

void client::turn_exchanges() {
  // By index: one that ends makes room for another.
  for (std::size_t i = 0; i < exchanges_.size(); ++i)
    if (exchanges_[i]->waits()) exchanges_[i]->on_turn();
}

void client::abandon_exchanges() {
  abandoned_ += exchanges_under_way_;
  for (std::size_t i = 0; i < exchanges_.size(); ++i) exchanges_[i]->abandon();
}

bool client::waits() const {
  return std::any_of(exchanges_.begin(), exchanges_.end(), [](auto const& one) { return one->waits(); });
}

std::vector<fetch::record> client::records() const {
  std::vector<fetch::record> all;
  for (auto const& one : exchanges_) all.push_back(one->record());
  return all;
}

}  // namespace tool::hq
