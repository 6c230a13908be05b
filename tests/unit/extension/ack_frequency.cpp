// SPDX-License-Identifier: BSL-1.0
// How often a sender wants to be acknowledged (draft-ietf-quic-ack-frequency 8).
#include <quoin/extension/ack_frequency_wish.hpp>
#include <quoin/recovery/loss_detection.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

ack_conditions const usual{.window = 80, .smoothed_rtt = 40ms, .min_ack_delay = 1ms, .max_ack_delay = 25ms};

ack_conditions with_window(std::uint64_t packets) {
  auto changed = usual;
  changed.window = packets;
  return changed;
}

ack_conditions with_rtt(duration rtt) {
  auto changed = usual;
  changed.smoothed_rtt = rtt;
  return changed;
}

}  // namespace

TEST_CASE("a window brings some acknowledgements whatever its size", "[ack_frequency]") {
  CHECK(wished_acks(with_window(80)).threshold == 10);
  CHECK(wished_acks(with_window(10)).threshold == 1);
  CHECK(wished_acks(with_window(0)).threshold == 1);
  CHECK(wished_acks(with_window(100'000)).threshold == 31);
  auto none = usual;
  none.acks_per_window = 0;
  none.max_threshold = 0;
  CHECK(wished_acks(none).threshold == 1);
}

TEST_CASE("a quarter of a round trip is the longest wait", "[ack_frequency]") {
  CHECK(wished_acks(with_rtt(40ms)).max_ack_delay == 10ms);
  CHECK(wished_acks(with_rtt(1ms)).max_ack_delay == 1ms);
  CHECK(wished_acks(with_rtt(2s)).max_ack_delay == 25ms);
}

TEST_CASE("order matters as much as loss detection needs it", "[ack_frequency]") {
  CHECK(wished_acks(usual).reordering_threshold == packet_reordering_threshold);
}

TEST_CASE("only what makes a difference is asked for", "[ack_frequency]") {
  ack_request const standard{1, 25ms, 1};
  CHECK_FALSE(is_worth_asking(standard, wished_acks(with_window(15))));
  CHECK(is_worth_asking(standard, wished_acks(with_window(16))));
  auto const agreed = wished_acks(usual);
  CHECK_FALSE(is_worth_asking(agreed, agreed));
  CHECK_FALSE(is_worth_asking(agreed, wished_acks(with_window(150))));
  CHECK(is_worth_asking(agreed, wished_acks(with_window(160))));
  CHECK(is_worth_asking(agreed, wished_acks(with_window(40))));
  CHECK_FALSE(is_worth_asking(agreed, wished_acks(with_rtt(60ms))));
  CHECK(is_worth_asking(agreed, wished_acks(with_rtt(10ms))));
  CHECK(is_worth_asking(agreed, wished_acks(with_rtt(100ms))));
}
