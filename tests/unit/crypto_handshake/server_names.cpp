// SPDX-License-Identifier: BSL-1.0
#include <quoin/crypto/server_names.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;

namespace {

using numbers = server_name_index::numbers;

numbers found(server_name_index const& index, std::string_view name) {
  auto const* const who = index.find(normalized_server_name(name));
  return who != nullptr ? *who : numbers{};
}

}  // namespace

TEST_CASE("a server name has one spelling", "[server_names][rfc6066]") {
  CHECK(normalized_server_name("WWW.Example.ORG") == "www.example.org");
  CHECK(normalized_server_name("www.example.org.") == "www.example.org");
  CHECK(normalized_server_name("www.example.org..") == "www.example.org.");
  CHECK(normalized_server_name(".") == ".");
  CHECK(normalized_server_name("").empty());
  CHECK(normalized_server_name("B\xc3\x9cRO@[`{") == "b\xc3\x9cro@[`{");
}

TEST_CASE("a whole name comes before a wildcard, and a wildcard stands for one label", "[server_names][rfc9525]") {
  server_name_index index;
  index.add("*.Example.org", 0);
  index.add("www.example.org", 1);
  index.add("example.org", 2);
  CHECK(found(index, "www.example.org") == numbers{1});
  CHECK(found(index, "other.example.org") == numbers{0});
  CHECK(found(index, "OTHER.EXAMPLE.ORG.") == numbers{0});
  CHECK(found(index, "example.org") == numbers{2});
  for (auto const* const name : {"a.b.example.org", ".example.org", "org", "", ".", "xexample.org", "*.example.com"})
    CHECK(found(index, name).empty());
}

TEST_CASE("several that have a name come in the order in which they were added", "[server_names]") {
  server_name_index index;
  index.add("a.test", 4);
  index.add("a.test", 4);
  index.add("A.test.", 2);
  CHECK(found(index, "a.test") == numbers{4, 2});
}
