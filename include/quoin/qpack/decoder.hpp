// SPDX-License-Identifier: BSL-1.0
/// \file
/// The receiving half of QPACK: follows the peer's instructions for our table, and turns sections into fields
/// (RFC 9204 2.2).
#pragma once

#include <quoin/qpack/decoder_output.hpp>
#include <quoin/qpack/dynamic_table.hpp>
#include <quoin/qpack/encoder_stream_reader.hpp>
#include <quoin/qpack/error.hpp>
#include <quoin/qpack/field_line.hpp>
#include <quoin/qpack/section_prefix.hpp>
#include <quoin/qpack/static_table.hpp>

#include <algorithm>
#include <concepts>
#include <vector>

namespace quoin::qpack {

/// What we promise the peer in our SETTINGS, and how large a section may be when it is unpacked.
struct decoder_settings {
  std::uint32_t max_table_capacity = 4096;     ///< SETTINGS_QPACK_MAX_TABLE_CAPACITY
  std::uint32_t blocked_streams = 16;          ///< SETTINGS_QPACK_BLOCKED_STREAMS
  std::uint64_t max_section_size = 64 * 1024;  ///< SETTINGS_MAX_FIELD_SECTION_SIZE (RFC 9114 4.2.2)
};

/// What became of a section.
enum class section_outcome : std::uint8_t {
  decoded,    ///< every field has been handed over
  blocked,    ///< entries are missing: keep the bytes, and try again when `next_unblocked` names the stream
  too_large,  ///< more than `max_section_size`: fields were handed over up to there, the stream is to be abandoned
};

/// Takes the fields of a section, in order; views are good during the call.
template <class S>
concept field_sink = std::invocable<S&, field const&>;

/// One for each connection. Memory is bounded by the settings: the table, one unfinished instruction, a list of blocked
/// streams, and answers that the peer does not let us send.
class decoder {
 public:
  explicit decoder(decoder_settings const& settings)
      : settings_(settings), table_(settings.max_table_capacity), instructions_(settings.max_table_capacity) {
    blocked_.reserve(std::min<std::size_t>(settings.blocked_streams, 64));
  }

  /// The next bytes of the peer's encoder stream, cut anywhere.
  result<> on_encoder_stream(byte_view bytes) {
    auto const applied = instructions_.read(bytes, [this](encoder_instruction const& one) { return apply(one); });
    // RFC 9204 2.2.2.3: one increment for all that came together.
    if (applied) QUOIN_TRY(output_.acknowledge_inserts(table_.insert_count()));
    return applied;
  }

  /// A whole encoded field section of `stream`.
  template <field_sink Sink>
  result<section_outcome> decode(std::uint64_t stream, byte_view section, Sink&& sink) {
    byte_reader reader{section};
    auto const prefix = read_section_prefix(reader, table_.insert_count(), settings_.max_table_capacity);
    if (!prefix) return unexpected{prefix.error()};
    if (prefix->required_insert_count > table_.insert_count()) return block(stream, prefix->required_insert_count);
    forget_blocked(stream);
    churn_ = 0;
    auto const outcome = read_lines(reader, *prefix, sink);
    if (!outcome) return outcome;
    if (prefix->required_insert_count == 0) return outcome;
    if (*outcome == section_outcome::too_large)
      QUOIN_TRY(output_.cancel_stream(stream));
    else
      QUOIN_TRY(output_.acknowledge_section(stream, prefix->required_insert_count));
    return outcome;
  }

  /// A stream whose section can be decoded by now, if any; it is named once.
  std::optional<std::uint64_t> next_unblocked() {
    auto const ready = std::find_if(blocked_.begin(), blocked_.end(),
                                    [this](blocked_stream const& b) { return b.required <= table_.insert_count(); });
    if (ready == blocked_.end()) return std::nullopt;
    auto const stream = ready->stream;
    blocked_.erase(ready);
    return stream;
  }

  /// Reading of a stream was given up, or it was reset, before its sections were all decoded (RFC 9204 2.2.2.2).
  result<> cancel(std::uint64_t stream) {
    forget_blocked(stream);
    if (settings_.max_table_capacity == 0) return {};
    return output_.cancel_stream(stream);
  }

  /// Bytes for our decoder stream; `sent(n)` takes away the first n of them.
  [[nodiscard]] byte_view pending() const noexcept { return output_.pending(); }
  void sent(std::size_t count) noexcept { output_.sent(count); }

  [[nodiscard]] std::size_t blocked_count() const noexcept { return blocked_.size(); }
  [[nodiscard]] dynamic_table const& table() const noexcept { return table_; }

 private:
  struct blocked_stream {
    std::uint64_t stream;
    std::uint64_t required;
  };

  /// Insertions between two sections before the peer is told to stop: far more than a full table twice over.
  [[nodiscard]] std::uint64_t most_churn() const noexcept { return 64 * (most_entries(table_.limit()) + 16); }

  // ---- instructions

