// SPDX-License-Identifier: BSL-1.0
// Pieces of a stream in any order, against an array: every byte comes once, in order, and as it came first.
#include <quoin/buffer/reassembly_buffer.hpp>

#include "require.hpp"
#include "script.hpp"

#include <vector>

namespace {

using namespace quoin;
using fuzz::require;

constexpr std::size_t stream_size = 20'000;
constexpr std::size_t gaps = 40;

struct model {
  std::vector<int> bytes = std::vector<int>(stream_size, -1);  // -1: not yet come
  std::uint64_t next = 0;
  reassembly_buffer buffer{gaps};

  void take(byte_view view) {
    for (auto const byte : view) require(bytes[next++] == byte, "bytes come in order and as they came first");
    buffer.consume(view.size());
  }

  void insert(std::uint64_t offset, byte_view data, std::size_t taken) {
    auto const before = buffer.held_bytes();
    auto const in_order = buffer.insert(offset, data);
    if (!in_order) {
      require(buffer.held_bytes() == before && buffer.gaps() == gaps, "a refusal changes nothing");
      return;
    }
    for (std::size_t i = 0; i < data.size(); ++i)
      if (auto& known = bytes[offset + i]; known < 0) known = data[i];
    auto const now = std::min(taken, in_order->size());
    take(in_order->first(now));
    buffer.keep(in_order->subspan(now));
    require(buffer.gaps() <= gaps, "gaps stay within their cap");
    require(buffer.held_blocks() * chunk::capacity <= buffer.held_bytes() + (2 * gaps + 2) * chunk::capacity,
            "memory follows bytes");
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::script input{data, size};
  model m;
  while (!input.empty()) {
    auto const what = input.byte();
    if (what % 4 == 3) {
      auto const there = m.buffer.readable();
      m.take(there.first(std::min<std::size_t>(there.size(), input.byte())));
      continue;
    }
    auto const offset = what % 4 == 0 ? m.next + input.byte() : input.number() % stream_size;
    auto const piece =
        input.take(std::min<std::size_t>(input.byte(), stream_size - std::min<std::uint64_t>(offset, stream_size)));
    m.insert(std::min<std::uint64_t>(offset, stream_size), piece, what >> 2);
  }
  while (!m.buffer.readable().empty()) m.take(m.buffer.readable());
  require(m.next == stream_size || m.bytes[m.next] < 0, "everything that is in order can be read");
  return 0;
}
