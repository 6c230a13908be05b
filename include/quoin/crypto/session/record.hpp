// SPDX-License-Identifier: BSL-1.0
/// \file
/// Plain records of numbers and counted bytes: how sessions and tickets are written down.
#pragma once

#include <quoin/base/byte_reader.hpp>
#include <quoin/core/time.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace quoin {

/// Appends to a vector of its own. A field of bytes has at most 65535 of them; a longer one spoils the record.
class record_writer {
 public:
  record_writer& number(std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * (size - 1 - i))));
    return *this;
  }
  record_writer& bytes(byte_view value) {
    ok_ = ok_ && value.size() <= 0xffff;
    number(value.size(), 2);
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    return *this;
  }
  record_writer& text(std::string_view value) { return bytes(as_bytes(value)); }
  record_writer& time(wall_time at) { return number(static_cast<std::uint64_t>(at.time_since_epoch().count()), 8); }

  /// The record; empty when it cannot be written.
  [[nodiscard]] std::vector<std::uint8_t> take() { return ok_ ? std::move(bytes_) : std::vector<std::uint8_t>{}; }

 private:
  std::vector<std::uint8_t> bytes_;
  bool ok_ = true;
};

/// Reads what a `record_writer` wrote. After something missing everything is empty and `whole()` is false.
class record_reader {
 public:
  explicit record_reader(byte_view bytes) noexcept : in_(bytes) {}

  std::uint64_t number(std::size_t size) noexcept {
    auto const field = take(size);
    std::uint64_t value = 0;
    for (auto const byte : field) value = value << 8 | byte;
    return value;
  }
  byte_view view() noexcept { return take(static_cast<std::size_t>(number(2))); }
  std::vector<std::uint8_t> bytes() {
    auto const field = view();
    return {field.begin(), field.end()};
  }
  std::string text() { return std::string{as_text(view())}; }
  /// Times before 1970 and after the year 292,277,026 are as good as none.
  wall_time time() noexcept {
    auto const count = number(8);
    ok_ = ok_ && count <= static_cast<std::uint64_t>(wall_time::max().time_since_epoch().count()) / 2;
    return wall_time{} + std::chrono::milliseconds{ok_ ? static_cast<std::int64_t>(count) : 0};
  }

  /// Whether everything was there, and nothing more.
  [[nodiscard]] bool whole() const noexcept { return ok_ && in_.empty(); }

 private:
  byte_view take(std::size_t size) noexcept {
    auto const field = ok_ ? in_.bytes(size) : std::nullopt;
    ok_ = field.has_value();
    return field.value_or(byte_view{});
  }

  byte_reader in_;
  bool ok_ = true;
};

}  // namespace quoin
