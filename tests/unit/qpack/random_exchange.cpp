// SPDX-License-Identifier: BSL-1.0
// Two ends whose streams are delayed against each other at random: every section is understood in the end, no stream
// waits that need not, and both tables say the same.
#include <quoin/qpack/encoder.hpp>

#include "fields.hpp"

#include <catch2/catch_test_macros.hpp>

#include <deque>
#include <map>
#include <random>
#include <set>
#include <utility>

using qpack_test::decode;
using qpack_test::field_list;
using qpack_test::views_of;
namespace qpack = quoin::qpack;

namespace {

class exchange {
 public:
  explicit exchange(unsigned seed)
      : random_(seed),
        capacity_(std::array{0U, 64U, 300U, 1000U, 4096U}[random_() % 5]),
        blocked_(static_cast<std::uint32_t>(random_() % 6)),
        encoder_({std::array{qpack::table_use::off, qpack::table_use::conservative,
                             qpack::table_use::aggressive}[random_() % 3],
                  capacity_},
                 {seed, 7}),
        decoder_({.max_table_capacity = capacity_, .blocked_streams = blocked_, .max_section_size = 1 << 20}) {
    encoder_.on_peer_settings(capacity_, blocked_);
  }

  void run() {
    for (int step = 0; step < 600; ++step) {
      switch (random_() % 5) {
        case 0:
        case 1: send_section(); break;
        case 2: deliver_some_instructions(); break;
        case 3: deliver_a_section(); break;
        default: deliver_some_answers();
      }
      check();
    }
    while (!instructions_.empty()) deliver_some_instructions();
    while (!sections_.empty()) deliver_a_section();
    CHECK(held_.empty());
    while (!answers_.empty()) deliver_some_answers();
    CHECK(encoder_.outstanding() == 0);
    CHECK(encoder_.known_received_count() == encoder_.table().insert_count());
  }

 private:
  struct section {
    std::uint64_t stream;
    std::vector<std::uint8_t> bytes;
    field_list fields;
  };

  field_list random_fields() {
    field_list fields;
    for (auto count = 1 + random_() % 6; count > 0; --count) {
      auto const name = random_() % 4 == 0 ? std::string{qpack::static_table[random_() % 99].name}
                                           : "x-name-" + std::to_string(random_() % 12);
      fields.emplace_back(name, std::string(random_() % 40, static_cast<char>('a' + random_() % 3)));
    }
    return fields;
  }

  void send_section() {
    section made{next_stream_, {}, random_fields()};
    if (random_() % 4 != 0) next_stream_ += 4;  // else another section on the same stream
    encoder_.encode(made.stream, views_of(made.fields), made.bytes);
    if (auto const needed = required_insert_count(made.bytes); needed > encoder_.known_received_count())
      may_block_.emplace_back(made.stream, needed);
    sections_.push_back(std::move(made));
    instructions_.insert(instructions_.end(), encoder_.pending().begin(), encoder_.pending().end());
    encoder_.sent(encoder_.pending().size());
  }

  /// RFC 9204 4.5.1.1, for who has seen every insertion.
  [[nodiscard]] std::uint64_t required_insert_count(std::vector<std::uint8_t> const& bytes) const {
    REQUIRE(bytes.size() >= 2);
    std::uint64_t encoded = bytes[0];
    if (encoded == 0) return 0;
    for (std::size_t i = 1; bytes[0] == 0xff; ++i) {
      encoded += std::uint64_t{bytes.at(i) & 0x7fU} << 7 * (i - 1);
      if ((bytes[i] & 0x80) == 0) break;
    }
    std::uint64_t const entries = capacity_ / 32;
    auto const most = encoder_.table().insert_count() + entries;
    auto const found = most / (2 * entries) * (2 * entries) + encoded - 1;
    return found > most ? found - 2 * entries : found;
  }

  /// RFC 9204 2.1.2: whatever comes late, no more streams wait than the decoder bears. One that was cancelled counts no
  /// more, whether the encoder has heard of it or not.
  void check_risk() {
    std::set<std::uint64_t> streams;
    std::erase_if(may_block_, [&](auto const& each) { return each.second <= encoder_.known_received_count(); });
    for (auto const& [stream, needed] : may_block_) streams.insert(stream);
    REQUIRE(streams.size() <= blocked_);
  }

