// SPDX-License-Identifier: BSL-1.0
/// \file
/// A stack with a congestion controller of one's own, tried out in virtual time: say what differs from another stack,
/// and the rest stays as it was.
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <algorithm>
#include <iostream>

using namespace std::chrono_literals;

/// Sends one megabyte a second, whatever happens. Good for a line of one's own, bad for everybody else's.
class leased_line {
 public:
  static constexpr quoin::feature_set<quoin::congestion_feature> features = quoin::congestion_feature::pacing;

  explicit leased_line(quoin::congestion_path const&) noexcept {}

  [[nodiscard]] quoin::byte_count window() const noexcept { return 1'000'000; }
  [[nodiscard]] quoin::byte_count pacing_rate() const noexcept { return 1'000'000; }
  void on_sent(quoin::congestion_sent const&) noexcept {}
  void on_acked(quoin::congestion_acked const&) noexcept {}
  void on_lost(quoin::congestion_lost const&) noexcept {}
  void on_marked(quoin::congestion_marked const&) noexcept {}
  void on_discarded(quoin::byte_count) noexcept {}
  void on_datagram_size(quoin::byte_count) noexcept {}
};

struct leased_stack : quoin::test_stack {
  using congestion = leased_line;
};
static_assert(quoin::stack_config<leased_stack>);  // an error here is on your own line, and in a sentence

int main() {
  quoin::lab<leased_stack> lab{{.seed = 1, .one_way_delay = 5ms}};
  if (!lab.establish()) return 1;

  auto const id = lab.client().open(quoin::stream_direction::unidirectional);
  if (!id) return 1;
  static std::array<std::uint8_t, 2'000'000> const content{};
  static_cast<void>(lab.client().write(*id, quoin::send_slice{content, nullptr}));
  static_cast<void>(lab.client().finish(*id));

  std::array<std::uint8_t, 65536> room{};
  std::size_t received = 0;
  bool ended = false;
  auto const start = lab.now();
  lab.run_until([&] {
    while (true) {
      auto const got = lab.server().read(*id, room, lab.now());
      if (!got || (got->size == 0 && !got->fin)) return false;
      received += got->size;
      if (got->fin) return ended = true;
    }
  });
  auto const took = std::chrono::duration<double>(lab.now() - start).count();
  std::cout << received << " bytes in " << took << " s of virtual time\n";
  return ended && received == content.size() && took > 1.9 && took < 2.3 ? 0 : 1;
}
