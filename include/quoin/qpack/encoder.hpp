// SPDX-License-Identifier: BSL-1.0
/// \file
/// The sending half of QPACK: turns fields into sections, and teaches the peer's decoder what comes often
/// (RFC 9204 2.1).
#pragma once

#include <quoin/qpack/encoder_index.hpp>
#include <quoin/qpack/error.hpp>
#include <quoin/qpack/field_line.hpp>
#include <quoin/qpack/indexing.hpp>
#include <quoin/qpack/instructions.hpp>
#include <quoin/qpack/outstanding_sections.hpp>
#include <quoin/qpack/section_prefix.hpp>
#include <quoin/qpack/static_table.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <vector>

namespace quoin::qpack {

/// How much an encoder uses the dynamic table.
enum class table_use : std::uint8_t {
  off,           ///< never
  conservative,  ///< refers only to entries that have arrived, so that no stream waits for another
  aggressive,    ///< refers to entries that are on their way, on as many streams as the peer allows
};

struct encoder_settings {
  table_use use = table_use::aggressive;
  std::uint32_t max_table_capacity = 4096;  ///< what we spend on a table, however much the peer allows
};

/// One for each connection. Memory is bounded by the settings, whatever the peer answers or does not.
class encoder {
 public:
  /// `key` is secret: it keeps others from choosing fields that are slow to look up.
  encoder(encoder_settings const& settings, hash_key const& key)
      : settings_(settings),
        key_(key),
        table_(settings.use == table_use::off ? 0 : settings.max_table_capacity),
        fields_seen_(8 + settings.max_table_capacity / 160),
        names_seen_(16) {}

  /// The peer's SETTINGS_QPACK_MAX_TABLE_CAPACITY and SETTINGS_QPACK_BLOCKED_STREAMS, once (RFC 9204 5).
  void on_peer_settings(std::uint64_t max_table_capacity, std::uint64_t blocked_streams) {
    peer_capacity_ = max_table_capacity;
    peer_blocked_ = std::min(blocked_streams, outstanding_sections::most_blocked_streams);
    auto const capacity = static_cast<std::uint32_t>(std::min<std::uint64_t>(max_table_capacity, table_.limit()));
    if (capacity < field_overhead) return;  // RFC 9204 3.2.3: no instruction for a table that cannot hold anything
    table_.set_capacity(capacity);
    auto writer = begin_instruction(16);
    write_prefixed(writer, 0x20, 5, capacity);
    end_instruction(writer);
  }

  /// Appends the encoded section for `fields` to `section`. What goes on the encoder stream for it is `pending()`
  /// afterwards and should be sent first.
  void encode(std::uint64_t stream, std::span<field const> fields, std::vector<std::uint8_t>& section) {
    begin_section(stream);
    plan_.clear();
    for (auto const& one : fields) plan_.push_back(plan(one));
    write_section(fields, section);
    if (required_ == 0) return;
    outstanding_.add({stream, required_, oldest_});
  }

  /// The next bytes of the peer's decoder stream, cut anywhere.
  result<> on_decoder_stream(byte_view bytes) {
    while (!bytes.empty()) {
      // An instruction is short: what was cut is put together byte by byte.
      if (kept_size_ > 0) {
        kept_[kept_size_++] = bytes[0];
        bytes = bytes.subspan(1);
        byte_reader reader{byte_view{kept_}.first(kept_size_)};
        QUOIN_TRY(read_answers(reader));
        if (reader.empty()) kept_size_ = 0;
        continue;
      }
      byte_reader reader{bytes};
      QUOIN_TRY(read_answers(reader));
      bytes = reader.rest();
      std::copy(bytes.begin(), bytes.end(), kept_.begin());
      kept_size_ = bytes.size();
      return {};
    }
    return {};
  }

