// SPDX-License-Identifier: BSL-1.0
#include <quoin/base/byte_writer.hpp>
#include <quoin/qlog/parameters_json.hpp>

#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace quoin;
using qlog::json;

namespace {

/// Encodes parameters one by one, wrong ones too.
class parameters {
 public:
  parameters& number(std::uint64_t id, std::uint64_t value) {
    writer_.varint(id);
    writer_.varint(varint_size(value));
    writer_.varint(value);
    return *this;
  }
  parameters& bytes(std::uint64_t id, std::vector<std::uint8_t> const& value) {
    writer_.varint(id);
    writer_.varint_prefixed_bytes(value);
    return *this;
  }
  [[nodiscard]] json described() const {
    REQUIRE(writer_.ok());
    json data = json::object();
    qlog::describe_parameters(data, writer_.written());
    return data;
  }
  [[nodiscard]] byte_view encoded() const { return writer_.written(); }

 private:
  std::vector<std::uint8_t> room_ = std::vector<std::uint8_t>(4096);
  byte_writer writer_{room_};
};

}  // namespace

TEST_CASE("known parameters are written under their names", "[qlog][rfc9000]") {
  parameters p;
  p.bytes(0, {1, 2}).number(1, 30'000).number(4, 1'000'000).number(0x0a, 5).bytes(0x0c, {}).bytes(0x2ab2, {});
  CHECK(p.described() == json::parse(R"({"original_destination_connection_id": "0102", "max_idle_timeout": 30000,
    "initial_max_data": 1000000, "ack_delay_exponent": 5, "disable_active_migration": true, "grease_quic_bit": true})"));
}

TEST_CASE("the exponent of acknowledgement delays is handed back", "[qlog]") {
  json data;
  CHECK(qlog::describe_parameters(data, parameters{}.number(0x0a, 7).encoded()) == 7);
  CHECK(qlog::describe_parameters(data, parameters{}.number(4, 7).encoded()) == std::nullopt);
}

TEST_CASE("unknown and malformed parameters are written by number", "[qlog]") {
  auto const data = parameters{}.bytes(27, {9, 9}).bytes(4, {0x80}).described();
  CHECK(data == json::parse(R"({"unknown_parameters": [{"id": 27, "value": "0909"}, {"id": 4, "value": "80"}]})"));
}

TEST_CASE("secrets among the parameters are mentioned and not written", "[qlog]") {
  std::vector<std::uint8_t> const token(16, 0xaa);
  auto const data = parameters{}.bytes(2, token).bytes(0x0d, token).described();
  CHECK(data == json::parse(R"({"unknown_parameters": [{"id": 2}, {"id": 13}]})"));
}

TEST_CASE("unknown parameters are capped in number and size", "[qlog][cve_class_parameter_log]") {
  parameters p;
  p.bytes(27, std::vector<std::uint8_t>(65, 1));
  for (int i = 0; i < 40; ++i) p.bytes(58, {1});
  auto const unknown = p.described()["unknown_parameters"];
  CHECK(unknown.size() == 32);
  CHECK(unknown[0] == json::parse(R"({"id": 27})"));
}

TEST_CASE("what is cut short is written as far as it goes", "[qlog]") {
  std::vector<std::uint8_t> const cut{0x04, 0x01, 0x05, 0x06, 0x09, 0x00};
  json data;
  qlog::describe_parameters(data, cut);
  CHECK(data == json::parse(R"({"initial_max_data": 5})"));
}
