// SPDX-License-Identifier: BSL-1.0
// Fields of all kinds and a peer's answers of all kinds: what an encoder makes, a decoder understands.
#include <quoin/qpack/decoder.hpp>
#include <quoin/qpack/encoder.hpp>

#include "require.hpp"

#include <cstddef>
#include <utility>

namespace {

using fuzz::require;
namespace qpack = quoin::qpack;

constexpr std::uint32_t capacity = 512;
constexpr std::uint32_t blocked = 3;

/// Fields from the input: a byte that chooses the name, a byte for the value's size, the value.
std::vector<qpack::field> fields_from(quoin::byte_reader& reader) {
  std::vector<qpack::field> fields;
  for (auto count = reader.u8().value_or(0) % 8; count > 0; --count) {
    auto const choice = reader.u8().value_or(0);
    auto const value = reader.bytes(std::min<std::size_t>(reader.u8().value_or(0) % 64, reader.remaining())).value();
    auto const name = choice < 128 ? qpack::static_table[choice % qpack::static_table_size].name
                                   : std::string_view{"x-a-name-of-sixteen"}.substr(0, choice % 16 + 3);
    fields.push_back({name, quoin::as_text(value), choice % 16 == 15});
  }
  return fields;
}

bool same_fields(std::vector<qpack::field> const& sent, std::vector<std::pair<std::string, std::string>> const& got) {
  if (sent.size() != got.size()) return false;
  for (std::size_t i = 0; i < sent.size(); ++i)
    if (sent[i].name != got[i].first || sent[i].value != got[i].second) return false;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  quoin::byte_reader reader{{data, size}};
  auto const use = static_cast<qpack::table_use>(reader.u8().value_or(0) % 3);
  qpack::encoder encoder{{use, capacity}, {1, 2}};
  qpack::decoder decoder{{.max_table_capacity = capacity, .blocked_streams = blocked, .max_section_size = 1 << 16}};
  encoder.on_peer_settings(capacity, blocked);
  for (std::uint64_t stream = 0; !reader.empty(); stream += 4) {
    if (*reader.u8() % 4 == 0) {
      // An answer that the decoder did not give: refused, or believed at the peer's own cost.
      auto const forged = reader.bytes(std::min<std::size_t>(reader.u8().value_or(0) % 16, reader.remaining())).value();
      if (!encoder.on_decoder_stream(forged)) return 0;
      require(encoder.known_received_count() <= encoder.table().insert_count(), "nobody has what was not inserted");
      if (!forged.empty()) return 0;  // from here on the peer may have lost what it needs
    }
    auto const fields = fields_from(reader);
    std::vector<std::uint8_t> section;
    encoder.encode(stream, fields, section);
    require(decoder.on_encoder_stream(encoder.pending()).has_value(), "an encoder's instructions are valid");
    encoder.sent(encoder.pending().size());
    std::vector<std::pair<std::string, std::string>> got;
    auto const outcome =
        decoder.decode(stream, section, [&](qpack::field const& one) { got.emplace_back(one.name, one.value); });
    require(outcome && *outcome == qpack::section_outcome::decoded, "a section can be decoded after its instructions");
    require(same_fields(fields, got), "fields survive");
    auto const answered = std::min<std::size_t>(reader.u8().value_or(255), decoder.pending().size());
    require(encoder.on_decoder_stream(decoder.pending().first(answered)).has_value(), "a decoder's answers are valid");
    decoder.sent(answered);
  }
  return 0;
}
