// SPDX-License-Identifier: BSL-1.0
#include "qlog_reading.hpp"

#include <quoin/qlog/record_file.hpp>

using quoin::qlog::record_file;

TEST_CASE("records are framed as a JSON text sequence", "[qlog]") {
  scratch_folder folder;
  {
    record_file file{folder / "a", 1000};
    REQUIRE(file.is_open());
    file.write("{}");
    file.write("[1]");
  }
  CHECK(text_of(folder / "a") == "\x1e{}\n\x1e[1]\n");
}

TEST_CASE("records reach the system when they are flushed", "[qlog]") {
  scratch_folder folder;
  record_file file{folder / "a", 1000};
  file.write("{}");
  CHECK(text_of(folder / "a").empty());
  file.flush();
  CHECK(text_of(folder / "a") == "\x1e{}\n");
}

TEST_CASE("a file never grows beyond its limit", "[qlog]") {
  scratch_folder folder;
  {
    record_file file{folder / "a", 8};
    file.write("{}");
    CHECK(file.has_room(2));
    file.write("{}");
    CHECK_FALSE(file.has_room(0));
    file.write("");
    CHECK_FALSE(file.is_open());
    file.write("{}");
  }
  CHECK(text_of(folder / "a") == "\x1e{}\n\x1e{}\n");
}

TEST_CASE("a file that cannot be made swallows everything", "[qlog]") {
  record_file file{"/nonexistent/folder/a", 1000};
  CHECK_FALSE(file.is_open());
  file.write("{}");
  file.flush();
  file.close();
}

TEST_CASE("the first failed write ends the writing", "[qlog]") {
  if (!std::filesystem::exists("/dev/full")) SKIP("no /dev/full here");
  record_file file{"/dev/full", 1 << 20};
  REQUIRE(file.is_open());
  file.write("{}");
  file.flush();
  CHECK_FALSE(file.is_open());
  file.write("{}");
}
