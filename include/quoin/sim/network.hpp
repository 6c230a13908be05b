// SPDX-License-Identifier: BSL-1.0
/// \file
/// Hosts with addresses, the links between them, routers among them, and the virtual time in which datagrams travel.
#pragma once

#include <quoin/observe/trace_line.hpp>
#include <quoin/sim/event_queue.hpp>
#include <quoin/sim/link.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace quoin::sim {

/// A host of a network, in the order in which they were added.
enum class host_id : std::uint32_t {};

/// Where all datagrams of a network are: what was sent is what was lost and what goes on; what goes on, and its copies,
/// has arrived, found nobody or is under way.
struct census {
  std::uint64_t sent = 0;  ///< that found a link
  std::uint64_t lost = 0;  ///< on it
  std::uint64_t copies = 0;
  std::uint64_t arrived = 0;
  std::uint64_t nobody_there = 0;  ///< when they arrived
  std::uint64_t under_way = 0;

  [[nodiscard]] constexpr bool adds_up() const noexcept {
    return sent - lost + copies == arrived + nobody_there + under_way;
  }
};

/// Moves datagrams between hosts. Time stands still until `step` or `run_until` moves it, so a run is as fast as the
/// machine allows and depends on nothing but the seed and what the caller does.
class network {
 public:
  /// Is given a datagram whose path is as the receiver sees it.
  using receiver = std::function<void(datagram&&)>;

  explicit network(std::uint64_t seed, instant start = {}) : seed_(seed), now_(start) {}
  network(network const&) = delete;
  network& operator=(network const&) = delete;

  [[nodiscard]] instant now() const noexcept { return now_; }

  host_id add_host(std::string name) {
    hosts_.push_back(std::move(name));
    return static_cast<host_id>(hosts_.size() - 1);
  }

  /// Joins two hosts by one link in each direction.
  void join(host_id one, host_id other, link_settings const& settings) {
    connect(one, other, settings);
    connect(other, one, settings);
  }

  /// Makes the link in one direction, or gives the existing one new settings.
  link& connect(host_id from, host_id to, link_settings const& settings) {
    auto const stream = seed_ + 0x9e3779b97f4a7c15U * (links_.size() + 1);
    auto const [at, added] = links_.try_emplace({from, to}, stream, settings);
    if (!added) at->second.settings = settings;
    return at->second;
  }

  /// Whatever `from` has for `to` goes to `next` first, over the link to there, and on from there. Hosts without a
  /// route are reached directly. Routes must not run in circles.
  void set_route(host_id from, host_id to, host_id next) { routes_[{from, to}] = next; }

  /// The link that was made before; asking for another breaks a contract.
  [[nodiscard]] link& between(host_id from, host_id to) {
    auto const found = links_.find({from, to});
    QUOIN_ASSERT(found != links_.end());
    return found->second;
  }

  /// Gives an address of a host to a receiver, in place of any before.
  void bind(host_id host, socket_address const& address, receiver deliver) {
    unbind(address);
    sockets_.push_back({address, address, host, std::move(deliver)});
  }

  /// What arrives for the address from now on is lost.
  void unbind(socket_address const& address) {
    std::erase_if(sockets_, [&](socket const& s) { return s.inside == address; });
  }

  /// Puts the address behind a NAT that shows it to others as `outside`, or changes what the NAT shows. What others
  /// send to any earlier address is lost. `rebind(a, a)` takes the NAT away.
  void rebind(socket_address const& inside, socket_address const& outside) {
    for (auto& s : sockets_)
      if (s.inside == inside) s.outside = outside;
  }

  /// Sends from the host that has `what.path.local`; lost when no host has it.
  void send(datagram what) {
    auto const* from = find([&](socket const& s) { return s.inside == what.path.local; });
    if (from == nullptr) {
      ++unroutable_;
      return;
    }
    what.path.local = from->outside;
    send(from->host, std::move(what));
  }

  /// Sends from a host with any source address, as an attacker may; a NAT is passed by.
  void send(host_id from, datagram what) {
    auto const* to = find([&](socket const& s) { return s.outside == what.path.remote; });
    if (to == nullptr || !links_.contains({from, next_hop(from, to->host)})) {
      ++unroutable_;
      return;
    }
    ++census_.sent;
    put_on_link(from, next_hop(from, to->host), std::move(what));
  }

  /// Calls `action` at `at`, or at once when that has passed.
  void schedule(instant at, std::function<void()> action) { actions_.push(std::max(at, now_), std::move(action)); }

