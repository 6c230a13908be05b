// SPDX-License-Identifier: BSL-1.0
// In the place of libFuzzer under MemorySanitizer: libFuzzer was not built with it and shares templates of libstdc++
// with the target, which the sanitizer then takes for called with nothing. Replays the inputs in the folders that are
// named and goes on with changed ones. Takes of libFuzzer's options -max_total_time=SECONDS and -artifact_prefix=PATH,
// and looks at no coverage.
#include <sanitizer/msan_interface.h>

#include <dirent.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace {

using input = std::vector<std::uint8_t>;

constexpr std::size_t longest = 4'096;

char artifact[4'096] = "crash";
input const* at_hand = nullptr;

void keep_what_failed() {
  if (at_hand == nullptr) return;
  if (auto* const file = std::fopen(artifact, "wb")) {
    std::fwrite(at_hand->data(), 1, at_hand->size(), file);
    std::fclose(file);
    std::fprintf(stderr, "the input is in %s\n", artifact);
  }
}

void run(input const& bytes) {
  at_hand = &bytes;
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  at_hand = nullptr;
}

input read_file(char const* path) {
  input bytes(longest);
  auto* const file = std::fopen(path, "rb");
  bytes.resize(file != nullptr ? std::fread(bytes.data(), 1, bytes.size(), file) : 0);
  if (file != nullptr) std::fclose(file);
  return bytes;
}

void read_folder(char const* folder, std::vector<input>& into) {
  auto* const entries = opendir(folder);
  if (entries == nullptr) return;
  while (auto const* const entry = readdir(entries)) {
    if (entry->d_name[0] == '.') continue;
    char path[4'096];
    std::snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    into.push_back(read_file(path));
  }
  closedir(entries);
}

/// xorshift64*: the same inputs each time.
class chance {
 public:
  std::uint64_t next() noexcept {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545f4914f6cdd1d;
  }
  std::size_t below(std::size_t bound) noexcept { return bound == 0 ? 0 : next() % bound; }
  std::uint8_t byte() noexcept { return static_cast<std::uint8_t>(next() >> 32); }

 private:
  std::uint64_t state_ = 0x9e3779b97f4a7c15;
};

/// One small change, perhaps with a piece of another input.
void change(input& bytes, input const& other, chance& draw) {
  auto const at = bytes.begin() + static_cast<std::ptrdiff_t>(draw.below(bytes.size() + 1));
  auto const rest = static_cast<std::size_t>(bytes.end() - at);
  switch (draw.below(5)) {
    case 0:
      if (rest > 0) *at ^= static_cast<std::uint8_t>(1U << draw.below(8));
      break;
    case 1:
      if (rest > 0) *at = draw.byte();
      break;
    case 2: bytes.insert(at, 1 + draw.below(8), draw.byte()); break;
    case 3: bytes.erase(at, at + static_cast<std::ptrdiff_t>(std::min(rest, 1 + draw.below(8)))); break;
    case 4: {
      auto const from = draw.below(other.size());
      auto const piece = other.begin() + static_cast<std::ptrdiff_t>(from);
      bytes.insert(at, piece, piece + static_cast<std::ptrdiff_t>(draw.below(other.size() - from)));
      break;
    }
  }
  bytes.resize(std::min(bytes.size(), longest));
}

char const* option(char const* argument, char const* name) {
  auto const length = std::strlen(name);
  return std::strncmp(argument, name, length) == 0 ? argument + length : nullptr;
}

}  // namespace

int main(int count, char** arguments) {
  __msan_set_death_callback(&keep_what_failed);
  std::chrono::seconds patience{0};
  std::vector<input> inputs;
  for (int i = 1; i < count; ++i) {
    if (auto const* const seconds = option(arguments[i], "-max_total_time="))
      patience = std::chrono::seconds{std::atoi(seconds)};
    else if (auto const* const prefix = option(arguments[i], "-artifact_prefix="))
      std::snprintf(artifact, sizeof artifact, "%scrash", prefix);
    else if (arguments[i][0] != '-')
      read_folder(arguments[i], inputs);
  }
  for (auto const& each : inputs) run(each);
  std::printf("%zu inputs replayed\n", inputs.size());
  inputs.push_back({});

  chance draw;
  std::uint64_t runs = 0;
  auto const end = std::chrono::steady_clock::now() + patience;
  for (; std::chrono::steady_clock::now() < end; ++runs) {
    auto bytes = inputs[draw.below(inputs.size())];
    for (auto changes = 1 + draw.below(6); changes > 0; --changes)
      change(bytes, inputs[draw.below(inputs.size())], draw);
    run(bytes);
  }
  std::printf("%llu inputs more\n", static_cast<unsigned long long>(runs));
}
