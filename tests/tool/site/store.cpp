// SPDX-License-Identifier: BSL-1.0
#include "site/store.hpp"

#include "temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace tool;
using namespace std::chrono_literals;

namespace {

struct stored {
  temporary_folder folder;
  served_folder served{folder.path()};
  site::store::time now{};

  std::shared_ptr<site::document const> of(site::store& store, std::string const& path) const {
    std::shared_ptr<site::document const> found;
    store.find(path, now, found);
    return found;
  }
};

}  // namespace

TEST_CASE("a document is the same one for a moment, and then what the folder has", "[site]") {
  stored s;
  s.folder.write("file", "old");
  site::store store{s.served};
  auto const first = s.of(store, "file");
  REQUIRE(first);
  s.folder.write("file", "newer");
  CHECK(s.of(store, "file") == first);
  s.now += 1001ms;
  auto const second = s.of(store, "file");
  CHECK(quoin::as_text(second->plain->bytes) == "newer");
  CHECK(second->plain->etag != first->plain->etag);
  CHECK(quoin::as_text(first->plain->bytes) == "old");
  std::filesystem::remove(s.folder / "file");
  s.now += 1001ms;
  CHECK_FALSE(s.of(store, "file"));
  CHECK(store.size() == 0);
}

TEST_CASE("what was asked for last stays when there is too much", "[site]") {
  stored s;
  for (auto const* const name : {"a", "b", "c", "big", "bigger"}) s.folder.write(name, std::string(100, *name));
  SECTION("by number") {
    site::store store{s.served, {.documents = 2}};
    auto const a = s.of(store, "a");
    auto const b = s.of(store, "b");
    CHECK(s.of(store, "a") == a);
    static_cast<void>(s.of(store, "c"));
    CHECK(store.size() == 2);
    CHECK(s.of(store, "a") == a);
    CHECK(s.of(store, "b") != b);
  }
  SECTION("by bytes") {
    site::store store{s.served, {.bytes = 250}};
    for (auto const* const name : {"a", "b", "c"}) REQUIRE(s.of(store, name));
    CHECK(store.size() == 2);
  }
  SECTION("by open files") {
    site::store store{s.served, {.open_files = 1, .document = {.small = 10}}};
    auto const big = s.of(store, "big");
    CHECK(big->plain->file.valid());
    REQUIRE(s.of(store, "bigger"));
    CHECK(store.size() == 1);
    CHECK(big->plain->file.valid());  // for whoever is sending it
  }
}

TEST_CASE("folders and what is missing are not kept", "[site]") {
  stored s;
  s.folder.write("folder/file", "x");
  site::store store{s.served};
  CHECK(s.of(store, "folder")->directory);
  CHECK(s.of(store, "")->directory);
  CHECK_FALSE(s.of(store, "nothing"));
  CHECK(store.size() == 0);
}

TEST_CASE("codings of a file that are no older than it belong to it", "[site]") {
  stored s;
  auto const plain = s.folder.write("page.html", "plain");
  auto const gz = s.folder.write("page.html.gz", "zipped");
  auto const br = s.folder.write("page.html.br", "stale");
  std::filesystem::last_write_time(br, std::filesystem::last_write_time(plain) - 1s);
  std::filesystem::last_write_time(gz, std::filesystem::last_write_time(plain));
  site::store store{s.served};
  auto const found = s.of(store, "page.html");
  CHECK(found->there() == site::coding_set{false, false, true});
  CHECK(found->coded[2]->etag != found->plain->etag);
  CHECK(s.of(store, "page.html.gz")->there() == site::coding_set{});
}
