// SPDX-License-Identifier: BSL-1.0
#include "site/access_log.hpp"

#include "failure.hpp"
#include "temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

using tool::site::access_log;
using tool::site::combined_line;
using tool::site::log_entry;

namespace {

log_entry visit() {
  return {"192.0.2.1", tool::site::sys_seconds{std::chrono::seconds{784'111'777}}, "GET / HTTP/3", 200, 12, "", "curl"};
}

}  // namespace

TEST_CASE("a line of the access log", "[site]") {
  CHECK(combined_line(visit()) ==
        "192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] \"GET / HTTP/3\" 200 12 \"-\" \"curl\"\n");
}

TEST_CASE("nobody writes a line of the access log but we", "[site]") {
  auto asked = visit();
  asked.user_agent = "a\"b\\c\nd\x1b\xff";
  CHECK(combined_line(asked).ends_with(" \"a\\x22b\\x5Cc\\x0Ad\\x1B\\xFF\"\n"));
}

TEST_CASE("a log that is moved away is begun again where it was", "[site]") {
  temporary_folder const folder;
  auto const file = folder / "log";
  {
    access_log log{file};
    log.add(visit());
    log.flush();
    std::filesystem::rename(file, folder / "old");
    log.add(visit());
    log.reopen();
    log.add(visit());
  }
  auto const line = combined_line(visit());
  CHECK(temporary_folder::read(folder / "old") == line + line);
  CHECK(temporary_folder::read(file) == line);
}

TEST_CASE("a log that cannot be written is a failure with its name", "[site]") {
  CHECK_THROWS_AS(access_log{"/no/such/folder/log"}, tool::failure);
}
