// SPDX-License-Identifier: BSL-1.0
#include "url.hpp"

#include "failure.hpp"

#include <catch2/catch_test_macros.hpp>

using tool::parse_url;

TEST_CASE("a URL is cut into host, port, path and file name", "[tool]") {
  auto const plain = parse_url("https://example.org/a/b.txt");
  CHECK(plain.host == "example.org");
  CHECK(plain.port == 443);
  CHECK(plain.path == "/a/b.txt");
  CHECK(plain.file_name == "b.txt");
  CHECK(plain.authority() == "example.org:443");
}

TEST_CASE("an IPv6 address loses its brackets and gets them back for people", "[tool]") {
  auto const six = parse_url("https://[2001:db8::1]:4433/f");
  CHECK(six.host == "2001:db8::1");
  CHECK(six.port == 4433);
  CHECK(six.authority() == "[2001:db8::1]:4433");
}

TEST_CASE("the path is asked for as written, but the file is called as decoded", "[tool]") {
  auto const escaped = parse_url("https://h/a%20folder/two%20words?version=3#part");
  CHECK(escaped.path == "/a%20folder/two%20words?version=3");
  CHECK(escaped.file_name == "two words");
}

TEST_CASE("a URL need not name a file where the file is named", "[tool]") {
  CHECK(tool::parse_nameless_url("https://h").path == "/");
  CHECK(tool::parse_nameless_url("https://h?q").path == "/?q");
  CHECK(tool::parse_nameless_url("https://h:8443/a/").text() == "https://h:8443/a/");
  CHECK_THROWS_AS(tool::parse_nameless_url("http://h/"), tool::failure);
}

TEST_CASE("a reference leads on from where it was found", "[tool]") {
  auto const base = parse_url("https://h:8443/a/b/c?q=1");
  auto const led = [&](char const* reference) { return tool::resolved(base, reference).text(); };
  CHECK(led("https://other/x?y") == "https://other:443/x?y");
  CHECK(led("//other:1/x") == "https://other:1/x");
  CHECK(led("/x/y#part") == "https://h:8443/x/y");
  CHECK(led("d") == "https://h:8443/a/b/d");
  CHECK(led("./d/") == "https://h:8443/a/b/d/");
  CHECK(led("../d") == "https://h:8443/a/d");
  CHECK(led("../../../d?e=/../f") == "https://h:8443/d?e=/../f");
  CHECK(led("..") == "https://h:8443/a/");
  CHECK(led("?q=2") == "https://h:8443/a/b/c?q=2");
  CHECK(led("#part") == "https://h:8443/a/b/c?q=1");
  CHECK_THROWS_AS(tool::resolved(base, "http://h/x"), tool::failure);
  CHECK_THROWS_AS(tool::resolved(base, "/a b"), tool::failure);
}

TEST_CASE("a URL that could mislead is refused", "[tool]") {
  for (auto const* const text : {"",
                                 "h/f",
                                 "http://h/f",
                                 "https://",
                                 "https:///f",
                                 "https://h",
                                 "https://h/",
                                 "https://h?f",
                                 "https://h:/f",
                                 "https://h:0/f",
                                 "https://h:65536/f",
                                 "https://h:1x/f",
                                 "https://[::1/f",
                                 "https://[::1]x/f",
                                 "https://u@h/f",
                                 "https://h/..",
                                 "https://h/.",
                                 "https://h/%2e%2e",
                                 "https://h/a%2fb",
                                 "https://h/a%00b",
                                 "https://h/%4",
                                 "https://h/%zz",
                                 "https://h/a b",
                                 "https://h/a\r\nGET /b"}) {
    INFO(text);
    try {
      parse_url(text);
      FAIL("was taken");
    } catch (tool::failure const& refused) {
      CHECK(refused.code() == tool::exit_code::bad_url);
      CHECK(std::string{refused.what()}.find("bad URL") == 0);
    }
  }
}
