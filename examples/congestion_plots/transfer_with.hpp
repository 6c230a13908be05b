// SPDX-License-Identifier: BSL-1.0
/// \file
/// The transfer for any controller; each is instantiated in a file of its own.
#pragma once

#include "transfer.hpp"

#include <quoin/qlog/qlog_observer.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <array>
#include <stdexcept>
#include <vector>

namespace plots {

template <class Congestion>
struct logged_stack : quoin::test_stack {
  using congestion = Congestion;
  using observer = quoin::qlog_observer;
};

inline quoin::sim::link_settings link_of(path const& over) {
  quoin::sim::link_settings link;
  link.bottleneck.bits_per_second = static_cast<std::uint64_t>(over.megabits * 1e6);
  link.bottleneck.queue_bytes = static_cast<quoin::byte_count>(over.queue_kilobytes * 1e3);
  link.bottleneck.overhead = 28;  // UDP over IPv4
  link.loss.probability = over.loss_percent / 100;
  link.l4s_threshold = quoin::duration{static_cast<quoin::duration::rep>(over.l4s_threshold_ms * 1e6)};
  link.classic_threshold = quoin::duration{static_cast<quoin::duration::rep>(over.classic_threshold_ms * 1e6)};
  return link;
}

/// Credit that never limits, so that congestion control alone does.
inline quoin::transport_settings wide_open() {
  quoin::transport_settings settings;
  settings.connection_window = settings.max_connection_window = 64U << 20;
  settings.stream_window = settings.max_stream_window = 64U << 20;
  settings.send_buffer = 64U << 20;
  settings.idle_timeout = std::chrono::seconds{30};
  return settings;
}

template <class Congestion>
logs run_with(std::string const& name, path const& over, std::filesystem::path const& folder) {
  using stack = logged_stack<Congestion>;
  using lab_type = quoin::lab<stack>;
  using namespace std::chrono_literals;
  logs const made{folder / (name + "_sender.sqlog"), folder / (name + "_receiver.sqlog")};

  typename lab_type::options options;
  options.one_way_delay = quoin::duration{static_cast<quoin::duration::rep>(over.round_trip_ms * 5e5)};
  options.link = link_of(over);
  options.client = options.server = wide_open();
  options.make_observer = [&](quoin::role side) {
    return quoin::qlog_observer{side == quoin::role::client ? made.sender : made.receiver, side};
  };
  lab_type lab{options};
  if (!lab.establish()) throw std::runtime_error{"no connection over this path"};

  // More than the path could ever carry; lent to the connection, not copied.
  auto const size = static_cast<std::size_t>(over.megabits * over.seconds * 125'000 * 1.1) + 100'000;
  std::vector<std::uint8_t> const content(size);
  auto const id = lab.client().open(quoin::stream_direction::unidirectional);
  if (!id || !lab.client().write(*id, quoin::send_slice{content, nullptr}))
    throw std::runtime_error{"the stream takes no data"};

  std::vector<std::uint8_t> room(65536);
  auto const end = lab.now() + quoin::duration{static_cast<quoin::duration::rep>(over.seconds * 1e9)};
  while (lab.now() < end) {
    lab.advance(5ms);
    for (auto got = lab.server().read(*id, room, lab.now()); got && got->size > 0;)
      got = lab.server().read(*id, room, lab.now());
  }
  // The content must outlive what the connection lent of it.
  lab.client().close(0, "seen enough", lab.now());
  lab.settle();
  return made;
}

}  // namespace plots
