// SPDX-License-Identifier: BSL-1.0
#include <quoin/qpack/dynamic_table.hpp>

#include <catch2/catch_test_macros.hpp>

#include <deque>
#include <random>
#include <string>

using quoin::qpack::dynamic_table;

namespace {

/// The table as RFC 9204 3.2 tells it, without a thought for memory.
struct model {
  std::deque<std::pair<std::string, std::string>> entries;
  std::uint64_t dropped = 0;
  std::uint32_t capacity = 0;

  static std::uint64_t size_of(std::pair<std::string, std::string> const& entry) {
    return entry.first.size() + entry.second.size() + 32;
  }
  std::uint64_t size() const {
    std::uint64_t sum = 0;
    for (auto const& entry : entries) sum += size_of(entry);
    return sum;
  }
  void make_room(std::uint64_t needed) {
    while (!entries.empty() && size() + needed > capacity) {
      entries.pop_front();
      ++dropped;
    }
  }
  bool insert(std::string name, std::string value) {
    if (name.size() + value.size() + 32 > capacity) return false;
    make_room(name.size() + value.size() + 32);
    entries.emplace_back(std::move(name), std::move(value));
    return true;
  }
};

void compare(dynamic_table const& table, model const& expected) {
  REQUIRE(table.size() == expected.size());
  REQUIRE(table.dropped() == expected.dropped);
  REQUIRE(table.insert_count() == expected.dropped + expected.entries.size());
  for (std::size_t i = 0; i < expected.entries.size(); ++i) {
    auto const entry = table.at(expected.dropped + i);
    REQUIRE(entry.name == expected.entries[i].first);
    REQUIRE(entry.value == expected.entries[i].second);
  }
}

}  // namespace

TEST_CASE("a dynamic table agrees with a model under insertions, duplicates and changes of its capacity", "[qpack]") {
  std::mt19937 random{9204};
  for (std::uint32_t const limit : {32U, 64U, 200U, 1024U, 4096U}) {
    dynamic_table table{limit};
    model expected;
    auto const text = [&](std::size_t most) {
      std::string made(random() % (most + 1), ' ');
      for (auto& c : made) c = static_cast<char>('a' + random() % 26);
      return made;
    };
    for (int step = 0; step < 3000; ++step) {
      auto const count = expected.entries.size();
      switch (random() % 8) {
        case 0: {
          expected.capacity = static_cast<std::uint32_t>(random() % (limit / 32 + 1)) * 32;
          expected.make_room(0);
          table.set_capacity(expected.capacity);
          break;
        }
        case 1:
          if (count == 0) break;
          {
            auto const chosen = expected.dropped + random() % count;
            auto const entry = expected.entries[chosen - expected.dropped];
            REQUIRE(expected.insert(entry.first, entry.second));
            table.duplicate(chosen);
          }
          break;
        case 2:
          if (count == 0) break;
          {  // a name taken from an entry that the insertion itself may evict
            auto const chosen = expected.dropped + random() % count;
            auto const value = text(limit / 3);
            REQUIRE(table.insert(table.at(chosen).name, value) ==
                    expected.insert(std::string{expected.entries[chosen - expected.dropped].first}, value));
          }
          break;
        default: {
          auto const name = text(20);
          auto const value = text(limit / (1 + random() % 8));
          REQUIRE(table.insert(name, value) == expected.insert(name, value));
        }
      }
      compare(table, expected);
    }
  }
}

TEST_CASE("an entry larger than the capacity is refused and evicts nothing", "[qpack]") {
  dynamic_table table{128};
  CHECK_FALSE(table.insert("", ""));
  table.set_capacity(64);
  REQUIRE(table.insert("name", "value"));
  CHECK_FALSE(table.insert("name", std::string(29, 'v')));
  CHECK(table.contains(0));
  CHECK(table.insert("name", std::string(28, 'v')));
  CHECK_FALSE(table.contains(0));
}
