// SPDX-License-Identifier: BSL-1.0
#include <quoin/wire/transport_parameters.hpp>

#include <catch2/catch_test_macros.hpp>

#include "bytes.hpp"

#include <random>
#include <set>

using namespace std::chrono_literals;
using quoin::role;
using quoin::wire::read_transport_parameters;
using quoin::wire::transport_parameters;
using wire_test::bytes;
using wire_test::hex;

namespace {

quoin::connection_id id_of(char const* text) {
  return *quoin::connection_id::from(hex(text));
}

transport_parameters everything() {
  transport_parameters p;
  p.original_destination_connection_id = id_of("0102030405060708");
  p.initial_source_connection_id = id_of("0a");
  p.retry_source_connection_id = id_of("");
  p.stateless_reset_token = quoin::stateless_reset_token{1, 2, 3};
  p.max_idle_timeout = 30s;
  p.max_udp_payload_size = 1200;
  p.initial_max_data = quoin::varint_max;
  p.initial_max_stream_data_bidi_local = 5;
  p.initial_max_stream_data_bidi_remote = 600;
  p.initial_max_stream_data_uni = 70'000;
  p.initial_max_streams_bidi = quoin::stream_count_max;
  p.initial_max_streams_uni = 3;
  p.ack_delay_exponent = 20;
  p.max_ack_delay = 16'383ms;
  p.disable_active_migration = true;
  p.preferred_address = quoin::wire::preferred_address{quoin::socket_address::v4(192, 0, 2, 1, 4433),
                                                       quoin::socket_address::v6({0x20, 1, 0xd, 0xb8}, 4434),
                                                       id_of("aabbcc"),
                                                       {9, 8, 7}};
  p.active_connection_id_limit = 8;
  p.version_information = quoin::wire::version_information{quoin::version::v2, {}};
  p.version_information->available.push_back(quoin::version::v2);
  p.version_information->available.push_back(quoin::version::v1);
  p.grease_quic_bit = true;
  return p;
}

bytes encoded(transport_parameters const& p, std::uint64_t grease = 0) {
  bytes room(1024);
  quoin::byte_writer writer{room};
  REQUIRE(write(writer, p, grease));
  return wire_test::copy_of(writer.written());
}

/// The numbers of the parameters in an encoding, in order.
std::vector<std::uint64_t> ids_in(bytes const& encoding) {
  std::vector<std::uint64_t> ids;
  quoin::byte_reader reader{encoding};
  while (auto const id = reader.varint()) {
    ids.push_back(*id);
    REQUIRE(reader.varint_prefixed_bytes());
  }
  REQUIRE(reader.empty());
  return ids;
}

}  // namespace

TEST_CASE("what is absent has the defaults of RFC 9000", "[wire][rfc9000]") {
  auto const read = read_transport_parameters({}, role::server);
  REQUIRE(read);
  CHECK(read->max_idle_timeout == 0s);
  CHECK(read->max_udp_payload_size == 65527);
  CHECK(read->initial_max_data == 0);
  CHECK(read->initial_max_streams_bidi == 0);
  CHECK(read->ack_delay_exponent == 3);
  CHECK(read->max_ack_delay == 25ms);
  CHECK(read->active_connection_id_limit == 2);
  CHECK_FALSE(read->disable_active_migration);
  CHECK_FALSE(read->grease_quic_bit);
  CHECK_FALSE(read->initial_source_connection_id);
  CHECK_FALSE(read->preferred_address);
}

TEST_CASE("every parameter survives the way out and in", "[wire][rfc9000]") {
  auto const read = read_transport_parameters(encoded(everything(), 0x123456789abcdef5), role::server);
  REQUIRE(read);
  CHECK(*read == everything());
  auto const defaults = read_transport_parameters(encoded({}), role::client);
  REQUIRE(defaults);
  CHECK(*defaults == transport_parameters{});
}

TEST_CASE("a preferred address of one family leaves the other unknown", "[wire][rfc9000]") {
  auto p = everything();
  p.preferred_address->v4 = {};
  auto const read = read_transport_parameters(encoded(p), role::server);
  REQUIRE(read);
  CHECK_FALSE(read->preferred_address->v4.known());
  CHECK(read->preferred_address == p.preferred_address);
}

