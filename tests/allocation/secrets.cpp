// SPDX-License-Identifier: BSL-1.0
// INV-43: what is secret is overwritten before its memory is given back.
#include <quoin/crypto/null/crypto.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>

namespace {

using secret = std::array<std::uint8_t, 16>;

/// Secrets that were used, and how many of them were seen in memory that was given back. Uses no memory of its own.
struct watch {
  std::array<secret, 512> known{};
  std::size_t count = 0;
  bool listening = false;
  std::size_t found = 0;

  void note(quoin::byte_view bytes) noexcept {
    if (!listening || bytes.size() < sizeof(secret) || count == known.size()) return;
    std::memcpy(known[count].data(), bytes.data(), sizeof(secret));
    ++count;
  }
  void look_into(void const* memory, std::size_t size) noexcept {
    if (!listening || size < sizeof(secret)) return;
    for (std::size_t i = 0; i < count; ++i)
      found += ::memmem(memory, size, known[i].data(), sizeof(secret)) != nullptr ? 1 : 0;
  }
};
watch watched;

constexpr std::size_t header = alignof(std::max_align_t);

void* take(std::size_t size) {
  auto* const memory = static_cast<std::uint8_t*>(std::malloc(size + header));
  if (memory == nullptr) throw std::bad_alloc{};
  std::memcpy(memory, &size, sizeof size);
  return memory + header;
}

void give_back(void* given) noexcept {
  if (given == nullptr) return;
  auto* const memory = static_cast<std::uint8_t*>(given) - header;
  std::size_t size = 0;
  std::memcpy(&size, memory, sizeof size);
  watched.look_into(given, size);
  std::free(memory);
}

/// Every secret passes by here: traffic secrets go in, keys and the secrets after them come out.
struct watched_kdf {
  static void extract(quoin::hash_algorithm hash, quoin::byte_view salt, quoin::byte_view input,
                      quoin::byte_span out) noexcept {
    quoin::null_kdf::extract(hash, salt, input, out);
    watched.note(out);
  }
  static void expand(quoin::hash_algorithm hash, quoin::byte_view input, quoin::byte_view info,
                     quoin::byte_span out) noexcept {
    quoin::null_kdf::expand(hash, input, info, out);
    // Reset tokens and address tokens are made the same way; they are for others to see.
    constexpr std::string_view label = "tls13 quic";
    if (std::search(info.begin(), info.end(), label.begin(), label.end()) == info.end()) return;
    watched.note(input);
    watched.note(out);
  }
};

struct watched_stack : quoin::test_stack {
  struct crypto {
    struct protection {
      using packet_key = quoin::null_packet_key;
      using header_key = quoin::null_header_key;
      using kdf = watched_kdf;
    };
    using handshake = quoin::null_handshake;
  };
};

}  // namespace

/// For AddressSanitizer: what is given back is read whole, with the places where clang counts the elements of arrays.
extern "C" char const* __asan_default_options();
extern "C" char const* __asan_default_options() {
  return "poison_array_cookie=0";
}

void* operator new(std::size_t size) {
  return take(size);
}
void* operator new[](std::size_t size) {
  return take(size);
}
void operator delete(void* memory) noexcept {
  give_back(memory);
}
void operator delete[](void* memory) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  give_back(memory);
}

TEST_CASE("INV-43: no secret is left in memory that is given back", "[property]") {
  watched = {};
  watched.listening = true;
  {
    quoin::lab<watched_stack> lab;
    REQUIRE(lab.establish());
    for (int i = 0; i < 3; ++i) {
      lab.advance(std::chrono::seconds{1});
      REQUIRE(lab.client().update_keys(lab.now()));
      lab.client().ping();
      lab.settle();
    }
    lab.client().close(0, "done", lab.now());
    lab.advance(std::chrono::seconds{10});
  }
  watched.listening = false;
  CHECK(watched.count > 20);
  CHECK(watched.found == 0);
}

TEST_CASE("INV-43: a secret that is left in memory is found", "[property]") {
  watched = {};
  watched.listening = true;
  std::vector<std::uint8_t> careless(32, 0x5a);
  watched.note(careless);
  careless = std::vector<std::uint8_t>{};
  watched.listening = false;
  CHECK(watched.found == 1);
}
