// SPDX-License-Identifier: BSL-1.0
#include <quoin/wire/transport_parameters/remembered.hpp>

#include <catch2/catch_test_macros.hpp>

#include "bytes.hpp"

using namespace quoin::wire;
using wire_test::hex;

TEST_CASE("what extensions promised for early data must be kept", "[wire][rfc9221]") {
  CHECK(keeps_extensions(hex("20 01 05"), hex("")));
  CHECK(keeps_extensions(hex("20 01 05"), hex("20 01 05")));
  CHECK(keeps_extensions(hex("20 01 06 1d 00"), hex("1d 00 20 01 05")));
  CHECK_FALSE(keeps_extensions(hex("20 01 04"), hex("20 01 05")));
  CHECK_FALSE(keeps_extensions(hex(""), hex("20 01 05")));
  CHECK_FALSE(keeps_extensions(hex("20 01 05"), hex("1d 00")));
  CHECK_FALSE(keeps_extensions(hex("20 00"), hex("20 01 05")));
}

TEST_CASE("what is remembered holds the promises of extensions", "[wire][rfc9221]") {
  auto const encoded = hex("04 01 05 20 02 4321 1d 00 3e 01 02 8004de1b 01 07");
  auto const remembered = encode_remembered(encoded);
  CHECK(find_number_parameter(remembered, 0x20).value() == 0x321);
  CHECK(find_flag_parameter(remembered, 0x1d).value());
  // Others are not carried over, nor how many paths there may be (draft-ietf-quic-multipath 2.1).
  CHECK_FALSE(find_parameter(remembered, 0x3e).value().has_value());
  CHECK_FALSE(find_parameter(remembered, 0x4de1b).value().has_value());
  auto const without = encode_remembered(hex("04 01 05"));
  CHECK_FALSE(find_number_parameter(without, 0x20).value().has_value());
  CHECK_FALSE(find_flag_parameter(without, 0x1d).value());
}
