// SPDX-License-Identifier: BSL-1.0
/// \file
/// One end of a connection as tests see it, whatever its stack: the calls of `quoin::connection`, and a simple
/// application that keeps what it reads and writes a pattern.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/buffer/send_slice.hpp>
#include <quoin/connection/event.hpp>
#include <quoin/connection/path_error.hpp>
#include <quoin/connection/settings.hpp>
#include <quoin/core/address.hpp>
#include <quoin/extension/ack_frequency.hpp>
#include <quoin/extension/address_discovery.hpp>
#include <quoin/extension/datagram.hpp>
#include <quoin/extension/reset_stream_at.hpp>
#include <quoin/policy/scheduler.hpp>
#include <quoin/stream/stream_error.hpp>
#include <quoin/stream/stream_sink.hpp>
#include <quoin/wire/frame_type.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quoin::scenario {

/// Byte number `offset` of what applications write on stream `id`.
constexpr std::uint8_t pattern(std::uint64_t id, std::uint64_t offset) noexcept {
  return static_cast<std::uint8_t>((offset ^ offset >> 8 ^ offset >> 16) * 167 + id * 101 + 13);
}

/// What came on a stream.
struct incoming {
  std::vector<std::uint8_t> bytes;
  unsigned ends = 0;                   ///< how often the end was told
  std::optional<std::uint64_t> reset;  ///< the peer's code
  unsigned resets = 0;                 ///< how often one was told
  std::uint64_t bytes_after_end = 0;   ///< that came when the end or a reset had been told
  duration finished_at{};

  void add(byte_view more) {
    if (ends > 0 || reset) bytes_after_end += more.size();
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
};

/// What is to go on a stream.
struct outgoing_stream {
  std::uint64_t total = 0;
  std::uint64_t written = 0;
  bool finish = true;
  bool finished = false;
};

/// An end of a connection. The application calls may be made at any time; those of a connection that is gone answer
/// `connection_closed`.
class party {
 public:
  virtual ~party() = default;

  // ---- what quoin::connection offers
  virtual stream_result<stream_id> open(stream_direction direction) = 0;
  virtual stream_result<std::size_t> write(stream_id id, byte_view bytes) = 0;
  virtual stream_result<> write(stream_id id, send_slice slice) = 0;
  virtual stream_result<> finish(stream_id id) = 0;
  virtual stream_result<> reset(stream_id id, std::uint64_t code) = 0;
  virtual stream_result<> stop_sending(stream_id id, std::uint64_t code) = 0;
  virtual stream_result<> prioritize(stream_id id, stream_priority priority) = 0;
  virtual stream_result<read_outcome> read(stream_id id, byte_span room) = 0;
  virtual stream_result<byte_view> peek(stream_id id) = 0;
  virtual stream_result<bool> consume(stream_id id, std::size_t count) = 0;
  virtual void close(std::uint64_t code, std::string_view reason) = 0;
  virtual bool update_keys() = 0;
  virtual bool rotate_connection_id() = 0;
  virtual void ping() = 0;
  virtual stream_result<> reset_at(stream_id id, std::uint64_t code, std::uint64_t reliable_size) = 0;
  virtual datagram_result<std::uint64_t> send_datagram(byte_view bytes) = 0;
  [[nodiscard]] virtual std::size_t max_datagram() const = 0;
  [[nodiscard]] virtual std::optional<socket_address> observed_address() const = 0;
  virtual stream_result<stream_id> early_open(stream_direction direction) = 0;
  virtual stream_result<std::size_t> early_write(stream_id id, byte_view bytes) = 0;
  virtual stream_result<> early_finish(stream_id id) = 0;
  [[nodiscard]] virtual bool can_send_early() const = 0;
  [[nodiscard]] virtual bool replayable() const = 0;
  virtual path_result migrate(socket_address const& local) = 0;
  virtual path_result probe(socket_address const& local) = 0;
  [[nodiscard]] virtual network_path path() const = 0;  ///< as the application is told
  [[nodiscard]] virtual bool connected() const = 0;
  [[nodiscard]] virtual bool confirmed() const = 0;
  [[nodiscard]] virtual bool closing() const = 0;
  [[nodiscard]] virtual std::string alpn() const = 0;
  [[nodiscard]] virtual version spoken() const = 0;
  [[nodiscard]] virtual bool retried() const = 0;
  [[nodiscard]] virtual connection_statistics statistics() const = 0;  ///< the last ones when it is gone
  [[nodiscard]] virtual byte_count held_bytes() const = 0;
  [[nodiscard]] virtual std::size_t open_streams() const = 0;
  [[nodiscard]] virtual std::size_t connection_ids() const = 0;  ///< that lead here
  [[nodiscard]] virtual byte_count unsent(stream_id id) const = 0;

  [[nodiscard]] virtual instant deadline() const = 0;  ///< when it wants to be woken; `never` when it is gone

  /// By which watchers know it: connections that came and went without a word count, too.
  std::size_t number = 0;

  // ---- what became of it
  [[nodiscard]] virtual bool gone() const = 0;  ///< the endpoint has forgotten it
  std::optional<close_info> ended;              ///< once `closed` was told
  duration ended_at{};
  std::vector<connection_event> events;  ///< all that were told, oldest first
  std::vector<duration> event_times;

  [[nodiscard]] std::size_t count(connection_event::kind what) const {
    std::size_t n = 0;
    for (auto const& e : events) n += e.what == what ? 1 : 0;
    return n;
  }

  // ---- its application
  bool reading = true;                 ///< reads whatever becomes readable
  bool takes_views = false;            ///< takes bytes as they arrive, without copies
  std::uint64_t replayable_bytes = 0;  ///< of what it got: how many before the handshake was complete
  std::map<std::uint64_t, incoming> in;
  std::map<std::uint64_t, outgoing_stream> out;
  std::vector<std::vector<std::uint8_t>> datagrams;  ///< that arrived

  /// Reads all that is there.
  void read_all(stream_id id, duration now);
  /// Writes as much as is taken.
  void write_more(stream_id id);
  /// Takes `bytes` of a view; as many as the application has taken.
  std::size_t take(stream_id id, byte_view bytes, bool fin, duration now);
  /// What the application does about an event.
  void react(connection_event const& e, duration now);
};

}  // namespace quoin::scenario
