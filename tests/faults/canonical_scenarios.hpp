// SPDX-License-Identifier: BSL-1.0
/// \file
/// Lives of a connection, in which every call that can fail is made to fail; over any network that two ends can have.
#pragma once

#include "two_ends.hpp"

#include <span>
#include <vector>

namespace quoin::testing {

template <class Ends>
struct canonical_scenario {
  char const* name;
  ends_options options;
  /// Plays it; false as soon as a connection cannot go on.
  bool (*play)(Ends&);
};

namespace plays {

template <class Ends>
bool handshake(Ends& ends) {
  return ends.establish();
}

template <class Ends>
bool upload(Ends& ends) {
  return ends.establish() && ends.transfer(ends.client, ends.server, 60'000, false);
}

template <class Ends>
bool downloads(Ends& ends) {
  if (!ends.establish()) return false;
  for (int i = 0; i < 6; ++i)
    if (!ends.transfer(ends.server, ends.client, 3'000, true)) return false;
  return true;
}

template <class Ends>
bool loss(Ends& ends) {
  return ends.establish() && ends.transfer(ends.client, ends.server, 30'000, true) &&
         ends.transfer(ends.server, ends.client, 30'000, false);
}

/// Both have sent, and got acknowledged, something under the newest keys.
template <class Ends>
bool exchange(Ends& ends) {
  for (int i = 0; i < 2; ++i)
    if (!ends.transfer(ends.client, ends.server, 1'000, false) ||
        !ends.transfer(ends.server, ends.client, 1'000, false))
      return false;
  ends.pass(5s);
  return true;
}

template <class Ends>
bool key_updates(Ends& ends) {
  if (!ends.establish() || !exchange(ends)) return false;
  for (auto* const side : {&ends.client, &ends.server}) {
    auto const updated = ends.with(*side, [&](auto& c) { return c.update_keys(ends.now()); });
    if (!updated || !*updated || !exchange(ends)) return false;
  }
  return true;
}

template <class Ends>
bool connection_ids(Ends& ends) {
  if (!ends.establish()) return false;
  for (int i = 0; i < 4; ++i)
    for (auto* const side : {&ends.client, &ends.server}) {
      ends.pass(1s);
      auto const rotated = ends.with(*side, [](auto& c) { return c.rotate_connection_id(); });
      if (!rotated || !*rotated || !ends.transfer(ends.client, ends.server, 100, true)) return false;
    }
  return true;
}

template <class Ends>
bool resets(Ends& ends) {
  if (!ends.establish()) return false;
  static std::array<std::uint8_t, 3000> const bytes{};
  for (int i = 0; i < 4; ++i) {
    auto const id = ends.with(ends.client, [](auto& c) { return c.open(stream_direction::bidirectional); });
    if (!id || !*id) return false;
    auto const known = ends.server.received + 1;
    if (auto const wrote = ends.with(ends.client, [&](auto& c) { return c.write(**id, byte_view{bytes}); });
        !wrote || !*wrote)
      return false;
    if (!ends.run_until([&] { return ends.server.received >= known || ends.server.current == nullptr; })) return false;
    auto const ended = ends.client.ends + 1;
    auto const stopped = ends.with(ends.server, [&](auto& c) { return c.stop_sending(**id, 5); });
    auto const reset = ends.with(ends.server, [&](auto& c) { return c.reset(**id, 6); });
    if (!stopped || !*stopped || !reset || !*reset) return false;
    if (!ends.run_until([&] { return ends.client.ends >= ended || ends.client.current == nullptr; })) return false;
  }
  return ends.client.current != nullptr;
}

template <class Ends>
bool close(Ends& ends) {
  if (!upload(ends)) return false;
  auto const told = ends.with(
      ends.server, [&](auto& c) { return c.close(7, "a reason of some length, sent as it is", ends.now()), true; });
  return told && ends.run_until([&] { return ends.client.closes == 1; });
}

template <class Ends>
bool lost_state(Ends& ends) {
  if (!upload(ends)) return false;
  ends.restart_server();
  if (!ends.with(ends.client, [](auto& c) { return c.ping(), true; })) return false;
  return ends.run_until([&] { return ends.client.closes == 1; });
}

template <class Ends>
bool second_connection(Ends& ends) {
  if (!upload(ends)) return false;
  ends.pass(1s);  // NEW_TOKEN arrives
  if (!ends.with(ends.client, [&](auto& c) { return c.close(0, "", ends.now()), true; })) return false;
  ends.pass(10s);
  return ends.establish();
}

/// A session is resumed, and what is said with the first flight is read before the handshake is complete.
template <class Ends>
bool early_data(Ends& ends) {
  if (!upload(ends)) return false;
  ends.pass(1s);  // the ticket arrives
  if (!ends.with(ends.client, [&](auto& c) { return c.close(0, "", ends.now()), true; })) return false;
  ends.pass(10s);
  static std::array<std::uint8_t, 3000> const bytes{};
  if (!ends.connect({.resume = true, .early_data = true})) return false;
  auto const id = ends.with(ends.client, [](auto& c) { return c.early().open(stream_direction::unidirectional); });
  if (!id || !*id) {
    // Without a session there is nothing to open before the handshake; a close now would be another error.
    ends.run_until([&] { return ends.client.current == nullptr || ends.client.confirmed; });
    return false;
  }
  auto const target = ends.server.received + bytes.size();
  auto const wrote = ends.with(ends.client, [&](auto& c) -> stream_result<bool> {
    auto const all = c.early().write(**id, replay_safe{byte_view{bytes}});
    if (!all) return unexpected{all.error()};
    if (auto const ended = c.early().finish(**id); !ended) return unexpected{ended.error()};
    return *all == bytes.size();
  });
  if (!wrote || !*wrote || !**wrote) return false;
  if (!ends.run_until([&] { return ends.client.current == nullptr || ends.client.confirmed; })) return false;
  if (!ends.run_until([&] { return ends.client.current == nullptr || ends.server.received >= target; })) return false;
  auto const accepted = ends.with(ends.client, [](auto& c) {
    return c.statistics().resumed && c.statistics().early_data == early_data_status::accepted;
  });
  return accepted && *accepted && ends.transfer(ends.client, ends.server, 1'000, true);
}

/// A NAT gives the client another port and then another address; then it moves to a second address of its own.
template <class Ends>
bool migrations(Ends& ends) {
  if (!upload(ends)) return false;
  for (auto const& seen_as : {socket_address::v4(192, 0, 2, 1, 2222), socket_address::v4(192, 0, 2, 77, 3333)}) {
    ends.pass(1s);
    ends.rebind(seen_as);
    if (!ends.transfer(ends.client, ends.server, 4'000, true) || !ends.transfer(ends.server, ends.client, 4'000, true))
      return false;
  }
  ends.pass(1s);
  auto const own = ends.open_local(socket_address::v4(192, 0, 2, 9, 1111));
  auto const moved = ends.with(ends.client, [&](auto& c) { return c.migrate(own, ends.now()); });
  if (!moved || !*moved) return false;
  return ends.transfer(ends.client, ends.server, 4'000, false) && ends.transfer(ends.server, ends.client, 4'000, false);
}

inline std::vector<io_fault_at> every_seventh() {
  std::vector<io_fault_at> all;
  for (std::uint64_t i = 6; i < 400; i += 7) all.push_back({i, i % 2 == 0 ? io_fault::drop : io_fault::duplicate});
  return all;
}

inline transport_settings asking_for_another_version() {
  transport_settings settings;
  settings.versions = {version{0x1a2a3a4a}, tested_version()};
  return settings;
}

}  // namespace plays

template <class Ends>
std::vector<canonical_scenario<Ends>> const& canonical_scenarios() {
  static std::vector<canonical_scenario<Ends>> const all{
      {"a handshake", {}, plays::handshake<Ends>},
      {"a handshake with a Retry", {.require_retry = true}, plays::handshake<Ends>},
      {"a handshake after Version Negotiation",
       {.client = plays::asking_for_another_version()},
       plays::handshake<Ends>},
      {"a handshake whose first flight spans packets", {.hello_padding = 4000}, plays::handshake<Ends>},
      {"an upload of slices", {}, plays::upload<Ends>},
      {"downloads of copies", {}, plays::downloads<Ends>},
      {"transfers with loss and repetition",
       {.client_faults = plays::every_seventh(), .server_faults = plays::every_seventh()},
       plays::loss<Ends>},
      {"key updates by both", {}, plays::key_updates<Ends>},
      {"connection IDs in turn", {}, plays::connection_ids<Ends>},
      {"streams that are given up", {}, plays::resets<Ends>},
      {"a close by the application", {}, plays::close<Ends>},
      {"a server that loses its state", {}, plays::lost_state<Ends>},
      {"a second connection with a token", {}, plays::second_connection<Ends>},
      {"a second connection with early data", {.sessions = true}, plays::early_data<Ends>},
      {"a client that is moved and moves", {}, plays::migrations<Ends>},
  };
  return all;
}

}  // namespace quoin::testing
