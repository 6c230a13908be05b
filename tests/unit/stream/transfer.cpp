// SPDX-License-Identifier: BSL-1.0
#include "harness.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <random>

using namespace stream_test;

namespace {

/// What was written to a stream, and what came out at the other end.
struct channel {
  std::vector<std::uint8_t> written;
  bool finished = false;
  std::vector<std::uint8_t> arrived;
  bool ended = false;
};

using channels = std::map<std::pair<role, stream_id>, channel>;  // by who sends

/// Takes some of what is offered, by chance, and the rest is read later.
struct fickle_sink {
  std::mt19937& random;
  channels& all;
  role sender;
  std::size_t on_stream_data(stream_id id, byte_view view, bool ends) {
    auto& channel = all[{sender, id}];
    REQUIRE_FALSE(channel.ended);
    auto const taken = random() % 2 == 0 ? view.size() : random() % (view.size() + 1);
    channel.arrived.insert(channel.arrived.end(), view.begin(), view.begin() + static_cast<std::ptrdiff_t>(taken));
    if (ends && taken == view.size() && !view.empty()) channel.ended = true;
    return taken;
  }
};

class conversation {
 public:
  explicit conversation(unsigned seed)
      : random_(seed), client_(settings(role::client), parameters()), server_(settings(role::server), parameters()) {}

  void run() {
    for (int step = 0; step < 250; ++step) {
      act(client_, role::client);
      act(server_, role::server);
      exchange(client_, server_, true);
      exchange(server_, client_, true);
    }
    finish_everything();
    check();
  }

 private:
  quoin::stream_settings settings(role self) {
    quoin::stream_settings s = small(self);
    s.connection_window = 6'000;
    s.max_connection_window = 12'000;
    s.stream_window = 2'000;
    s.max_stream_window = 5'000;
    return s;
  }

  static quoin::wire::transport_parameters parameters() {
    quoin::wire::transport_parameters p;
    p.initial_max_data = 6'000;
    p.initial_max_stream_data_bidi_local = p.initial_max_stream_data_bidi_remote = p.initial_max_stream_data_uni =
        2'000;
    p.initial_max_streams_bidi = 4;
    p.initial_max_streams_uni = 3;
    return p;
  }

  void act(subject& self, role who) {
    if (random_() % 4 == 0)
      if (auto const id = self.streams.open(random_() % 2 == 0 ? bidi : uni)) open_.push_back({who, *id});
    while (auto const event = self.streams.next_event())
      if (event->what == quoin::stream_event::kind::opened && event->id.is_bidirectional())
        open_.push_back({who, event->id});
    for (auto const& key : open_) {
      if (key.first != who || random_() % 3 != 0) continue;
      auto& channel = all_[key];
      if (channel.finished) continue;
      write_some(self, key.second, channel);
      if (random_() % 8 == 0) finish(self, key.second, channel);
    }
    read_some(self, who);
  }

  void write_some(subject& self, stream_id id, channel& channel) {
    auto const owner = std::make_shared<std::vector<std::uint8_t>>(random_() % 3'000);
    for (auto& byte : *owner) byte = static_cast<std::uint8_t>(random_());
    std::size_t taken = owner->size();
    if (random_() % 2 == 0) {
      REQUIRE(self.streams.write(id, quoin::send_slice{*owner, owner}));
    } else {
      auto const outcome = self.streams.write(id, byte_view{*owner});
      REQUIRE(outcome);
      taken = *outcome;
    }
    channel.written.insert(channel.written.end(), owner->begin(), owner->begin() + static_cast<std::ptrdiff_t>(taken));
  }

  void finish(subject& self, stream_id id, channel& channel) {
    REQUIRE(self.streams.finish(id));
    channel.finished = true;
  }

  void read_some(subject& self, role who) {
    for (auto& [key, channel] : all_) {
      if (key.first == who || channel.ended || random_() % 2 == 0) continue;
      std::array<std::uint8_t, 700> room{};
      auto const outcome = self.streams.read(key.second, room, self.now, std::chrono::milliseconds{10});
      if (!outcome) continue;
      channel.arrived.insert(channel.arrived.end(), room.begin(),
                             room.begin() + static_cast<std::ptrdiff_t>(outcome->size));
      channel.ended = outcome->fin;
    }
  }

  /// Sends a few packets; each arrives, or not, or twice, at once or later, and is acknowledged or declared lost, or
  /// both.
  void exchange(subject& from, subject& to, bool lossy) {
    auto& flying = &from == &client_ ? to_server_ : to_client_;
    for (int i = 0; i < 3; ++i) {
      auto p = random_() % 2 == 0 ? from.stream_frames(40 + random_() % 1'200) : from.control(20 + random_() % 100);
      if (p.frames.empty()) continue;
      REQUIRE_FALSE(p.bytes.empty());
      flying.push_back(std::move(p));
    }
    std::shuffle(flying.begin(), flying.end(), random_);
    auto const who = &from == &client_ ? role::client : role::server;
    while (!flying.empty() && (!lossy || random_() % 4 != 0)) {
      auto const p = std::move(flying.back());
      flying.pop_back();
      if (lossy && random_() % 4 == 0) {
        from.lost(p);
        // A loss that was none: the packet arrives all the same.
        if (random_() % 2 == 0) continue;
      }
      fickle_sink sink{random_, all_, who};
      for (auto copies = 1 + (random_() % 8 == 0 ? 1 : 0); copies > 0; --copies) {
        auto const outcome = to.receive(p.bytes, sink);
        CAPTURE(outcome ? std::string_view{} : outcome.error().reason);
        REQUIRE(outcome);
      }
      from.acked(p);
    }
  }

  void finish_everything() {
    for (int round = 0; round < 5'000; ++round) {
      for (auto* self : {&client_, &server_}) {
        auto const who = self == &client_ ? role::client : role::server;
        while (auto const event = self->streams.next_event())
          if (event->what == quoin::stream_event::kind::opened && event->id.is_bidirectional())
            open_.push_back({who, event->id});
        for (auto const& key : open_)
          if (key.first == who && !all_[key].finished) finish(*self, key.second, all_[key]);
        read_some(*self, who);
      }
      exchange(client_, server_, round < 5);
      exchange(server_, client_, round < 5);
      bool const done = client_.streams.open_count() == 0 && server_.streams.open_count() == 0;
      if (done && to_server_.empty() && to_client_.empty()) return;
    }
  }

  void check() {
    for (auto const& [key, channel] : all_) {
      CAPTURE(key.second.value(), key.first == role::client);
      REQUIRE(channel.finished);
      REQUIRE(channel.ended);
      REQUIRE(channel.arrived == channel.written);
    }
    for (auto* self : {&client_, &server_}) {
      CHECK(self->streams.open_count() == 0);
      CHECK(self->streams.held_bytes() == 0);
      CHECK_FALSE(self->streams.has_data());
    }
  }

  std::mt19937 random_;
  subject client_;
  subject server_;
  channels all_;
  std::vector<std::pair<role, stream_id>> open_;
  std::vector<packet> to_server_;
  std::vector<packet> to_client_;
};

}  // namespace

TEST_CASE("every byte arrives once and in order through loss, repetition and reordering",
          "[stream][property][rfc9000]") {
  for (unsigned seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    conversation{seed}.run();
  }
}
