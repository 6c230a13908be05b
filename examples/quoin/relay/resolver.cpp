// SPDX-License-Identifier: BSL-1.0
#include "resolver.hpp"

#include "../failure.hpp"
#include "../net_address.hpp"

namespace tool::relay {
namespace {

namespace udp = quoin::http3::connect_udp;

/// Names that wait; with ten seconds for each of them nobody would wait for more.
constexpr std::size_t most_waiting = 64;

udp::addresses look_up(udp::target const& named) try {
  return resolve(named.host, named.port);
} catch (failure const& problem) {
  return quoin::unexpected{udp::relay_error{udp::proxy_error::dns_error, problem.what()}};
}

}  // namespace

resolver::resolver(std::function<void()> wake)
    : wake_(std::move(wake)), thread_([this](std::stop_token const& stop) { work(stop); }) {}

resolver::~resolver() = default;

void resolver::ask(udp::target const& named, answer told) {
  if (waiting_.size() >= most_waiting)
    return told(quoin::unexpected{
        udp::relay_error{udp::proxy_error::connection_limit_reached, "too many names are being looked up"}});
  waiting_.emplace(next_, std::move(told));
  {
    std::scoped_lock const lock{mutex_};
    questions_.push_back({next_++, named});
  }
  asked_.notify_one();
}

void resolver::work(std::stop_token const& stop) {
  while (true) {
    std::unique_lock lock{mutex_};
    if (!asked_.wait(lock, stop, [this] { return !questions_.empty(); })) return;
    auto const next = std::move(questions_.front());
    questions_.pop_front();
    lock.unlock();
    auto found = look_up(next.named);
    lock.lock();
    findings_.push_back({next.number, std::move(found)});
    lock.unlock();
    wake_();
  }
}

void resolver::service() {
  std::deque<finding> ready;
  {
    std::scoped_lock const lock{mutex_};
    ready.swap(findings_);
  }
  for (auto& one : ready) {
    auto told = waiting_.extract(one.number);
    told.mapped()(std::move(one.found));
  }
}

}  // namespace tool::relay
