// SPDX-License-Identifier: BSL-1.0
/// \file
/// Fields that are lists (RFC 9110 5.6.1).
#pragma once

#include "../text.hpp"

#include <string_view>

namespace tool::site {

/// The elements between commas, for a range-for loop; commas in quoted strings divide nothing, and empty elements are
/// left out, as recipients have to.
class list_elements {
 public:
  explicit constexpr list_elements(std::string_view list) : list_(list) {}

  class iterator {
   public:
    constexpr iterator() = default;
    explicit constexpr iterator(std::string_view rest) : rest_(rest) { ++*this; }
    constexpr std::string_view operator*() const { return element_; }
    constexpr iterator& operator++() {
      element_ = {};
      while (!rest_.empty() && element_.empty()) {
        auto const end = end_of_element(rest_);
        element_ = trimmed(rest_.substr(0, end));
        rest_ = end == rest_.size() ? std::string_view{} : rest_.substr(end + 1);
      }
      return *this;
    }
    /// There is only one thing to compare with: the end.
    constexpr bool operator==(iterator const&) const { return element_.empty(); }

   private:
    static constexpr std::size_t end_of_element(std::string_view text) {
      bool quoted = false;
      for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') quoted = !quoted;
        if (quoted && text[i] == '\\') ++i;
        if (!quoted && text[i] == ',') return i;
      }
      return text.size();
    }

    std::string_view rest_;
    std::string_view element_;
  };

  [[nodiscard]] constexpr iterator begin() const { return iterator{list_}; }
  [[nodiscard]] constexpr iterator end() const { return {}; }

 private:
  std::string_view list_;
};

}  // namespace tool::site
