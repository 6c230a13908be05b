// SPDX-License-Identifier: BSL-1.0
#include "session_file.hpp"

#include "failure.hpp"
#include "temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {

std::vector<quoin::client_session> two_sessions() {
  return {{quoin::version::v1, "a.test", "hq", {1, 2}, {3}, {4, 5, 6}}, {quoin::version::v2, "b.test", "h3", {}, {}, {7}}};
}

}  // namespace

TEST_CASE("sessions are read as they were written, by their owner only", "[tool][session]") {
  temporary_folder const folder;
  tool::session_file const file{folder / "sessions"};
  CHECK(file.load().empty());
  file.save(two_sessions());
  CHECK(file.load() == two_sessions());
  CHECK((std::filesystem::status(folder / "sessions").permissions() & std::filesystem::perms{077}) ==
        std::filesystem::perms::none);
  file.save({});
  CHECK(file.load().empty());
}

TEST_CASE("a session file that was cut or changed gives no session", "[tool][session]") {
  temporary_folder const folder;
  tool::session_file const file{folder / "sessions"};
  file.save(two_sessions());
  auto const whole = temporary_folder::read(folder / "sessions");
  auto const owner_only = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    folder.write("sessions", whole.substr(0, size));
    std::filesystem::permissions(folder / "sessions", owner_only);
    CHECK(file.load().empty());
  }
}

TEST_CASE("what cannot be read or written is said with its name", "[tool][session]") {
  temporary_folder const folder;
  CHECK_THROWS_AS(tool::session_file{folder / "no/such/folder"}.save({}), tool::failure);
  CHECK_THROWS_AS(tool::session_file{folder.path()}.load(), tool::failure);
  folder.write("open", "");
  CHECK_THROWS_AS(tool::session_file{folder / "open"}.load(), tool::failure);
  CHECK(tool::session_file{{}}.load().empty());
}