  /// Bytes for our encoder stream; `sent(n)` takes away the first n of them.
  [[nodiscard]] byte_view pending() const noexcept { return pending_; }
  void sent(std::size_t count) noexcept {
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count));
  }

  [[nodiscard]] dynamic_table const& table() const noexcept { return table_; }
  /// RFC 9204 2.1.4.
  [[nodiscard]] std::uint64_t known_received_count() const noexcept { return known_; }
  [[nodiscard]] std::size_t outstanding() const noexcept { return outstanding_.size(); }

 private:
  /// How one field is written; indices into the dynamic table are absolute until the Base is known.
  struct planned {
    reference table = reference::none;
    bool indexed = false;
    std::uint64_t index = 0;
  };

  static constexpr std::uint64_t no_reference = std::numeric_limits<std::uint64_t>::max();
  /// Instructions that wait for the peer's credit; beyond, the table is left as it is.
  static constexpr std::size_t most_pending = 16 * 1024;

  // ---- one section

  void begin_section(std::uint64_t stream) {
    required_ = 0;
    oldest_ = no_reference;
    refers_ = table_.capacity() > 0 && !outstanding_.full();
    if (!refers_) return;
    oldest_outstanding_ = outstanding_.oldest_reference();
    auto const blocking = outstanding_.blocked_streams(stream, known_);
    may_block_ = settings_.use == table_use::aggressive && (blocking.stream_itself || blocking.others < peer_blocked_);
    draining_ = draining_end();
  }

  planned plan(field const& one) {
    auto const fixed = find_static(one.name, one.value);
    if (fixed && fixed->value_matches && !one.sensitive) return {reference::fixed, true, fixed->index};
    auto const spelt = fixed ? planned{reference::fixed, false, fixed->index} : planned{};
    if (!refers_) return spelt;
    auto const hash = hash_of(key_, one.name, one.value);
    if (!one.sensitive)
      if (auto const index = find_or_insert(one, hash, fixed)) return refer(*index, true);
    if (auto const named = find_or_insert_name(one, hash, fixed)) return refer(*named, false);
    return spelt;
  }

  planned refer(std::uint64_t index, bool indexed) {
    required_ = std::max(required_, index + 1);
    oldest_ = std::min(oldest_, index);
    return {reference::relative, indexed, index};
  }

  /// Entries below this may be referred to by the section at hand.
  [[nodiscard]] std::uint64_t referable_end() const noexcept { return may_block_ ? table_.insert_count() : known_; }

  /// The entry to refer to for a whole field, perhaps one made for it.
  std::optional<std::uint64_t> find_or_insert(field const& one, field_hash const& hash,
                                              std::optional<static_match> const& fixed) {
    bool const seen = fields_seen_.seen_before(hash.field);
    if (auto const found = index_.find_field(table_, hash, one.name, one.value, referable_end())) {
      if (*found >= draining_ || !may_block_) return found;
      return renew(*found, hash);
    }
    // It may be there and on its way: another copy would not arrive sooner.
    if (index_.find_field(table_, hash, one.name, one.value, table_.insert_count())) return std::nullopt;
    if (!is_worth_inserting(one, seen)) return std::nullopt;
    insert(one, hash, fixed);
    return may_block_ ? std::optional{table_.insert_count() - 1} : std::nullopt;
  }

  /// The entry to take just the name from, where that is shorter than the static table's or spelling it out.
  std::optional<std::uint64_t> find_or_insert_name(field const& one, field_hash const& hash,
                                                   std::optional<static_match> const& fixed) {
    constexpr std::uint64_t one_byte_indices = 15;  // RFC 9204 4.5.4: four bits of prefix
    if (fixed && fixed->index < one_byte_indices) return std::nullopt;
    auto const named = index_.find_name(table_, hash, one.name, referable_end());
    if (fixed) return named && table_.insert_count() - *named < one_byte_indices ? named : std::nullopt;
    if (named) return named;
    // A name that comes again with other values is worth an entry without one.
    if (!names_seen_.seen_before(hash.name) || !may_block_ || !fits(size_of(one.name, {}))) return std::nullopt;
    insert({one.name, {}, false}, hash_of(key_, one.name, {}), fixed);
    return table_.insert_count() - 1;
  }

  /// RFC 9204 2.1.1.1: what is used again does not get evicted with its neighbours.
  std::uint64_t renew(std::uint64_t index, field_hash const& hash) {
    auto const entry = table_.at(index);
    auto const kept = oldest_;
    oldest_ = std::min(oldest_, index);  // not to be evicted by its own copy
    bool const possible = fits(size_of(entry.name, entry.value));
    oldest_ = kept;
    if (!possible) return index;
    auto writer = begin_instruction(16);
    write_prefixed(writer, 0x00, 5, table_.insert_count() - 1 - index);
    end_instruction(writer);
    table_.duplicate(index);
    index_.add(table_, hash);
    return table_.insert_count() - 1;
  }

  /// What came twice is likely to come again. The first time is taken for a promise, too, while there is plenty of
  /// room.
  bool is_worth_inserting(field const& one, bool seen) const {
    auto const size = size_of(one.name, one.value);
    auto const most = table_.capacity() / 4 * 3;
    if (size > most || !fits(size)) return false;
    // Until the peer has acknowledged anything, what cannot be referred to may never be.
    if (!may_block_ && known_ == 0 && table_.insert_count() > 0) return false;
    return seen || (!is_volatile(one.name) && table_.size() + size <= most);
  }

  void insert(field const& one, field_hash const& hash, std::optional<static_match> const& fixed) {
    auto writer = begin_instruction(32 + one.name.size() + one.value.size());
    auto const value = as_bytes(one.value);
    if (fixed) {
      write_prefixed(writer, 0xc0, 6, fixed->index);
      write_string(writer, 0, 8, value);
    } else if (auto const named = index_.find_name(table_, hash, one.name, table_.insert_count())) {
      write_prefixed(writer, 0x80, 6, table_.insert_count() - 1 - *named);
      write_string(writer, 0, 8, value);
    } else {
      write_string(writer, 0x40, 6, as_bytes(one.name));
      write_string(writer, 0, 8, value);
    }
    end_instruction(writer);
    table_.insert(one.name, one.value);
    index_.add(table_, hash);
  }

  /// RFC 9204 2.1.1: only entries may go that have arrived and that no section refers to any more.
  [[nodiscard]] bool fits(std::uint64_t size) const noexcept {
    if (pending_.size() > most_pending) return false;
    auto const end = std::min({known_, oldest_outstanding_, oldest_});
    std::uint64_t room = table_.capacity() - table_.size();
    for (auto index = table_.dropped(); room < size; ++index) {
      if (index >= end || !table_.contains(index)) return false;
      auto const entry = table_.at(index);
      room += size_of(entry.name, entry.value);
    }
    return true;
  }

  /// The end of the oldest part of the table, a third of it, that is soon to be evicted.
  [[nodiscard]] std::uint64_t draining_end() const noexcept {
    std::uint64_t room = table_.capacity() - table_.size();
    auto index = table_.dropped();
    for (; table_.contains(index) && room < table_.capacity() / 3; ++index) {
      auto const entry = table_.at(index);
      room += size_of(entry.name, entry.value);
    }
    return room < table_.capacity() / 3 ? table_.dropped() : index;
  }

  void write_section(std::span<field const> fields, std::vector<std::uint8_t>& section) {
    auto const before = section.size();
    std::size_t most = most_prefix_size;
    for (auto const& one : fields) most += 32 + one.name.size() + one.value.size();
    section.resize(before + most);
    byte_writer writer{byte_span{section}.subspan(before)};
    // The Base is where the references end, so that the newest entries have the smallest indices.
    write(writer, section_prefix{required_, required_}, peer_capacity_);
    for (std::size_t i = 0; i < fields.size(); ++i) write_line(writer, fields[i], plan_[i]);
    QUOIN_ASSERT(writer.ok());
    section.resize(before + writer.size());
  }

  void write_line(byte_writer& writer, field const& one, planned const& how) const {
    auto const index = how.table == reference::relative ? required_ - 1 - how.index : how.index;
    if (how.indexed)
      write_indexed(writer, how.table, index);
    else if (how.table == reference::none)
      write_literal(writer, as_bytes(one.name), as_bytes(one.value), one.sensitive);
    else
      write_with_name(writer, how.table, index, as_bytes(one.value), one.sensitive);
  }

  // ---- instructions

  byte_writer begin_instruction(std::size_t most) {
    instruction_at_ = pending_.size();
    pending_.resize(instruction_at_ + most);
    return byte_writer{byte_span{pending_}.subspan(instruction_at_)};
  }
  void end_instruction(byte_writer const& writer) {
    QUOIN_ASSERT(writer.ok());
    pending_.resize(instruction_at_ + writer.size());
  }

  // ---- the peer's answers

  result<> read_answers(byte_reader& reader) {
    while (!reader.empty()) {
      auto const one = read_decoder_instruction(reader);
      if (!one && one.error() == incomplete::truncated) return {};
      if (!one) return fail(error_code::decoder_stream_error, "QPACK: a decoder instruction is broken");
      QUOIN_TRY(apply(*one));
    }
    return {};
  }

  result<> apply(decoder_instruction const& one) {
    using kind = decoder_instruction::kind;
    if (one.what == kind::stream_cancellation) {
      outstanding_.forget(one.number);
      return {};
    }
    if (one.what == kind::section_acknowledgment) {
      auto const section = outstanding_.take_earliest(one.number);
      if (!section) return fail(error_code::decoder_stream_error, "QPACK: acknowledgment of no section");
      known_ = std::max(known_, section->required_insert_count);
      return {};
    }
    // RFC 9204 4.4.3.
    if (one.number == 0 || one.number > table_.insert_count() - known_)
      return fail(error_code::decoder_stream_error, "QPACK: increment by nothing, or beyond what was inserted");
    known_ += one.number;
    return {};
  }

  encoder_settings settings_;
  hash_key key_;
  dynamic_table table_;
  encoder_index index_;
  field_history fields_seen_;
  field_history names_seen_;
  outstanding_sections outstanding_;
  std::vector<std::uint8_t> pending_;
  std::size_t instruction_at_ = 0;
  std::array<std::uint8_t, most_decoder_instruction_size + 1> kept_{};
  std::size_t kept_size_ = 0;
  std::uint64_t peer_capacity_ = 0;
  std::uint64_t peer_blocked_ = 0;
  std::uint64_t known_ = 0;

  // of the section at hand
  std::vector<planned> plan_;
  std::uint64_t required_ = 0;
  std::uint64_t oldest_ = no_reference;
  std::uint64_t oldest_outstanding_ = no_reference;
  std::uint64_t draining_ = 0;
  bool refers_ = false;
  bool may_block_ = false;
};

}  // namespace quoin::qpack
