// SPDX-License-Identifier: BSL-1.0
#include "condition.hpp"

#include "list.hpp"

namespace tool::site {
namespace {

using std::chrono::seconds;

/// A date is the same for all that happens in its second; after a minute nothing more does (RFC 9110 8.8.2.2).
constexpr seconds settled_after{60};

enum class comparison { strong, weak };

bool lists(std::string_view field, std::string_view etag, comparison how) {
  if (trimmed(field) == "*") return true;
  for (auto element : list_elements{field}) {
    if (element.starts_with("W/")) {
      if (how == comparison::strong) continue;
      element = element.substr(2);
    }
    if (element == etag) return true;
  }
  return false;
}

bool changed_since(std::string_view field, sys_seconds modified, sys_seconds now, bool otherwise) {
  auto const since = parsed_date(field, now);
  return since ? modified > *since : otherwise;
}

}  // namespace

verdict judged(condition_fields const& asked, validators const& there, sys_seconds now) {
  if (asked.if_match) {
    if (!lists(*asked.if_match, there.etag, comparison::strong)) return verdict::precondition_failed;
  } else if (asked.if_unmodified_since && changed_since(*asked.if_unmodified_since, there.modified, now, false)) {
    return verdict::precondition_failed;
  }
  if (asked.if_none_match) {
    if (lists(*asked.if_none_match, there.etag, comparison::weak)) return verdict::not_modified;
  } else if (asked.if_modified_since && !changed_since(*asked.if_modified_since, there.modified, now, true)) {
    return verdict::not_modified;
  }
  return verdict::go_on;
}

bool range_applies(std::optional<std::string> const& if_range, validators const& there, sys_seconds now) {
  if (!if_range) return true;
  if (if_range->find('"') != std::string::npos) return trimmed(*if_range) == there.etag;
  auto const date = parsed_date(trimmed(*if_range), now);
  return date && *date == there.modified && there.modified + settled_after <= now;
}

}  // namespace tool::site
