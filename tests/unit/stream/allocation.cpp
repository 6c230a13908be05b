// SPDX-License-Identifier: BSL-1.0
// A program of its own, because it counts every allocation of the process.
#include "harness.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <new>

namespace {
std::size_t allocations = 0;

void* counted(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc{};
}
}  // namespace

void* operator new(std::size_t size) {
  return counted(size);
}
void* operator new[](std::size_t size) {
  return counted(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

using namespace stream_test;

namespace {

constexpr std::size_t burst = 10;

/// Two endpoints and the packets between them, in memory that is there from the start.
class pipe {
 public:
  explicit pipe(std::size_t count) : ids_(count) {
    client_.streams.on_peer_limits(limits());
    server_.streams.on_peer_limits(limits());
    for (auto& id : ids_) id = *client_.streams.open(bidi);
  }

  /// Every stream writes a little; a burst of packets goes over, the second before the first if `reordered`; then their
  /// acknowledgements come, with the loss of one of them.
  void turn(bool lossy, bool reordered) {
    for (auto const id : ids_) REQUIRE(client_.streams.write(id, byte_view{bytes_}));
    std::size_t count = 0;
    for (; count < burst && client_.streams.has_data(); ++count) {
      quoin::byte_writer writer{rooms_[count]};
      frames_[count].clear();
      client_.streams.write_control(writer, frames_[count]);
      client_.streams.write_data(writer, frames_[count]);
      sizes_[count] = writer.size();
    }
    if (reordered && count > 1) deliver(1);
    for (std::size_t i = 0; i < count; ++i)
      if (!(lossy && i == 2)) deliver(i);
    for (std::size_t i = 0; i < count; ++i)
      for (auto const& frame : frames_[i]) {
        if (lossy && i == 2)
          client_.streams.on_lost(frame);
        else
          client_.streams.on_acked(frame);
      }
    answer();
    while (client_.streams.next_event()) {
    }
    while (auto const event = server_.streams.next_event())
      if (event->what == quoin::stream_event::kind::readable) read(event->id);
  }

  [[nodiscard]] std::uint64_t received() const { return received_; }

 private:
  static quoin::stream_settings settings(role self) {
    auto s = small(self);
    s.connection_window = s.max_connection_window = 1 << 17;
    s.stream_window = s.max_stream_window = 1 << 16;
    s.bidi_streams = 100;
    s.send_buffer = 1 << 16;
    return s;
  }
  static quoin::wire::transport_parameters limits() {
    auto p = generous();
    p.initial_max_data = 1 << 17;
    p.initial_max_stream_data_bidi_local = p.initial_max_stream_data_bidi_remote = 1 << 16;
    return p;
  }

  void deliver(std::size_t index) {
    REQUIRE(server_.receive(byte_view{rooms_[index]}.first(sizes_[index]), server_.nobody));
  }
  void read(stream_id id) {
    while (true) {
      auto const outcome = server_.streams.read(id, scratch_, server_.now, {});
      REQUIRE(outcome);
      received_ += outcome->size;
      if (outcome->size == 0) return;
    }
  }
  void answer() {
    while (server_.streams.has_control()) {
      quoin::byte_writer writer{rooms_[0]};
      frames_[0].clear();
      server_.streams.write_control(writer, frames_[0]);
      REQUIRE(client_.receive(writer.written(), client_.nobody));
    }
  }

  subject client_{settings(role::client), {}};
  subject server_{settings(role::server), {}};
  std::vector<stream_id> ids_;
  std::array<std::uint8_t, 3'000> bytes_{};
  std::array<std::array<std::uint8_t, 1'200>, burst> rooms_{};
  std::array<quoin::sent_frames, burst> frames_{};
  std::array<std::size_t, burst> sizes_{};
  std::array<std::uint8_t, 2'000> scratch_{};
  std::uint64_t received_ = 0;
};

void transfers_without_allocating(std::size_t streams, bool lossy, bool reordered) {
  pipe p{streams};
  for (int i = 0; i < 500; ++i) p.turn(lossy, reordered);
  auto const warm = p.received();
  auto const before = allocations;
  for (int i = 0; i < 5'000; ++i) p.turn(lossy, reordered);
  auto const made = allocations - before;
  CHECK(before > 0);
  CHECK(made == 0);
  CHECK(p.received() - warm > 10'000'000);
}

}  // namespace

TEST_CASE("a long transfer on one stream does not allocate once it is warm", "[stream]") {
  transfers_without_allocating(1, false, false);
}

TEST_CASE("a long transfer on many streams does not allocate once it is warm", "[stream]") {
  transfers_without_allocating(5, false, false);
}

TEST_CASE("a long transfer with loss and reordering does not allocate once it is warm", "[stream]") {
  transfers_without_allocating(3, true, true);
}
