// SPDX-License-Identifier: BSL-1.0
// What every other program here says of memory is worth as much as this: the count misses no form of taking, and a
// victim that keeps a byte too long is found out.
#include "watched_victim.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <thread>
#include <vector>

namespace {

/// In the place of the verdict that fails a test.
std::vector<std::size_t> verdicts;

}  // namespace

void quoin::testing::memory_is_not_back(std::size_t bytes) {
  verdicts.push_back(bytes);
}

using namespace quoin::testing;

namespace {

/// Takes what a test says and gives it back when it ends, if at all.
struct taker {
  explicit taker(bool gives) : gives_back(gives) {}
  taker(taker const&) = delete;
  taker& operator=(taker const&) = delete;
  ~taker() {
    if (gives_back) give_back();
  }
  void take(std::size_t size) { taken.push_back(::operator new(size)); }
  void give_back() {
    for (auto* const one : taken) ::operator delete(one);
    taken.clear();
  }

  bool gives_back;
  std::vector<void*> taken;
};

struct alignas(64) wide {
  std::array<char, 200> bytes;
};

}  // namespace

TEST_CASE("every form of taking memory is counted until it is given back", "[bad_input]") {
  struct form {
    char const* name;
    std::function<void*()> take;
    std::function<void(void*)> give_back;
  };
  constexpr auto alignment = std::align_val_t{256};
  form const forms[] = {
      {"one", [] { return ::operator new(200); }, [](void* p) { ::operator delete(p); }},
      {"many", [] { return ::operator new[](200); }, [](void* p) { ::operator delete[](p); }},
      {"one or nothing", [] { return ::operator new(200, std::nothrow); }, [](void* p) { ::operator delete(p); }},
      {"many or nothing", [] { return ::operator new[](200, std::nothrow); }, [](void* p) { ::operator delete[](p); }},
      {"aligned", [] { return ::operator new(200, alignment); }, [](void* p) { ::operator delete(p, alignment); }},
      {"many aligned", [] { return ::operator new[](200, alignment); },
       [](void* p) { ::operator delete[](p, alignment); }},
      {"aligned or nothing", [] { return ::operator new(200, alignment, std::nothrow); },
       [](void* p) { ::operator delete(p, alignment); }},
      {"of an aligned type", [] { return static_cast<void*>(new wide); },
       [](void* p) { delete static_cast<wide*>(p); }},
      {"and given back elsewhere", [] { return ::operator new(200); },
       [](void* p) { std::thread{[p] { ::operator delete(p); }}.join(); }},
  };
  for (auto const& each : forms) {
    CAPTURE(each.name);
    heap_account account;
    void* taken = nullptr;
    {
      heap_account::scope const charged{account};
      taken = each.take();
    }
    auto const counted = account.live_bytes();
    auto const at = reinterpret_cast<std::uintptr_t>(taken);
    auto* const elsewhere = ::operator new(5000);
    bool const unmoved = account.live_bytes() == counted;
    ::operator delete(elsewhere);
    each.give_back(taken);
    CHECK(counted >= 200);
    CHECK(counted < 1000);
    CHECK(unmoved);
    CHECK(at % __STDCPP_DEFAULT_NEW_ALIGNMENT__ == 0);
    CHECK(account.live_bytes() == 0);
  }
  std::size_t volatile too_much = SIZE_MAX - 8;
  CHECK_THROWS_AS(::operator new(too_much), std::bad_alloc);
}

TEST_CASE("accounts within accounts are kept apart", "[bad_input]") {
  heap_account outer;
  heap_account inner;
  heap_account::scope const charged{outer};
  std::vector<char> first(1000);
  auto const in_outer = outer.live_bytes();
  {
    heap_account::scope const also{inner};
    std::vector<char> const second(3000);
    CHECK(inner.live_bytes() >= 3000);
    CHECK(outer.live_bytes() == in_outer);
  }
  CHECK(inner.live_bytes() == 0);
  CHECK(in_outer >= 1000);
}

TEST_CASE("a victim that is gone and whose memory is not is found out", "[bad_input]") {
  for (bool const gives_back : {true, false}) {
    CAPTURE(gives_back);
    verdicts.clear();
    void* left = nullptr;
    {
      watched<taker> victim;
      {
        auto const charged = victim.charge();
        victim.hold(std::make_unique<taker>(gives_back));
      }
      auto const built = victim.heap_bytes();
      CHECK(built >= sizeof(taker));
      victim->take(300);
      CHECK(victim.heap_bytes() >= built + 300);
      left = victim->taken[0];
      auto moved = std::move(victim);
    }
    CHECK(verdicts.size() == (gives_back ? 0 : 1));
    if (gives_back) continue;
    CHECK(verdicts.at(0) >= 300);
    CHECK(verdicts.at(0) < 400);
    ::operator delete(left);
  }
}

TEST_CASE("a bench that is gone and whose memory is not is found out", "[bad_input]") {
  verdicts.clear();
  void* left = nullptr;
  {
    watched_bench<taker> bench{false};
    bench.take(300);
    left = bench.taken[0];
  }
  CHECK(verdicts.size() == 1);
  ::operator delete(left);
  { watched_bench<taker> bench{true}; }
  CHECK(verdicts.size() == 1);
}
