// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the applications of a random run say: streams of random sizes that are reset, stopped or finished, and
/// datagrams.
#pragma once

#include "application.hpp"

#include <quoin/sim/random.hpp>

#include <algorithm>
#include <functional>

namespace quoin::property {

class random_streams {
 public:
  using complaint = std::function<void(std::string const&)>;
  random_streams(scenario::world& in, sim::random& chance, complaint fail)
      : world_(in), chance_(chance), fail_(std::move(fail)) {}

  void plan_all() {
    auto const count = 1 + chance_.below(chance_.chance(0.2) ? 60 : 14);
    for (std::uint64_t i = 0; i < count; ++i) {
      auto const opener = chance_.chance(0.5) ? role::client : role::server;
      auto const direction = chance_.chance(0.5) ? stream_direction::bidirectional : stream_direction::unidirectional;
      to_open_.push_back({opener, direction});
    }
    world_.client().takes_views = chance_.chance(0.5);
    world_.server().takes_views = chance_.chance(0.5);
  }

  /// A bit of what applications might do with streams now.
  void go_on() {
    open_one();
    for (auto& [key, planned] : plans_) drive(key.first, stream_id{key.second}, planned);
  }

  /// A number of its own and a pattern that depends on it.
  void send_datagram(role from) {
    auto& end = world_.of(from);
    auto const number = datagrams_sent_[index_of(from)];
    std::vector<std::uint8_t> bytes(chance_.chance(0.1) ? 2 : 2 + chance_.below(1'300));
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = scenario::pattern(number, i);
    bytes[0] = static_cast<std::uint8_t>(number >> 8);
    bytes[1] = static_cast<std::uint8_t>(number);
    auto const fits = bytes.size() <= end.max_datagram();
    auto const sent = end.send_datagram(bytes);
    if (sent) ++datagrams_sent_[index_of(from)];
    if (!sent && sent.error() != (fits ? datagram_errc::queue_full : datagram_errc::too_large))
      fail_("send_datagram says " + std::string{name_of(sent.error())});
  }

  bool done() const {
    return to_open_.empty() && std::all_of(plans_.begin(), plans_.end(), [&](auto const& each) {
             return finished(each.first.first, stream_id{each.first.second}, each.second);
           });
  }

  /// What has not arrived, for people.
  std::string left_over() const {
    std::string text = ": " + std::to_string(to_open_.size()) + " streams not opened";
    for (auto const& [key, planned] : plans_) {
      auto const [sender, number] = key;
      if (finished(sender, stream_id{number}, planned)) continue;
      auto const& out = world_.of(sender).out;
      auto const written = out.find(number);
      text += "; " + std::to_string(number) + (sender == role::client ? " of the client: " : " of the server: ");
      text += std::to_string(written == out.end() ? 0 : written->second.written) + " of " +
              std::to_string(planned.size) + " bytes written" + (planned.reset ? ", reset" : "") +
              (planned.opened ? "" : ", not known yet");
    }
    return text;
  }

  void check_all() {
    check_streams();
    check_datagrams();
  }

 private:
  using kind = connection_event::kind;

  plan random_plan() {
    plan made;
    made.size = chance_.chance(0.1) ? 0 : chance_.below(chance_.chance(0.2) ? 120'000 : 12'000);
    if (chance_.chance(0.1)) made.reset_at = chance_.below(made.size + 1);
    if (made.reset_at && chance_.chance(0.5)) made.promised = chance_.below(*made.reset_at + 1);
    if (chance_.chance(0.1)) made.stop_at = chance_.below(made.size + 1);
    return made;
  }

  void open_one() {
    if (to_open_.empty() || !chance_.chance(0.5)) return;
    auto const at = to_open_.begin() + static_cast<std::ptrdiff_t>(chance_.below(to_open_.size()));
    auto const [opener, direction] = *at;
    auto const id = world_.of(opener).open(direction);
    if (!id) {
      if (id.error() != stream_errc::limit_reached) fail_("open says " + std::string{name_of(id.error())});
      return;
    }
    to_open_.erase(at);
    plans_[{opener, id->value()}] = random_plan();
    if (direction == stream_direction::bidirectional) plans_[{peer_of(opener), id->value()}] = random_plan();
    if (chance_.chance(0.5))
      static_cast<void>(
          world_.of(opener).prioritize(*id, {static_cast<std::uint8_t>(chance_.below(8)), chance_.chance(0.5)}));
  }

  /// Goes on with the part of stream `id` on which `sender` sends.
  void drive(role sender, stream_id id, plan& planned) {
    auto& from = world_.of(sender);
    auto& to = world_.of(peer_of(sender));
    if (id.initiator() != sender && !knows(from, id)) return;
    planned.opened = true;
    auto& written = from.out[id.value()];
    if (!planned.reset && !planned.stopped && !written.finished) {
      if (planned.reset_at && written.written >= *planned.reset_at) {
        planned.reset = (planned.promised ? from.reset_at(id, 7, *planned.promised) : from.reset(id, 7)).has_value();
      } else if (written.total < planned.size) {
        auto const more = std::min(planned.size - written.total, 1 + chance_.below(9'000));
        world_.write(from, id, more, written.total + more == planned.size);
      } else if (written.total == planned.size) {
        world_.write(from, id, 0, true);
      }
    }
    if (planned.stop_at && !planned.stopped && knows(to, id)) {
      auto const& got = to.in[id.value()];
      if (got.ends == 0 && !got.reset && got.bytes.size() >= *planned.stop_at)
        planned.stopped = to.stop_sending(id, 9).has_value();
    }
  }

  /// Whether the application of that side has heard of the stream.
  static bool knows(scenario::party const& of, stream_id id) {
    return std::any_of(of.events.begin(), of.events.end(),
                       [&](connection_event const& e) { return e.what == kind::stream_opened && e.id == id; }) ||
           of.in.count(id.value()) != 0 || of.out.count(id.value()) != 0;
  }

  bool finished(role sender, stream_id id, plan const& planned) const {
    auto const& in = world_.of(peer_of(sender)).in;
    if (planned.stopped) return true;
    auto const found = in.find(id.value());
    return found != in.end() && (found->second.ends > 0 || found->second.reset);
  }

  void check_streams() {
    for (auto const& [key, planned] : plans_) {
      auto const& [sender, number] = key;
      auto const problem = problem_with(world_.of(peer_of(sender)).in[number], planned, number);
      if (!problem.empty()) fail_(problem);
    }
  }

  void check_datagrams() {
    for (auto const side : {role::client, role::server}) {
      std::vector<bool> seen(datagrams_sent_[index_of(peer_of(side))]);
      for (auto const& bytes : world_.of(side).datagrams) {
        auto const number = bytes.size() < 2 ? seen.size() : std::size_t{bytes[0]} << 8 | bytes[1];
        if (number >= seen.size() || seen[number]) return fail_("a datagram that was not sent, or twice");
        seen[number] = true;
        for (std::size_t i = 2; i < bytes.size(); ++i)
          if (bytes[i] != scenario::pattern(number, i)) return fail_("a wrong byte in a datagram");
      }
    }
  }

  scenario::world& world_;
  sim::random& chance_;
  complaint fail_;
  std::vector<std::pair<role, stream_direction>> to_open_;
  std::map<std::pair<role, std::uint64_t>, plan> plans_;
  std::uint64_t datagrams_sent_[2] = {0, 0};
};

}  // namespace quoin::property
