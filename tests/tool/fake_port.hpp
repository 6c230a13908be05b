// SPDX-License-Identifier: BSL-1.0
/// \file
/// A connection that goes nowhere and remembers what an application did with it.
#pragma once

#include "port.hpp"

#include <map>
#include <string>

class fake_port final : public tool::port {
 public:
  struct stream {
    std::string written;
    bool finished = false;
    std::optional<std::uint64_t> reset;
    std::optional<std::uint64_t> stopped;
  };

  std::optional<quoin::stream_id> open(quoin::stream_direction direction) override {
    if (allowed == 0) return std::nullopt;
    --allowed;
    quoin::stream_id const id{self, direction, opened++};
    streams[id.value()];
    return id;
  }
  bool write(quoin::stream_id id, quoin::send_slice slice) override {
    auto& to = streams[id.value()];
    if (to.reset) return false;
    to.written += quoin::as_text(slice.bytes);
    unsent_bytes[id.value()] += slice.bytes.size();
    return true;
  }
  void finish(quoin::stream_id id) override { streams[id.value()].finished = true; }
  void reset(quoin::stream_id id, std::uint64_t code) override { streams[id.value()].reset = code; }
  void stop_sending(quoin::stream_id id, std::uint64_t code) override { streams[id.value()].stopped = code; }
  quoin::byte_count unsent(quoin::stream_id id) const override {
    auto const found = unsent_bytes.find(id.value());
    return found == unsent_bytes.end() ? 0 : found->second;
  }
  bool update_keys() override {
    ++key_updates;
    return true;
  }
  bool move() override { return true; }
  void close(std::uint64_t, std::string_view) override { closed = true; }
  quoin::connection_statistics statistics() const override { return {}; }
  quoin::socket_address remote() const override { return quoin::socket_address::v4(127, 0, 0, 1, 4433); }

  /// As if the network had taken all of it.
  void drain() { unsent_bytes.clear(); }

  quoin::role self = quoin::role::client;
  std::size_t allowed = 1000;
  std::uint64_t opened = 0;
  int key_updates = 0;
  bool closed = false;
  std::map<std::uint64_t, stream> streams;
  std::map<std::uint64_t, quoin::byte_count> unsent_bytes;
};
