// SPDX-License-Identifier: BSL-1.0
#include "part_file.hpp"

#include "temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <utility>

using tool::part_file;

TEST_CASE("a download has its name only once it is complete", "[tool]") {
  temporary_folder const folder;
  std::string const block(700'000, 'q');
  part_file part{folder / "file"};
  REQUIRE(part.append(quoin::as_bytes(block)));
  CHECK(std::filesystem::exists(folder / "file.part"));
  CHECK_FALSE(std::filesystem::exists(folder / "file"));
  REQUIRE(part.append(quoin::as_bytes("end")));
  REQUIRE(part.commit());
  CHECK(temporary_folder::read(folder / "file") == block + "end");
  CHECK_FALSE(std::filesystem::exists(folder / "file.part"));
}

TEST_CASE("an empty download is a file", "[tool]") {
  temporary_folder const folder;
  part_file part{folder / "file"};
  REQUIRE(part.commit());
  CHECK(std::filesystem::file_size(folder / "file") == 0);
}

TEST_CASE("a download that is given up leaves what was there before", "[tool]") {
  temporary_folder const folder;
  folder.write("file", "old");
  {
    part_file part{folder / "file"};
    REQUIRE(part.append(quoin::as_bytes(std::string(700'000, 'n'))));
    part_file const moved{std::move(part)};
    CHECK(moved.size() == 700'000);
  }
  CHECK(temporary_folder::read(folder / "file") == "old");
  CHECK_FALSE(std::filesystem::exists(folder / "file.part"));
}

TEST_CASE("a disk that refuses is a problem with the file's name, once and for all", "[tool]") {
  temporary_folder const folder;
  part_file part{folder / "no/such/folder/file"};
  CHECK_FALSE(part.commit());
  CHECK(part.problem().find("file.part") != std::string::npos);
  CHECK_FALSE(part.append(quoin::as_bytes("x")));
}

TEST_CASE("a link in the part's place is not followed", "[tool]") {
  temporary_folder const folder;
  folder.write("precious", "precious");
  std::filesystem::create_symlink("precious", folder / "file.part");
  part_file part{folder / "file"};
  CHECK_FALSE(part.commit());
  CHECK(temporary_folder::read(folder / "precious") == "precious");
}

TEST_CASE("a part that is known by a tag stays, and is gone on with", "[tool]") {
  temporary_folder const folder;
  {
    part_file part{folder / "file"};
    CHECK_FALSE(part.kept());
    REQUIRE(part.keep("https://h/file", "\"1\""));
    REQUIRE(part.append(quoin::as_bytes("one ")));
  }
  part_file part{folder / "file"};
  auto const kept = part.kept();
  REQUIRE(kept);
  CHECK(kept->size == 4);
  CHECK(kept->url == "https://h/file");
  CHECK(kept->tag == "\"1\"");
  REQUIRE(part.go_on(*kept));
  REQUIRE(part.append(quoin::as_bytes("two")));
  REQUIRE(part.commit());
  CHECK(temporary_folder::read(folder / "file") == "one two");
  CHECK_FALSE(std::filesystem::exists(folder / "file.part.from"));
}

TEST_CASE("what is written anew is a part of nothing known", "[tool]") {
  temporary_folder const folder;
  folder.write("file.part", "old");
  folder.write("file.part.from", "https://h/file\n\"1\"\n");
  {
    part_file part{folder / "file"};
    REQUIRE(part.kept());
    REQUIRE(part.append(quoin::as_bytes(std::string(700'000, 'n'))));
    CHECK_FALSE(part.kept());
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a note that is not whole tells nothing", "[tool]") {
  temporary_folder const folder;
  folder.write("file.part", "old");
  for (auto const* const note : {"", "https://h/file", "https://h/file\n", "https://h/file\n\"1\""}) {
    folder.write("file.part.from", note);
    CHECK_FALSE(part_file{folder / "file"}.kept());
  }
}
