// SPDX-License-Identifier: BSL-1.0
/// \file
/// Whether a request still wants what there is (RFC 9110 13).
#pragma once

#include "date.hpp"

namespace tool::site {

/// What tells one state of a representation from another (RFC 9110 8.8).
struct validators {
  std::string_view etag;  ///< with its quotes; strong
  sys_seconds modified;
};

/// The fields of a request that make it conditional.
struct condition_fields {
  std::optional<std::string> if_match{};
  std::optional<std::string> if_none_match{};
  std::optional<std::string> if_modified_since{};
  std::optional<std::string> if_unmodified_since{};
  std::optional<std::string> if_range{};
};

enum class verdict { go_on, not_modified, precondition_failed };

/// For GET and HEAD, in the order of RFC 9110 13.2.2. Dates that cannot be read ask nothing.
verdict judged(condition_fields const& asked, validators const& there, sys_seconds now);

/// Whether a Range may be followed: the client's part is one of this very state (RFC 9110 13.1.5). A date counts only
/// when it is old enough to be a strong validator (RFC 9110 8.8.2.2).
bool range_applies(std::optional<std::string> const& if_range, validators const& there, sys_seconds now);

}  // namespace tool::site