  std::vector<std::uint8_t> take(std::deque<std::uint8_t>& from) {
    auto const count = std::min<std::size_t>(from.size(), 1 + random_() % 80);
    std::vector<std::uint8_t> const bytes(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(count));
    from.erase(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(count));
    return bytes;
  }

  void deliver_some_instructions() {
    REQUIRE(decoder_.on_encoder_stream(take(instructions_)));
    while (auto const ready = decoder_.next_unblocked()) {
      auto waiting = std::move(held_.at(*ready));
      held_.erase(*ready);
      // A stream goes on in order: what follows the section that waited is tried, too.
      for (auto& one : waiting) try_section(std::move(one));
    }
    collect_answers();
  }

  void deliver_a_section() {
    if (sections_.empty()) return;
    auto const chosen = random_() % std::min<std::size_t>(sections_.size(), 4);
    auto const stream = sections_[chosen].stream;
    // The earliest of its stream: a stream keeps its order.
    auto const first =
        std::find_if(sections_.begin(), sections_.end(), [&](auto const& s) { return s.stream == stream; });
    auto one = std::move(*first);
    sections_.erase(first);
    try_section(std::move(one));
    collect_answers();
  }

  void try_section(section one) {
    if (auto const waiting = held_.find(one.stream); waiting != held_.end()) {
      if (cancel_instead(one.stream)) return;
      waiting->second.push_back(std::move(one));
      return;
    }
    auto const got = decode(decoder_, one.stream, one.bytes);
    REQUIRE(got.outcome);
    if (*got.outcome == qpack::section_outcome::blocked)
      held_[one.stream].push_back(std::move(one));
    else
      REQUIRE(got.fields == one.fields);
  }

  /// Now and then a stream is reset that waits, and with it whatever it still brings.
  bool cancel_instead(std::uint64_t stream) {
    if (stream == next_stream_ || random_() % 3 != 0) return false;
    REQUIRE(decoder_.cancel(stream));
    held_.erase(stream);
    std::erase_if(may_block_, [&](auto const& each) { return each.first == stream; });
    std::erase_if(sections_, [&](auto const& s) { return s.stream == stream; });
    return true;
  }

  void collect_answers() {
    answers_.insert(answers_.end(), decoder_.pending().begin(), decoder_.pending().end());
    decoder_.sent(decoder_.pending().size());
  }

  void deliver_some_answers() { REQUIRE(encoder_.on_decoder_stream(take(answers_))); }

  void check() {
    REQUIRE(decoder_.blocked_count() <= blocked_);
    check_risk();
    REQUIRE(encoder_.table().size() <= capacity_);
    // RFC 9204 2.1.1: what the decoder may not have heard of yet is not evicted.
    REQUIRE(encoder_.table().dropped() <= encoder_.known_received_count());
    REQUIRE(encoder_.known_received_count() <= decoder_.table().insert_count());
    auto const& ours = encoder_.table();
    auto const& theirs = decoder_.table();
    for (auto i = std::max(ours.dropped(), theirs.dropped()); i < std::min(ours.insert_count(), theirs.insert_count());
         ++i) {
      REQUIRE(ours.at(i).name == theirs.at(i).name);
      REQUIRE(ours.at(i).value == theirs.at(i).value);
    }
  }

  std::mt19937 random_;
  std::uint32_t capacity_;
  std::uint32_t blocked_;
  qpack::encoder encoder_;
  qpack::decoder decoder_;
  std::uint64_t next_stream_ = 0;
  std::deque<std::uint8_t> instructions_;
  std::deque<std::uint8_t> answers_;
  std::deque<section> sections_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> may_block_;  ///< streams, and the insertions that they need
  std::map<std::uint64_t, std::vector<section>> held_;
};

}  // namespace

TEST_CASE("encoder and decoder agree however their streams are delayed", "[qpack]") {
  for (unsigned seed = 0; seed < 400; ++seed) {
    INFO("seed " << seed);
    exchange{seed}.run();
  }
}
