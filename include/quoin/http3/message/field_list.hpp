// SPDX-License-Identifier: BSL-1.0
/// \file
/// Field lines that are kept: the fields of one message or its trailers, in their order.
#pragma once

#include <quoin/qpack/field.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace quoin::http3 {

using qpack::field;

/// Copies of field lines in one piece of memory, which `clear` keeps for the next message. Views on it are good until
/// something is added or it is cleared.
class field_list {
 public:
  void add(std::string_view name, std::string_view value, bool sensitive = false) {
    lines_.push_back({text_.size(), name.size(), value.size(), sensitive});
    text_.append(name).append(value);
  }

  void clear() noexcept {
    text_.clear();
    lines_.clear();
  }

  [[nodiscard]] std::size_t size() const noexcept { return lines_.size(); }
  /// As it counts for SETTINGS_MAX_FIELD_SECTION_SIZE (RFC 9114 4.2.2).
  [[nodiscard]] std::size_t section_size() const noexcept {
    return text_.size() + lines_.size() * qpack::field_overhead;
  }
  [[nodiscard]] bool empty() const noexcept { return lines_.empty(); }

  [[nodiscard]] field operator[](std::size_t index) const noexcept {
    auto const& line = lines_[index];
    std::string_view const text{text_};
    return {text.substr(line.at, line.name), text.substr(line.at + line.name, line.value), line.sensitive};
  }

  /// The value of the first line of that name, which is in lower case.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < size(); ++i)
      if (auto const line = (*this)[i]; line.name == name) return line.value;
    return std::nullopt;
  }

  /// The values of all lines of that name, in lower case, as one (RFC 9110 5.3). Not for Set-Cookie, nor for Cookie.
  [[nodiscard]] std::optional<std::string> joined(std::string_view name) const {
    std::optional<std::string> all;
    for (std::size_t i = 0; i < size(); ++i) {
      auto const line = (*this)[i];
      if (line.name != name) continue;
      if (all) all->append(", ").append(line.value);
      if (!all) all.emplace(line.value);
    }
    return all;
  }

  class iterator {
   public:
    iterator(field_list const& of, std::size_t index) noexcept : of_(&of), index_(index) {}
    field operator*() const noexcept { return (*of_)[index_]; }
    iterator& operator++() noexcept {
      ++index_;
      return *this;
    }
    bool operator==(iterator const& other) const noexcept { return index_ == other.index_; }

   private:
    field_list const* of_;
    std::size_t index_;
  };
  [[nodiscard]] iterator begin() const noexcept { return {*this, 0}; }
  [[nodiscard]] iterator end() const noexcept { return {*this, size()}; }

  /// Bytes that are kept, memory in waiting included.
  [[nodiscard]] std::size_t held_bytes() const noexcept {
    return text_.capacity() + lines_.capacity() * sizeof(span_of_line);
  }
  /// Gives memory back that an unusually large message has taken.
  void shrink(std::size_t most) {
    if (text_.capacity() > most) text_ = {};
    if (lines_.capacity() * sizeof(span_of_line) > most) lines_ = {};
  }

 private:
  struct span_of_line {
    std::size_t at;
    std::size_t name;
    std::size_t value;
    bool sensitive;
  };
  std::string text_;
  std::vector<span_of_line> lines_;
};

}  // namespace quoin::http3
