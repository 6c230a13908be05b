// SPDX-License-Identifier: BSL-1.0
#include <quoin/flow/flow_control.hpp>

#include <catch2/catch_test_macros.hpp>

using quoin::send_credit;

TEST_CASE("a limit that is not larger than before has no effect", "[flow][rfc9000]") {
  send_credit credit{100};
  credit.use(100);
  CHECK_FALSE(credit.raise(100));
  CHECK_FALSE(credit.raise(99));
  CHECK(credit.available() == 0);
  CHECK(credit.raise(150));
  CHECK(credit.available() == 50);
  CHECK(credit.used() == 100);
}

TEST_CASE("being blocked is reported once for each limit", "[flow][rfc9000]") {
  send_credit credit{10};
  CHECK_FALSE(credit.owes_report());
  credit.note_blocked();
  CHECK(credit.owes_report());
  credit.on_report_sent();
  credit.note_blocked();
  CHECK_FALSE(credit.owes_report());
  credit.raise(20);
  CHECK_FALSE(credit.owes_report());
  credit.note_blocked();
  CHECK(credit.owes_report());
}

TEST_CASE("a lost report is owed again only while its limit stands", "[flow][rfc9000]") {
  send_credit credit{10};
  credit.note_blocked();
  credit.on_report_sent();
  credit.on_report_lost(9);
  CHECK_FALSE(credit.owes_report());
  credit.on_report_lost(10);
  CHECK(credit.owes_report());
  credit.on_report_sent();
  credit.raise(20);
  credit.on_report_lost(10);
  CHECK_FALSE(credit.owes_report());
}

TEST_CASE("credit that was not needed can be used again", "[flow][rfc9000]") {
  send_credit credit{10};
  credit.use(10);
  credit.give_back(4);
  CHECK(credit.available() == 4);
  CHECK(credit.used() == 6);
}
