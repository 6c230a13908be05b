// SPDX-License-Identifier: BSL-1.0
// What a peer's encoder must not say, with the code that answers it.
#include "fields.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>

using qpack_test::decode;
using qpack_test::field_list;
using qpack_test::hex;
namespace qpack = quoin::qpack;
using code = qpack::error_code;

namespace {

constexpr std::string_view capacity_220 = "3f bd 01";
constexpr std::string_view authority = "c0 0f 7777 772e 6578 616d 706c 652e 636f 6d";  // 57 bytes of table

qpack::decoder make(std::uint32_t capacity = 220, std::uint32_t blocked = 2) {
  return qpack::decoder{{.max_table_capacity = capacity, .blocked_streams = blocked, .max_section_size = 4096}};
}

code refusal_of_instructions(std::string_view digits, std::uint32_t capacity = 220) {
  auto decoder = make(capacity);
  auto const outcome = decoder.on_encoder_stream(hex(digits));
  REQUIRE_FALSE(outcome);
  return outcome.error().code;
}

/// The error of a section for a table with two entries.
code refusal_of_section(std::string_view digits, std::uint32_t capacity = 220) {
  auto decoder = make(capacity);
  if (capacity > 0) {
    REQUIRE(
        decoder.on_encoder_stream(hex(std::string{capacity_220} + std::string{authority} + std::string{authority})));
  }
  auto const outcome = decode(decoder, 0, hex(digits)).outcome;
  REQUIRE_FALSE(outcome);
  return outcome.error().code;
}

}  // namespace

TEST_CASE("encoder instructions that nobody may give are QPACK_ENCODER_STREAM_ERROR", "[qpack]") {
  auto const with_entry = [](std::string_view more) {
    return std::string{capacity_220} + std::string{authority} + std::string{more};
  };
  SECTION("a capacity above the maximum") {
    CHECK(refusal_of_instructions("3f be 01") == code::encoder_stream_error);
  }
  SECTION("an insertion while the capacity is 0") {
    CHECK(refusal_of_instructions(authority) == code::encoder_stream_error);
    CHECK(refusal_of_instructions("c1 01 61", 0) == code::encoder_stream_error);
  }
  SECTION("an entry larger than the capacity") {
    CHECK(refusal_of_instructions("3f 09" + std::string{authority}) == code::encoder_stream_error);
  }
  SECTION("a duplicate of an entry that is not there") {
    CHECK(refusal_of_instructions(with_entry("01")) == code::encoder_stream_error);
    CHECK(refusal_of_instructions("00") == code::encoder_stream_error);
  }
  SECTION("a duplicate of an entry that has been evicted") {
    std::string four;
    for (int i = 0; i < 4; ++i) four += authority;  // 228 bytes: the first is gone
    CHECK(refusal_of_instructions(std::string{capacity_220} + four + "03") == code::encoder_stream_error);
  }
  SECTION("a name that is not in the table") {
    CHECK(refusal_of_instructions(with_entry("81 01 61")) == code::encoder_stream_error);
    CHECK(refusal_of_instructions(with_entry("ff 24 01 61")) == code::encoder_stream_error);  // static entry 99
    CHECK(refusal_of_instructions(with_entry("ff 24")) == code::encoder_stream_error);        // known before the value
  }
  SECTION("a literal that can never fit, before it has come") {
    CHECK(refusal_of_instructions("3f bd 01 c1 7f 3e") == code::encoder_stream_error);
    CHECK(refusal_of_instructions("3f bd 01 5f 9e 01") == code::encoder_stream_error);
  }
  SECTION("integers beyond 62 bits, or with endless padding") {
    CHECK(refusal_of_instructions("3f ff ff ff ff ff ff ff ff 7f") == code::encoder_stream_error);
    CHECK(refusal_of_instructions("3f 80 80 80 80 80 80 80 80 80 80") == code::encoder_stream_error);
  }
  SECTION("broken Huffman code") {
    CHECK(refusal_of_instructions("3f bd 01 c1 81 ff") == code::encoder_stream_error);
    CHECK(refusal_of_instructions("3f bd 01 61 ff 00") == code::encoder_stream_error);
  }
}

