// SPDX-License-Identifier: BSL-1.0
#include <quoin/ambient/seeded_entropy.hpp>
#include <quoin/ambient/system_entropy.hpp>

#include <conformance/entropy.hpp>

namespace {

template <class Entropy>
std::array<std::uint8_t, 24> drawn_from(Entropy& entropy) {
  std::array<std::uint8_t, 24> bytes{};
  entropy.fill(bytes);
  return bytes;
}

}  // namespace

TEST_CASE("the system's entropy is entropy", "[ambient]") {
  quoin::system_entropy entropy;
  quoin::conformance::check_entropy(entropy);
}

TEST_CASE("a copy of the system's entropy does not repeat the original", "[ambient]") {
  quoin::system_entropy entropy;
  static_cast<void>(drawn_from(entropy));  // so that the pool is half used
  auto copy = entropy;
  CHECK(drawn_from(entropy) != drawn_from(copy));
  copy = entropy;
  CHECK(drawn_from(entropy) != drawn_from(copy));
}

TEST_CASE("seeded entropy looks like entropy", "[ambient]") {
  quoin::seeded_entropy entropy{42};
  quoin::conformance::check_entropy(entropy);
}

TEST_CASE("seeded entropy repeats for the same seed and differs for another", "[ambient]") {
  quoin::seeded_entropy one{7};
  quoin::seeded_entropy same{7};
  quoin::seeded_entropy other{8};
  auto const first = drawn_from(one);
  CHECK(first == drawn_from(same));
  CHECK(first != drawn_from(other));
  CHECK(first != drawn_from(one));
}

TEST_CASE("seeded entropy never stands still, not even for seed 0", "[ambient]") {
  quoin::seeded_entropy entropy{0};
  auto const first = entropy.next();
  CHECK(first != entropy.next());
}
