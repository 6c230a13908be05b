// SPDX-License-Identifier: BSL-1.0
// Whatever a peer's encoder says: the input is a row of blocks (kind, length, bytes), for the encoder stream or as a
// section. However the blocks are cut, the same comes out, and every cap holds.
#include <quoin/qpack/decoder.hpp>

#include "require.hpp"

#include <cstddef>
#include <string>

namespace {

using fuzz::require;
namespace qpack = quoin::qpack;

constexpr qpack::decoder_settings settings{.max_table_capacity = 512, .blocked_streams = 4, .max_section_size = 4096};

/// What a decoder made of the input, as text to compare.
std::string transcript(quoin::byte_view input, std::size_t piece) {
  qpack::decoder decoder{settings};
  std::string said;
  std::uint64_t stream = 0;
  for (quoin::byte_reader reader{input}; !reader.empty();) {
    auto const kind = *reader.u8();
    auto block = reader.bytes(std::min<std::size_t>(reader.u8().value_or(0), reader.remaining())).value();
    if ((kind & 1) == 0) {
      stream += 4;
      std::uint64_t size = 0;
      auto const outcome = decoder.decode(stream, block, [&](qpack::field const& one) {
        size += qpack::size_of(one.name, one.value);
        said.append(one.name).append("=").append(one.value).append("\n");
      });
      require(size <= settings.max_section_size, "a section unpacks to no more than its limit");
      if (!outcome) return said + std::string{outcome.error().reason};
      said += *outcome == qpack::section_outcome::blocked ? "blocked\n" : ".\n";
      if ((kind & 2) != 0 && !decoder.cancel(stream)) return said + "full";
    } else {
      while (!block.empty()) {
        auto const part = block.first(std::min(piece, block.size()));
        block = block.subspan(part.size());
        if (auto const outcome = decoder.on_encoder_stream(part); !outcome)
          return said + std::string{outcome.error().reason};
      }
    }
    while (auto const ready = decoder.next_unblocked()) said += "ready " + std::to_string(*ready) + "\n";
    require(decoder.table().size() <= decoder.table().capacity(), "a table keeps to its capacity");
    require(decoder.blocked_count() <= settings.blocked_streams, "no more streams are blocked than allowed");
    require(decoder.pending().size() <= qpack::decoder_output::most_pending, "answers are capped");
  }
  return said;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  quoin::byte_view const input{data, size};
  auto const whole = transcript(input, size + 1);
  require(whole == transcript(input, 1), "instructions mean the same however they are cut");
  return 0;
}