TEST_CASE("sections that nobody may send are QPACK_DECOMPRESSION_FAILED", "[qpack]") {
  SECTION("shorter than the prefix") {
    CHECK(refusal_of_section("") == code::decompression_failed);
    CHECK(refusal_of_section("00") == code::decompression_failed);
    CHECK(refusal_of_section("ff") == code::decompression_failed);
  }
  SECTION("static index 99") {
    CHECK(refusal_of_section("0000 ff24") == code::decompression_failed);
  }
  SECTION("references at or beyond the Required Insert Count") {
    CHECK(refusal_of_section("0200 10") == code::decompression_failed);        // post-Base 0 is entry 1, count is 1
    CHECK(refusal_of_section("0201 80") == code::decompression_failed);        // Base 2, relative 0 is entry 1
    CHECK(refusal_of_section("0000 80") == code::decompression_failed);        // no reference allowed at all
    CHECK(refusal_of_section("0300 00 01 61") == code::decompression_failed);  // a post-Base name
  }
  SECTION("references below the first entry") {
    CHECK(refusal_of_section("0300 82") == code::decompression_failed);
  }
  SECTION("a Required Insert Count that is smaller or larger than needed") {
    CHECK(refusal_of_section("0200 80 10") == code::decompression_failed);
    CHECK(refusal_of_section("0300 81") == code::decompression_failed);
    CHECK(refusal_of_section("0200 d1") == code::decompression_failed);
  }
  SECTION("an Encoded Insert Count that no encoder writes") {
    CHECK(refusal_of_section("0d00 80") == code::decompression_failed);  // more than twice six entries
    CHECK(refusal_of_section("0c00 80") == code::decompression_failed);  // 11 is too far from 2
    CHECK(refusal_of_section("0100 80") == code::decompression_failed);  // decodes to 0 or 12
    CHECK(refusal_of_section("0100", 0) == code::decompression_failed);  // the capacity is 0
  }
  SECTION("a negative Base") {
    CHECK(refusal_of_section("0281 10") == code::decompression_failed);
  }
  SECTION("strings beyond the section") {
    CHECK(refusal_of_section("0000 51 0b 2f") == code::decompression_failed);
    CHECK(refusal_of_section("0000 27 05 61 62") == code::decompression_failed);
    CHECK(refusal_of_section("0000 51 ff ff ff ff ff ff ff ff 7f") == code::decompression_failed);
  }
  SECTION("broken Huffman code in names and values") {
    CHECK(refusal_of_section("0000 51 81 ff") == code::decompression_failed);
    CHECK(refusal_of_section("0000 29 18 00") == code::decompression_failed);
    CHECK(refusal_of_section("0000 51 84 ff ff ff ff") == code::decompression_failed);
  }
  SECTION("integers with endless padding") {
    CHECK(refusal_of_section("ff 80 80 80 80 80 80 80 80 80 80 00") == code::decompression_failed);
    CHECK(refusal_of_section("0000 ff 80 80 80 80 80 80 80 80 80 00") == code::decompression_failed);
  }
}

TEST_CASE("a reference to an evicted entry is QPACK_DECOMPRESSION_FAILED", "[qpack]") {
  auto decoder = make();
  std::string four{capacity_220};
  for (int i = 0; i < 4; ++i) four += authority;
  REQUIRE(decoder.on_encoder_stream(hex(four)));
  CHECK(decode(decoder, 0, hex("0500 82")).whole() == false);
  auto const outcome = decode(decoder, 4, hex("0500 80 83")).outcome;
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == code::decompression_failed);
}

TEST_CASE("more blocked streams than were allowed are QPACK_DECOMPRESSION_FAILED", "[qpack]") {
  auto decoder = make(220, 2);
  CHECK(*decode(decoder, 0, hex("0200 80")).outcome == qpack::section_outcome::blocked);
  CHECK(*decode(decoder, 4, hex("0200 80")).outcome == qpack::section_outcome::blocked);
  CHECK(*decode(decoder, 4, hex("0200 80")).outcome == qpack::section_outcome::blocked);  // the same again
  auto const third = decode(decoder, 8, hex("0200 80")).outcome;
  REQUIRE_FALSE(third);
  CHECK(third.error().code == code::decompression_failed);
}