  /// When something happens next; `never` when nothing will.
  [[nodiscard]] instant deadline() const noexcept { return std::min(queue_.deadline(), actions_.deadline()); }

  /// Goes to the next thing that happens and lets it happen. False when there is none.
  bool step() {
    auto const at = deadline();
    if (at == never) return false;
    now_ = std::max(now_, at);
    if (actions_.deadline() == at)
      actions_.pop()();
    else
      arrive(queue_.pop());
    return true;
  }

  /// Lets everything happen that is due up to and including `until`, and goes there.
  void run_until(instant until) {
    while (deadline() <= until && step()) {
    }
    now_ = std::max(now_, until);
  }

  /// Writes one line for each datagram sent or arrived, from now on.
  void trace_to(std::shared_ptr<std::string> text) { trace_ = std::move(text); }

  /// All datagrams that found a link.
  [[nodiscard]] census count() const noexcept {
    auto now = census_;
    now.under_way = queue_.size();
    return now;
  }
  /// Datagrams that arrived at a host.
  [[nodiscard]] std::uint64_t arrived_at(host_id host) const noexcept {
    auto const index = index_of(host);
    return index < arrived_.size() ? arrived_[index] : 0;
  }

  /// Datagrams from or to addresses that nobody has.
  [[nodiscard]] std::uint64_t unroutable() const noexcept { return unroutable_; }

 private:
  struct socket {
    socket_address inside;
    socket_address outside;
    host_id host;
    receiver deliver;
  };

  template <class Predicate>
  socket* find(Predicate matches) noexcept {
    auto const found = std::find_if(sockets_.begin(), sockets_.end(), matches);
    return found == sockets_.end() ? nullptr : &*found;
  }

  /// A datagram on its way to a host, which may be a router.
  struct in_transit {
    datagram what;
    host_id next{};
  };

  [[nodiscard]] host_id next_hop(host_id from, host_id to) const {
    auto const found = routes_.find({from, to});
    return found == routes_.end() ? to : found->second;
  }

  void put_on_link(host_id from, host_id next, datagram what) {
    auto const size = what.bytes.size();
    auto const mark = what.mark;
    std::uint64_t going = 0;
    auto const outcome = between(from, next).send(std::move(what), now_, [&](instant at, datagram&& copy) {
      queue_.push(at, {std::move(copy), next});
      ++going;
    });
    if (going == 0)
      ++census_.lost;
    else
      census_.copies += going - 1;
    trace(name_of(outcome), from, next, size, mark);
  }

  /// It has come to the end of a link: to its receiver, to a router, or to where nobody knows it any more.
  void arrive(in_transit one) {
    auto const* to = find([&](socket const& s) { return s.outside == one.what.path.remote; });
    if (to != nullptr && to->host == one.next) return deliver(*to, std::move(one.what));
    auto const next = to == nullptr ? one.next : next_hop(one.next, to->host);
    if (links_.contains({one.next, next})) return put_on_link(one.next, next, std::move(one.what));
    ++unroutable_;
    ++census_.nobody_there;
  }

  void deliver(socket const& to, datagram what) {
    ++census_.arrived;
    arrived_.resize(hosts_.size());
    ++arrived_[index_of(to.host)];
    trace("arrived", to.host, to.host, what.bytes.size(), what.mark);
    what.path = {to.inside, what.path.local};
    auto const call = to.deliver;  // a copy: the receiver may bind and unbind
    call(std::move(what));
  }

  void trace(std::string_view what, host_id from, host_id to, std::size_t size, ecn mark) {
    if (trace_ == nullptr) return;
    *trace_ += "net ";
    quoin::detail::trace_line line{*trace_, now_, what};
    line.word(hosts_[index_of(from)]);
    if (from != to) line.word(hosts_[index_of(to)]);
    line.field("size", size).number(index_of(mark));
  }

  std::uint64_t seed_;
  instant now_;
  std::vector<std::string> hosts_;
  std::map<std::pair<host_id, host_id>, link> links_;
  std::vector<socket> sockets_;
  std::map<std::pair<host_id, host_id>, host_id> routes_;  ///< the next hop, by where from and where to
  event_queue<in_transit> queue_;
  event_queue<std::function<void()>> actions_;
  std::shared_ptr<std::string> trace_;
  std::uint64_t unroutable_ = 0;
  census census_;
  std::vector<std::uint64_t> arrived_;  ///< by host
};

}  // namespace quoin::sim
