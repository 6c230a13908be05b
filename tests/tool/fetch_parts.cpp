// SPDX-License-Identifier: BSL-1.0
#include "failure.hpp"
#include "fetch/content_range.hpp"
#include "fetch/plan.hpp"
#include "fetch/upload.hpp"
#include "temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace tool;

TEST_CASE("a part of a file is read as it is said", "[tool][rfc9110]") {
  auto const part = fetch::read_content_range("bytes 10-19/100");
  REQUIRE(part);
  CHECK(part->first == 10u);
  CHECK(part->last == 19u);
  CHECK(part->whole == 100u);
  CHECK_FALSE(fetch::read_content_range("bytes 0-0/*")->whole);
  auto const none = fetch::read_content_range("bytes */100");
  REQUIRE(none);
  CHECK_FALSE(none->first);
  for (auto const* const text : {"", "bytes", "bytes ", "bytes 1-2", "bytes 2-1/9", "bytes 1-9/9", "bytes -1/9",
                                 "bytes */*", "items 1-2/9", "bytes 1-2/x", "bytes 1-99999999999999999999/*"}) {
    INFO(text);
    CHECK_FALSE(fetch::read_content_range(text));
  }
}

TEST_CASE("fields stand in the place of the usual ones", "[tool]") {
  auto const fields = fetch::request_fields({"Accept: text/html", "X-A:1", "user-agent:"}, true, false);
  std::string text;
  for (auto const& line : fields) text += line.name + "=" + line.value + ";";
  CHECK(text == "content-type=application/x-www-form-urlencoded;accept=text/html;x-a=1;");
}

TEST_CASE("content is read by pieces, and its length is held to", "[tool]") {
  temporary_folder const folder;
  std::string const all(200'000, 'u');
  folder.write("file", all);
  fetch::upload file{"@" + (folder / "file").string()};
  CHECK(file.size() == all.size());
  std::string got;
  while (!file.ended()) {
    auto const bytes = file.next().first(std::min<std::size_t>(file.next().size(), 1000));
    got += quoin::as_text(bytes);
    file.took(bytes.size());
  }
  CHECK(got == all);
  CHECK(file.problem().empty());

  fetch::upload shrunk{"@" + (folder / "file").string()};
  std::filesystem::resize_file(folder / "file", 10);
  while (!shrunk.ended() && shrunk.problem().empty()) shrunk.took(shrunk.next().size());
  CHECK(shrunk.problem().find("changed") != std::string::npos);

  fetch::upload text{"text"};
  CHECK(text.size() == 4u);
  CHECK(quoin::as_text(text.next()) == "text");
}
