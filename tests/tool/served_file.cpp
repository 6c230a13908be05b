// SPDX-License-Identifier: BSL-1.0
#include "served_file.hpp"

#include "failure.hpp"
#include "temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <sys/stat.h>

using tool::open_outcome;

TEST_CASE("files below the folder are opened, small ones and mapped ones alike", "[tool]") {
  temporary_folder const folder;
  std::string const big(3'000'000, 'b');
  folder.write("empty", "");
  folder.write("small", "abc");
  folder.write("deep/er/big", big);
  tool::served_folder const served{folder.path()};
  tool::file_content file;
  REQUIRE(served.open("empty", file) == open_outcome::opened);
  CHECK(file.bytes.empty());
  REQUIRE(served.open("small", file) == open_outcome::opened);
  CHECK(quoin::as_text(file.bytes) == "abc");
  REQUIRE(served.open("deep/er/big", file) == open_outcome::opened);
  CHECK(quoin::as_text(file.bytes) == big);
}

TEST_CASE("a file's bytes outlive its name", "[tool]") {
  temporary_folder const folder;
  std::string const content(1'000'000, 'x');
  auto const name = folder.write("file", content);
  tool::served_folder const served{folder.path()};
  tool::file_content file;
  REQUIRE(served.open("file", file) == open_outcome::opened);
  std::filesystem::remove(name);
  CHECK(quoin::as_text(file.bytes) == content);
}

TEST_CASE("no path and no link leads out of the folder", "[tool]") {
  temporary_folder const folder;
  folder.write("secret", "secret");
  folder.write("root/plain", "plain");
  std::filesystem::create_symlink("../secret", folder / "root/out");
  std::filesystem::create_symlink(folder / "secret", folder / "root/absolute");
  std::filesystem::create_directory_symlink("..", folder / "root/up");
  std::filesystem::create_symlink("plain", folder / "root/inside");
  tool::served_folder const served{folder / "root"};
  tool::file_content file;
  for (auto const* const path : {"../secret", "up/secret", "out", "absolute", "/etc/passwd", "", ".", "..", "plain/..",
                                 "./plain", "x/../plain", "plain/", "//plain"}) {
    INFO(path);
    CHECK(served.open(path, file) != open_outcome::opened);
  }
  CHECK(served.open(std::string_view{"plain\0x", 7}, file) != open_outcome::opened);
  CHECK(served.open("inside", file) == open_outcome::opened);
}

TEST_CASE("only regular files are served, and a pipe does not hold up the server", "[tool]") {
  temporary_folder const folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  std::filesystem::create_directory(folder / "folder");
  tool::served_folder const served{folder.path()};
  tool::file_content file;
  CHECK(served.open("pipe", file) == open_outcome::not_found);
  CHECK(served.open("folder", file) == open_outcome::not_found);
  CHECK(served.open("nothing", file) == open_outcome::not_found);
}

TEST_CASE("a root that is not there is refused by name", "[tool]") {
  CHECK_THROWS_AS(tool::served_folder{"/no/such/folder"}, tool::failure);
}
