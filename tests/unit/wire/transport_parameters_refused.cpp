// SPDX-License-Identifier: BSL-1.0
#include <quoin/wire/transport_parameters.hpp>

#include <catch2/catch_test_macros.hpp>

#include "bytes.hpp"

#include <string>

using quoin::role;
using quoin::wire::read_transport_parameters;
using wire_test::bytes;
using wire_test::hex;

namespace {

constexpr auto preferred_start = "c0000201 1151 20010db8000000000000000000000001 1152";
constexpr auto token = "00112233445566778899aabbccddeeff";

bytes preferred(char const* size_and_id, char const* reset_token) {
  auto const value = hex(std::string{preferred_start} + size_and_id + reset_token);
  return wire_test::joined({0x0d, static_cast<std::uint8_t>(value.size())}, value);
}

void check_refused(bytes const& encoded, role sender, bool refused) {
  auto const outcome = read_transport_parameters(encoded, sender);
  CHECK(outcome.has_value() == !refused);
  if (outcome || !refused) return;
  CHECK(outcome.error().code == quoin::error_code::transport_parameter_error);
  CHECK_FALSE(outcome.error().reason.empty());
}

}  // namespace

TEST_CASE("values out of their range are refused, values at its edge are not", "[wire][rfc9000]") {
  struct {
    char const* what;
    char const* encoded;
    bool refused;
  } const rows[] = {
      {"max_udp_payload_size of 1200", "03 02 44b0", false},
      {"max_udp_payload_size of 1199", "03 02 44af", true},
      {"max_udp_payload_size of 2^62-1", "03 08 ffffffffffffffff", false},
      {"ack_delay_exponent of 20", "0a 01 14", false},
      {"ack_delay_exponent of 21", "0a 01 15", true},
      {"ack_delay_exponent of 259, which is 3 in a byte", "0a 02 4103", true},
      {"max_ack_delay of 2^14-1", "0b 02 7fff", false},
      {"max_ack_delay of 2^14", "0b 04 80004000", true},
      {"active_connection_id_limit of 2", "0e 01 02", false},
      {"active_connection_id_limit of 1", "0e 01 01", true},
      {"active_connection_id_limit of 0", "0e 01 00", true},
      {"initial_max_streams_bidi of 2^60", "08 08 d000000000000000", false},
      {"initial_max_streams_bidi above 2^60", "08 08 d000000000000001", true},
      {"initial_max_streams_uni of 2^60", "09 08 d000000000000000", false},
      {"initial_max_streams_uni above 2^60", "09 08 d000000000000001", true},
      {"max_idle_timeout of 2^62-1", "01 08 ffffffffffffffff", false},
      {"an integer of no bytes", "04 00", true},
      {"an integer cut short", "04 01 40", true},
      {"an integer with a byte behind it", "04 02 0500", true},
      {"an integer in more bytes than it needs", "04 04 80000005", false},
      {"disable_active_migration", "0c 00", false},
      {"disable_active_migration with a value", "0c 01 00", true},
      {"grease_quic_bit", "6ab2 00", false},
      {"grease_quic_bit with a value", "6ab2 01 01", true},
      {"a connection ID of no bytes", "0f 00", false},
      {"a connection ID of 20 bytes", "0f 14 0011223344556677889900112233445566778899", false},
      {"a connection ID of 21 bytes", "0f 15 001122334455667788990011223344556677889900", true},
      {"a parameter longer than what there is", "04 05 00", true},
      {"a parameter of 2^62-1 bytes", "04 ffffffffffffffff", true},
      {"an unknown parameter longer than what there is", "1b 05 00", true},
      {"a number without a length", "04", true},
      {"a number cut short", "40", true},
      {"the same parameter twice", "04 01 05 05 01 05 04 01 05", true},
      {"the same flag twice", "6ab2 00 6ab2 00", true},
  };
  for (auto const& row : rows) {
    CAPTURE(row.what);
    check_refused(hex(row.encoded), role::client, row.refused);
    check_refused(hex(row.encoded), role::server, row.refused);
  }
}

TEST_CASE("a client that sends what only servers may send is refused", "[wire][rfc9000]") {
  for (auto const& encoded :
       {hex("00 01 aa"), hex("10 01 aa"), hex(std::string{"02 10"} + token), preferred("01 aa", token)}) {
    CAPTURE(encoded);
    check_refused(encoded, role::client, true);
    check_refused(encoded, role::server, false);
  }
}

TEST_CASE("connection IDs of more than 20 bytes are refused from servers too", "[wire][rfc9000]") {
  for (auto const* id : {"00", "10"})
    check_refused(hex(std::string{id} + "15 001122334455667788990011223344556677889900"), role::server, true);
}

TEST_CASE("a stateless reset token has 16 bytes", "[wire][rfc9000]") {
  check_refused(hex(std::string{"02 10"} + token), role::server, false);
  check_refused(hex("02 0f 00112233445566778899aabbccddee"), role::server, true);
  check_refused(hex(std::string{"02 11"} + token + "00"), role::server, true);
  check_refused(hex("02 00"), role::server, true);
}

TEST_CASE("a preferred address must be whole and have a connection ID", "[wire][rfc9000]") {
  check_refused(preferred("01 aa", token), role::server, false);
  check_refused(preferred("14 0011223344556677889900112233445566778899", token), role::server, false);
  check_refused(preferred("00", token), role::server, true);
  check_refused(preferred("15 001122334455667788990011223344556677889900", token), role::server, true);
  check_refused(preferred("01 aa", "00112233445566778899aabbccddee"), role::server, true);
  check_refused(preferred("01 aa", "00112233445566778899aabbccddeeff00"), role::server, true);
  check_refused(preferred("01", ""), role::server, true);
  check_refused(preferred("", ""), role::server, true);
  check_refused(hex("0d 00"), role::server, true);
}

TEST_CASE("a server without a connection ID cannot have a preferred address, in whatever order it says so",
          "[wire][rfc9000]") {
  auto const address = preferred("01 aa", token);
  check_refused(wire_test::joined(address, hex("0f 00")), role::server, true);
  check_refused(wire_test::joined(hex("0f 00"), address), role::server, true);
  check_refused(wire_test::joined(address, hex("0f 01 bb")), role::server, false);
}

TEST_CASE("parameters cut at any byte are refused or hold only whole parameters", "[wire][rfc9000]") {
  auto const whole = hex("04 08 ffffffffffffffff 0f 04 aabbccdd 6ab2 00");
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    CAPTURE(size);
    bytes const cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    check_refused(cut, role::client, size != 0 && size != 10 && size != 16 && size != 19);
  }
}
