// SPDX-License-Identifier: BSL-1.0
// Needs nlohmann/json, as qlog does.
#if __has_include(<nlohmann/json.hpp>)
#include "random_run.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace quoin::property;

namespace {

/// A folder of its own that goes with it.
class scratch_folder {
 public:
  scratch_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "quoin-logs-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  scratch_folder(scratch_folder const&) = delete;
  scratch_folder& operator=(scratch_folder const&) = delete;
  [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

/// Every record of a JSON text sequence (RFC 7464); how many there are.
std::size_t check_records(std::filesystem::path const& file) {
  std::ifstream in{file, std::ios::binary};
  std::stringstream text;
  text << in.rdbuf();
  std::string record;
  std::size_t count = 0;
  std::getline(text, record, '\x1e');
  CHECK(record.empty());
  while (std::getline(text, record, '\x1e')) {
    ++count;
    if (!nlohmann::json::accept(record)) FAIL_CHECK(file << " has a record that is no JSON: " << record);
  }
  return count;
}

}  // namespace

TEST_CASE("INV-46: a run goes the same way whether it is logged or not", "[property][qlog]") {
  for (std::uint64_t const seed : {47U, 15U, 49U, 8U}) {
    scratch_folder folder;
    std::string unlogged;
    std::string logged;
    run_options options{.seed = seed, .stack = flavour::plain};
    CHECK(random_run(options, &unlogged).empty());
    options.stack = flavour::logged;
    options.qlog_folder = folder.path().string();
    CHECK(random_run(options, &logged).empty());
    INFO("QUOIN_SEED=" << seed);
    CHECK(logged == unlogged);
    std::size_t records = 0;
    for (auto const& file : std::filesystem::directory_iterator{folder.path()}) records += check_records(file.path());
    CHECK(records > 100);
  }
}

#endif
