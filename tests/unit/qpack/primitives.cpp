// SPDX-License-Identifier: BSL-1.0
#include <quoin/qpack/huffman.hpp>
#include <quoin/qpack/prefixed_integer.hpp>
#include <quoin/qpack/section_prefix.hpp>
#include <quoin/qpack/static_table.hpp>
#include <quoin/qpack/string_literal.hpp>

#include <catch2/catch_test_macros.hpp>

#include <random>

#include "fields.hpp"

namespace qpack = quoin::qpack;
using qpack::incomplete;
using quoin::byte_reader;
using quoin::byte_view;
using quoin::byte_writer;

namespace {

constexpr std::uint64_t read_back(std::uint64_t value, unsigned bits) {
  std::array<std::uint8_t, 16> room{};
  byte_writer writer{room};
  if (!qpack::write_prefixed(writer, 0, bits, value)) return ~value;
  if (writer.size() != qpack::prefixed_size(value, bits)) return ~value;
  byte_reader reader{writer.written()};
  auto const read = qpack::read_prefixed(reader, bits);
  return read && reader.empty() ? *read : ~value;
}

// RFC 7541 C.1 and the edges of every prefix.
static_assert(read_back(10, 5) == 10 && read_back(1337, 5) == 1337 && read_back(42, 8) == 42);
static_assert([] {
  for (unsigned bits = 1; bits <= 8; ++bits)
    for (std::uint64_t const value : {std::uint64_t{0}, (std::uint64_t{1} << bits) - 2, (std::uint64_t{1} << bits) - 1,
                                      std::uint64_t{1} << bits, quoin::varint_max - 1, quoin::varint_max})
      if (read_back(value, bits) != value) return false;
  return true;
}());

static_assert(qpack::find_static(":method", "GET")->index == 17 && qpack::find_static(":method", "GET")->value_matches);
static_assert(qpack::find_static(":status", "500")->index == 71 && qpack::find_static(":status", "500")->value_matches);
static_assert(qpack::find_static("x-frame-options", "never")->index == 97 &&
              !qpack::find_static("x-frame-options", "never")->value_matches);
static_assert(!qpack::find_static("x-unheard-of", ""));
static_assert(!qpack::static_entry_at(99) && qpack::static_entry_at(98)->value == "sameorigin");

std::optional<std::string> huffman_text(std::string_view digits) {
  std::array<std::uint8_t, 256> room{};
  auto const size = qpack::read_huffman(qpack_test::hex(digits), room);
  if (!size) return std::nullopt;
  return std::string{quoin::as_text(byte_view{room}.first(*size))};
}

incomplete why_not_an_integer(std::string_view digits) {
  auto const bytes = qpack_test::hex(digits);
  byte_reader reader{bytes};
  auto const read = qpack::read_prefixed(reader, 7);
  REQUIRE_FALSE(read);
  CHECK(reader.position() == 0);
  return read.error();
}

}  // namespace

TEST_CASE("every entry of the static table is found by its name and value", "[qpack]") {
  for (std::size_t i = 0; i < qpack::static_table_size; ++i) {
    auto const& [name, value] = qpack::static_table[i];
    auto const found = qpack::find_static(name, value);
    REQUIRE(found);
    CHECK(found->index == i);
    CHECK(found->value_matches);
  }
}

TEST_CASE("an integer that ends too early may go on, one that is too long may not", "[qpack]") {
  CHECK(why_not_an_integer("") == incomplete::truncated);
  CHECK(why_not_an_integer("7f") == incomplete::truncated);
  CHECK(why_not_an_integer("7f 80 80") == incomplete::truncated);
  // 2^62, and a small number that zeros make eleven bytes long
  CHECK(why_not_an_integer("7f 81 ff ff ff ff ff ff ff 3f") == incomplete::invalid);
  CHECK(why_not_an_integer("7f 80 80 80 80 80 80 80 80 80 00") == incomplete::invalid);
  CHECK(why_not_an_integer("7f 80 80 80 80 80 80 80 80 80") == incomplete::invalid);
}

