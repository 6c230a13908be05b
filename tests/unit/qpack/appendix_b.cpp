// SPDX-License-Identifier: BSL-1.0
// The exchange of RFC 9204 appendix B, read by our decoder and answered to an encoder in the same state.
#include "fields.hpp"

#include <catch2/catch_test_macros.hpp>

using qpack_test::decode;
using qpack_test::field_list;
using qpack_test::hex;
namespace qpack = quoin::qpack;

namespace {

void instruct(qpack::decoder& decoder, std::string_view digits) {
  REQUIRE(decoder.on_encoder_stream(hex(digits)));
}

std::vector<std::uint8_t> answers(qpack::decoder& decoder) {
  std::vector<std::uint8_t> const bytes{decoder.pending().begin(), decoder.pending().end()};
  decoder.sent(bytes.size());
  return bytes;
}

}  // namespace

TEST_CASE("the exchange of RFC 9204 appendix B is understood and answered as it says", "[qpack]") {
  qpack::decoder decoder{{.max_table_capacity = 220, .blocked_streams = 4, .max_section_size = 4096}};
  // The appendix wants to hear of entries by acknowledged sections first.
  CHECK(decode(decoder, 0, hex("0000 510b 2f69 6e64 6578 2e68 746d 6c")).fields ==
        field_list{{":path", "/index.html"}});

  CHECK(decode(decoder, 4, hex("0381 10 11")).outcome.value() == qpack::section_outcome::blocked);
  CHECK_FALSE(decoder.next_unblocked());
  instruct(decoder, "3fbd01 c00f 7777 772e 6578 616d 706c 652e 636f 6d");
  CHECK_FALSE(decoder.next_unblocked());
  instruct(decoder, "c10c 2f73 616d 706c 652f 7061 7468");
  CHECK(decoder.table().size() == 106);
  CHECK(decoder.next_unblocked() == 4);
  CHECK_FALSE(decoder.next_unblocked());
  CHECK(decode(decoder, 4, hex("0381 10 11")).fields ==
        field_list{{":authority", "www.example.com"}, {":path", "/sample/path"}});
  CHECK(answers(decoder) == hex("01 01 84"));

  instruct(decoder, "4a63 7573 746f 6d2d 6b65 790c 6375 7374 6f6d 2d76 616c 7565");
  CHECK(decoder.table().size() == 160);
  CHECK(answers(decoder) == hex("01"));

  CHECK(decode(decoder, 8, hex("0500 80 c1 81")).outcome.value() == qpack::section_outcome::blocked);
  REQUIRE(decoder.cancel(8));
  CHECK(decoder.blocked_count() == 0);
  CHECK(answers(decoder) == hex("48"));
  instruct(decoder, "02");
  CHECK(decoder.table().size() == 217);
  CHECK_FALSE(decoder.next_unblocked());
  CHECK(decode(decoder, 12, hex("0500 80 c1 81")).fields ==
        field_list{{":authority", "www.example.com"}, {":path", "/"}, {"custom-key", "custom-value"}});

  instruct(decoder, "810d 6375 7374 6f6d 2d76 616c 7565 32");
  CHECK(decoder.table().size() == 215);
  CHECK(decoder.table().dropped() == 1);
  CHECK(decoder.table().at(4).value == "custom-value2");
}