TEST_CASE("the parameters of RFC 9001's sample ClientHello are read", "[wire][rfc9001]") {
  auto const read = read_transport_parameters(hex("0408ffffffffffffffff 05048000ffff 07048000ffff 080110 010480007530 "
                                                  "090110 0f088394c8f03e515708 06048000ffff"),
                                              role::client);
  REQUIRE(read);
  CHECK(read->initial_max_data == quoin::varint_max);
  CHECK(read->initial_max_stream_data_bidi_local == 65'535);
  CHECK(read->initial_max_stream_data_bidi_remote == 65'535);
  CHECK(read->initial_max_stream_data_uni == 65'535);
  CHECK(read->initial_max_streams_bidi == 16);
  CHECK(read->initial_max_streams_uni == 16);
  CHECK(read->max_idle_timeout == 30s);
  CHECK(read->initial_source_connection_id == id_of("8394c8f03e515708"));
}

TEST_CASE("every encoding has one parameter that nobody knows, whatever random number makes it", "[wire][rfc9000]") {
  std::mt19937_64 random{17};
  std::set<std::uint64_t> reserved;
  for (int round = 0; round < 500; ++round) {
    auto const grease = round == 0 ? 0 : round == 1 ? ~std::uint64_t{0} : random();
    auto const encoding = encoded(everything(), grease);
    auto const ids = ids_in(encoding);
    REQUIRE(ids.size() == 20);
    CHECK(ids.back() % 31 == 27);
    reserved.insert(ids.back());
    auto const read = read_transport_parameters(encoding, role::server);
    REQUIRE(read);
    CHECK(*read == everything());
  }
  CHECK(reserved.size() > 400);
}

TEST_CASE("parameters that do not fit are not written, not even in part", "[wire]") {
  auto const whole = encoded(everything(), 5);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    bytes room(size);
    quoin::byte_writer writer{room};
    CHECK_FALSE(write(writer, everything(), 5));
    CHECK(writer.size() == 0);
    CHECK(writer.ok());
  }
}

TEST_CASE("a timeout below a millisecond does not turn into none", "[wire][rfc9000]") {
  transport_parameters p;
  p.max_idle_timeout = 1ns;
  CHECK(read_transport_parameters(encoded(p), role::client)->max_idle_timeout == 1ms);
}

TEST_CASE("the longest idle timeout saturates and goes out again", "[wire][rfc9000]") {
  auto const read = read_transport_parameters(hex("01 08 ffffffffffffffff"), role::client);
  REQUIRE(read);
  CHECK(read->max_idle_timeout == quoin::duration::max());
  CHECK(read_transport_parameters(encoded(*read), role::client));
}

TEST_CASE("of more versions than are kept, a client's choice is among the kept", "[wire][rfc9368]") {
  for (std::size_t const before : {0u, 15u, 16u, 300u}) {
    bytes value = hex("00000001");
    for (std::size_t i = 0; i < before; ++i) value = wire_test::joined(std::move(value), hex("6b3343cf"));
    value = wire_test::joined(std::move(value), hex("00000001 ff00001d"));
    bytes room(8);
    quoin::byte_writer head{room};
    head.varint(0x11);
    head.varint(value.size());
    auto const read =
        read_transport_parameters(wire_test::joined(wire_test::copy_of(head.written()), value), role::client);
    REQUIRE(read);
    CHECK(read->version_information->chosen == quoin::version::v1);
    CHECK(read->version_information->lists(quoin::version::v1));
    CHECK(read->version_information->available.size() <= 16);
    auto const again = read_transport_parameters(encoded(*read), role::client);
    REQUIRE(again);
    CHECK(*again == *read);
  }
}

TEST_CASE("unknown parameters of any content, even twice and in bulk, are passed over", "[wire][rfc9000]") {
  CHECK(read_transport_parameters(hex("1b 03 aabbcc 1b 00 7fff 01 00 12 04 00000001"), role::client));
  bytes many;
  for (int i = 0; i < 20'000; ++i) many = wire_test::joined(std::move(many), hex("7a 01 00"));
  auto const read = read_transport_parameters(many, role::client);
  REQUIRE(read);
  CHECK(*read == transport_parameters{});
}