TEST_CASE("a stream that is given up while it is blocked makes room and is cancelled", "[qpack]") {
  auto decoder = make(220, 1);
  CHECK(*decode(decoder, 0, hex("0200 80")).outcome == qpack::section_outcome::blocked);
  REQUIRE(decoder.cancel(0));
  CHECK(decoder.pending().size() == 1);
  CHECK(decoder.pending()[0] == 0x40);
  CHECK(*decode(decoder, 4, hex("0200 80")).outcome == qpack::section_outcome::blocked);
  REQUIRE(decoder.on_encoder_stream(hex(std::string{capacity_220} + std::string{authority})));
  CHECK(decoder.next_unblocked() == 4);
}

TEST_CASE("a decoder without a table needs no cancellations", "[qpack]") {
  auto decoder = make(0, 0);
  REQUIRE(decoder.cancel(4));
  CHECK(decoder.pending().empty());
}

TEST_CASE("a section that unpacks to more than the limit stops there", "[qpack]") {
  qpack::decoder decoder{{.max_table_capacity = 4096, .blocked_streams = 0, .max_section_size = 10'000}};
  std::string value(4000, 'v');
  std::vector<std::uint8_t> insertion(5000);
  quoin::byte_writer writer{insertion};
  qpack::write_prefixed(writer, 0x20, 5, 4096);
  qpack::write_prefixed(writer, 0xc0, 6, 1);
  qpack::write_prefixed(writer, 0x00, 7, value.size());
  writer.bytes(quoin::as_bytes(value));
  REQUIRE(decoder.on_encoder_stream(writer.written()));
  decoder.sent(decoder.pending().size());

  auto bomb = hex("0200");
  bomb.insert(bomb.end(), 10'000, 0x80);
  auto const outcome = decode(decoder, 4, bomb);
  CHECK(outcome.outcome.value() == qpack::section_outcome::too_large);
  CHECK(outcome.fields.size() == 2);
  CHECK(decoder.pending().size() == 1);
  CHECK(decoder.pending()[0] == 0x44);  // the stream will not be read on
}

TEST_CASE("insertions that are of no use to anybody are stopped", "[qpack]") {
  auto decoder = make(4096);
  REQUIRE(decoder.on_encoder_stream(hex("3f e1 1f" + std::string{authority})));
  std::vector<std::uint8_t> const duplicates(1000, 0x00);
  auto outcome = decoder.on_encoder_stream(duplicates);
  for (int i = 0; outcome && i < 1000; ++i) {
    decoder.sent(decoder.pending().size());
    outcome = decoder.on_encoder_stream(duplicates);
  }
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == code::excessive_load);
}

TEST_CASE("a peer that does not let the decoder answer is stopped", "[qpack]") {
  auto decoder = make();
  REQUIRE(decoder.on_encoder_stream(hex(std::string{capacity_220} + std::string{authority})));
  auto const section = hex("0200 80");
  quoin::qpack::result<qpack::section_outcome> outcome{qpack::section_outcome::decoded};
  for (std::uint64_t stream = 0; outcome && stream < 100'000; stream += 4)
    outcome = decode(decoder, stream, section).outcome;
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == code::excessive_load);
  CHECK(decoder.pending().size() <= qpack::decoder_output::most_pending);
}

TEST_CASE("instructions may be cut anywhere", "[qpack]") {
  auto const whole =
      hex(std::string{capacity_220} + std::string{authority} +
          "4a63 7573 746f 6d2d 6b65 790c 6375 7374 6f6d 2d76 616c 7565 00 810d 6375 7374 6f6d 2d76 616c 7565 32");
  for (std::size_t piece = 1; piece < whole.size(); ++piece) {
    auto decoder = make();
    for (quoin::byte_view rest{whole}; !rest.empty();) {
      auto const part = rest.first(std::min(piece, rest.size()));
      REQUIRE(decoder.on_encoder_stream(part));
      rest = rest.subspan(part.size());
    }
    REQUIRE(decoder.table().insert_count() == 4);
    CHECK(decoder.table().at(2).value == "custom-value");
    CHECK(decoder.table().at(3).name == "custom-key");
    CHECK(decoder.table().at(3).value == "custom-value2");
  }
}

TEST_CASE("the N bit is handed on", "[qpack]") {
  auto decoder = make();
  std::vector<bool> sensitive;
  auto const outcome = decoder.decode(0, hex("0000 71 01 61 51 01 61 31 61 01 62 21 61 01 62"),
                                      [&](qpack::field const& one) { sensitive.push_back(one.sensitive); });
  REQUIRE(outcome);
  CHECK(sensitive == std::vector<bool>{true, false, true, false});
}
