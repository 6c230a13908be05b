// SPDX-License-Identifier: BSL-1.0
/// \file
/// Reads logs back in tests.
#pragma once

#include <quoin/qlog/qlog_observer.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

/// A folder of its own that goes away with the test.
class scratch_folder {
 public:
  scratch_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "quoin-qlog-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~scratch_folder() { std::filesystem::remove_all(path_); }
  scratch_folder(scratch_folder const&) = delete;
  scratch_folder& operator=(scratch_folder const&) = delete;

  [[nodiscard]] std::filesystem::path operator/(std::string const& name) const { return path_ / name; }
  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::string text_of(std::filesystem::path const& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// The records of a JSON text sequence (RFC 7464), each of which must be JSON.
inline std::vector<quoin::qlog::json> records_of(std::filesystem::path const& file) {
  auto const text = text_of(file);
  std::vector<quoin::qlog::json> records;
  std::size_t at = 0;
  while (at < text.size()) {
    REQUIRE(text[at] == '\x1e');
    auto const next = std::min(text.find('\x1e', at + 1), text.size());
    REQUIRE(text[next - 1] == '\n');
    records.push_back(quoin::qlog::json::parse(text.substr(at + 1, next - at - 1)));
    at = next;
  }
  return records;
}

/// The records that an observer writes when `tell(observer)` has told it its events.
template <class Tell>
std::vector<quoin::qlog::json> records_after(Tell&& tell, quoin::role self = quoin::role::client,
                                             quoin::qlog_settings const& settings = {}) {
  scratch_folder folder;
  {
    quoin::qlog_observer observer{folder / "log.sqlog", self, settings};
    tell(observer);
    CHECK(observer.writing());
  }
  return records_of(folder / "log.sqlog");
}