TEST_CASE("Huffman code reads as in RFC 7541 C.4 and C.6", "[qpack]") {
  CHECK(huffman_text("f1e3 c2e5 f23a 6ba0 ab90 f4ff") == "www.example.com");
  CHECK(huffman_text("a8eb 1064 9cbf") == "no-cache");
  CHECK(huffman_text("25a8 49e9 5ba9 7d7f") == "custom-key");
  CHECK(huffman_text("d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff") == "Mon, 21 Oct 2013 20:13:21 GMT");
  CHECK(huffman_text("") == "");
}

TEST_CASE("Huffman code with EOS, too much padding or wrong padding is refused", "[qpack]") {
  CHECK_FALSE(huffman_text("ff ff ff ff"));     // EOS
  CHECK_FALSE(huffman_text("1f ff ff ff ff"));  // EOS after a symbol
  CHECK_FALSE(huffman_text("ff"));              // eight bits of padding
  CHECK_FALSE(huffman_text("1f ff"));           // 'a' and eleven bits of padding
  CHECK_FALSE(huffman_text("18"));              // 'a' and padding with zeros
  CHECK(huffman_text("1f") == "a");
}

TEST_CASE("Huffman code brings back every text and keeps to its bounds", "[qpack]") {
  std::mt19937 random{7541};
  std::vector<std::uint8_t> text, coded(400), room(400);
  for (int round = 0; round < 5000; ++round) {
    text.resize(random() % 60);
    for (auto& byte : text) byte = static_cast<std::uint8_t>(random());
    byte_writer writer{coded};
    REQUIRE(qpack::write_huffman(writer, text));
    REQUIRE(writer.size() == qpack::huffman_size(text));
    CHECK(qpack::huffman_most_symbols(writer.size()) >= text.size());
    CHECK(qpack::huffman_fewest_symbols(writer.size()) <= text.size());
    auto const size = qpack::read_huffman(writer.written(), room);
    REQUIRE(size == text.size());
    CHECK(std::equal(text.begin(), text.end(), room.begin()));
    if (!text.empty())
      CHECK_FALSE(qpack::read_huffman(writer.written(), quoin::byte_span{room}.first(text.size() - 1)));
  }
}

TEST_CASE("a string that would be too long is refused before its bytes come", "[qpack]") {
  auto const refused = [](std::string_view digits, std::uint64_t longest) {
    auto const bytes = qpack_test::hex(digits);
    byte_reader reader{bytes};
    auto const read = qpack::read_string(reader, 8, longest);
    REQUIRE_FALSE(read);
    return read.error() == incomplete::invalid;
  };
  CHECK_FALSE(refused("05", 5));
  CHECK(refused("06", 5));
  CHECK_FALSE(refused("93", 5));  // 19 bytes of Huffman code may be five symbols
  CHECK(refused("98", 5));        // 24 may not
  CHECK(refused("ff ff ff ff ff ff ff ff 7f", 1 << 20));
}

TEST_CASE("a Required Insert Count is understood near any number of insertions", "[qpack]") {
  for (std::uint64_t const capacity : {32U, 100U, 4096U})
    for (std::uint64_t inserted = 0; inserted < 900; inserted += 7)
      for (auto required = inserted > capacity / 32 ? inserted - capacity / 32 + 1 : 1;
           required <= inserted + capacity / 32; ++required) {
        std::array<std::uint8_t, qpack::most_prefix_size> room{};
        byte_writer writer{room};
        REQUIRE(qpack::write(writer, {required, required + 3}, capacity));
        byte_reader reader{writer.written()};
        auto const read = qpack::read_section_prefix(reader, inserted, capacity);
        REQUIRE(read);
        REQUIRE(read->required_insert_count == required);
        REQUIRE(read->base == required + 3);
      }
}
