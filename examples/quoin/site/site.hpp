// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a folder answers to requests, whatever version of HTTP they come by (RFC 9110).
#pragma once

#include "content.hpp"
#include "store.hpp"
#include "target.hpp"

#include <functional>
#include <map>
#include <string_view>
#include <utility>

namespace tool::site {

/// What there is to know of a request. Fields that came on several lines are joined (RFC 9110 5.3).
struct asked {
  std::string_view method;
  std::string_view target;
  condition_fields conditions;
  std::optional<std::string> range;
  std::string accept_encoding;
};

/// The same, with the fields from `joined(name)`, which gives a `std::optional<std::string>`.
template <class Joined>
asked asked_for(std::string_view method, std::string_view target, Joined&& joined) {
  return {method,
          target,
          {joined("if-match"), joined("if-none-match"), joined("if-modified-since"), joined("if-unmodified-since"),
           joined("if-range")},
          joined("range"),
          joined("accept-encoding").value_or("")};
}

struct answer {
  unsigned status = 200;
  /// In lower case, and without content-length, which is `length`.
  std::vector<std::pair<std::string_view, std::string>> fields;
  /// What content-length says; nothing where there is none to send (RFC 9110 8.6).
  std::optional<std::uint64_t> length;
  content body;  ///< empty for HEAD
};

/// One reading of the clocks.
struct moment {
  store::time monotonic = std::chrono::steady_clock::now();
  sys_seconds date = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
};

struct site_settings {
  bool hidden_files = false;  ///< names that begin with a dot, too
  bool listings = true;       ///< of folders without an index.html
};

/// What is made anew for each request; no cache keeps it.
struct made_page {
  std::string media_type;
  std::function<std::string()> make;  ///< may be called by several threads at once
};

/// Several threads may ask it.
class responder {
 public:
  /// `folder` must outlive it.
  explicit responder(served_folder const& folder, site_settings settings = {}, store_limits limits = {})
      : store_(folder, limits), settings_(settings) {}

  /// Answers with this where a request's path is `path`, which is as in `target`, instead of looking into the folder.
  /// Before the first request.
  void add_page(std::string path, made_page page) { pages_.insert_or_assign(std::move(path), std::move(page)); }

  answer respond(asked const& request, moment const& now = {});
  [[nodiscard]] served_folder const& folder() const { return store_.folder(); }

 private:
  answer of_path(asked const& request, target const& wanted, moment const& now);
  answer of_directory(asked const& request, target const& wanted, moment const& now);

  store store_;
  site_settings settings_;
  std::map<std::string, made_page, std::less<>> pages_;
};

}  // namespace tool::site