  result<> apply(encoder_instruction const& one) {
    constexpr auto code = error_code::encoder_stream_error;
    if (++churn_ > most_churn()) return fail(error_code::excessive_load, "QPACK: insertions without a use");
    if (one.what == encoder_instruction::kind::set_capacity) {
      if (one.number > table_.limit()) return fail(code, "QPACK: table capacity above what we allow");
      table_.set_capacity(static_cast<std::uint32_t>(one.number));
      return {};
    }
    if (one.what == encoder_instruction::kind::duplicate) {
      auto const index = entry_before(one.number);
      if (!index) return fail(code, "QPACK: a duplicate of no entry");
      table_.duplicate(*index);
      return {};
    }
    auto const name = name_of(one);
    if (!name) return fail(code, "QPACK: an insertion without a known name");
    auto const value = value_room_.text_of(one.value);
    if (!value) return fail(code, "QPACK: broken Huffman code");
    if (!table_.insert(*name, *value)) return fail(code, "QPACK: an entry larger than the table");
    return {};
  }

  std::optional<std::string_view> name_of(encoder_instruction const& one) {
    if (one.what == encoder_instruction::kind::insert) return name_room_.text_of(one.name);
    if (one.static_name) {
      auto const entry = static_entry_at(one.number);
      return entry ? std::optional{entry->name} : std::nullopt;
    }
    auto const index = entry_before(one.number);
    return index ? std::optional{table_.at(*index).name} : std::nullopt;
  }

  /// RFC 9204 3.2.5: on the encoder stream 0 is the newest entry.
  [[nodiscard]] std::optional<std::uint64_t> entry_before(std::uint64_t relative) const noexcept {
    if (relative >= table_.insert_count()) return std::nullopt;
    auto const index = table_.insert_count() - 1 - relative;
    return table_.contains(index) ? std::optional{index} : std::nullopt;
  }

  // ---- sections

  result<section_outcome> block(std::uint64_t stream, std::uint64_t required) {
    auto const known = std::find_if(blocked_.begin(), blocked_.end(),
                                    [stream](blocked_stream const& b) { return b.stream == stream; });
    if (known != blocked_.end()) {
      known->required = required;
    } else {
      // RFC 9204 2.1.2: the peer's encoder has to count.
      if (blocked_.size() >= settings_.blocked_streams)
        return fail(error_code::decompression_failed, "QPACK: more blocked streams than we allow");
      blocked_.push_back({stream, required});
    }
    return section_outcome::blocked;
  }

  void forget_blocked(std::uint64_t stream) {
    std::erase_if(blocked_, [stream](blocked_stream const& b) { return b.stream == stream; });
  }

  template <class Sink>
  result<section_outcome> read_lines(byte_reader& reader, section_prefix const& prefix, Sink& sink) {
    std::uint64_t needed = 0;
    auto room = settings_.max_section_size;
    while (!reader.empty()) {
      auto const line = read_field_line(reader, reader.remaining() * 2);
      if (!line) return fail(error_code::decompression_failed, "QPACK: a field line is broken");
      auto const fewest = line->name.fewest() + line->value.fewest() + field_overhead;
      if (fewest > room) return section_outcome::too_large;
      auto const found = resolve(*line, prefix, needed);
      if (!found) return unexpected{found.error()};
      auto const size = size_of(found->name, found->value);
      if (size > room) return section_outcome::too_large;
      room -= size;
      sink(*found);
    }
    // RFC 9204 2.2.1: a count larger than needed may have blocked the stream for nothing.
    if (needed != prefix.required_insert_count)
      return fail(error_code::decompression_failed, "QPACK: Required Insert Count is larger than required");
    return section_outcome::decoded;
  }

  /// The field that a line stands for; `needed` becomes the insert count that its references ask for.
  result<field> resolve(field_line const& line, section_prefix const& prefix, std::uint64_t& needed) {
    constexpr auto code = error_code::decompression_failed;
    field found;
    found.sensitive = line.never_index;
    if (line.table == reference::none) {
      auto const name = name_room_.text_of(line.name);
      if (!name) return fail(code, "QPACK: broken Huffman code");
      found.name = *name;
    } else if (line.table == reference::fixed) {
      auto const entry = static_entry_at(line.index);
      if (!entry) return fail(code, "QPACK: no such entry in the static table");
      found.name = entry->name;
      found.value = entry->value;
    } else {
      auto const index = absolute(line, prefix);
      if (!index) return fail(code, "QPACK: a reference to an entry that is not there");
      auto const entry = table_.at(*index);
      found.name = entry.name;
      found.value = entry.value;
      needed = std::max(needed, *index + 1);
    }
    if (line.indexed) return found;
    auto const value = value_room_.text_of(line.value);
    if (!value) return fail(code, "QPACK: broken Huffman code");
    found.value = *value;
    return found;
  }

  /// RFC 9204 2.2.3, 3.2.5, 3.2.6: an entry that the section may refer to.
  [[nodiscard]] std::optional<std::uint64_t> absolute(field_line const& line,
                                                      section_prefix const& prefix) const noexcept {
    if (line.table == reference::relative && line.index >= prefix.base) return std::nullopt;
    auto const index = line.table == reference::relative ? prefix.base - 1 - line.index : prefix.base + line.index;
    if (index >= prefix.required_insert_count || !table_.contains(index)) return std::nullopt;
    return index;
  }

  decoder_settings settings_;
  dynamic_table table_;
  encoder_stream_reader instructions_;
  decoder_output output_;
  std::vector<blocked_stream> blocked_;
  string_room name_room_;
  string_room value_room_;
  std::uint64_t churn_ = 0;
};

}  // namespace quoin::qpack
