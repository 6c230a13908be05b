// SPDX-License-Identifier: BSL-1.0
/// \file
/// An extension of one's own: a frame that tells the peer how loaded one is. Nothing in the library knows of it; a
/// stack lists it, and that is all.
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>
#include <quoin/wire/transport_parameters/extra.hpp>

#include <iostream>
#include <optional>

namespace wire = quoin::wire;

/// LOAD Frame { Type (i) = 0x3f4c, Percent (i) }
struct load_frame {
  static constexpr std::uint64_t first_type = 0x3f4c;
  static constexpr std::uint64_t last_type = 0x3f4c;
  static constexpr std::uint8_t rules = wire::only_in_one_rtt;
  std::uint64_t percent = 0;
};

bool write(quoin::byte_writer& writer, load_frame const& frame) {
  auto whole = writer;
  if (!whole.varint(load_frame::first_type) || !whole.varint(frame.percent)) return false;
  writer = whole;
  return true;
}

quoin::result<> read(quoin::byte_reader& reader, std::uint64_t, load_frame& frame) {
  auto const percent = reader.varint();
  if (!percent || *percent > 100) return quoin::fail(quoin::error_code::frame_encoding_error, "LOAD is malformed");
  frame.percent = *percent;
  return {};
}

/// What a connection remembers for it.
struct load_state : quoin::extension_hooks {
  static constexpr std::uint64_t parameter = 0x3f4c;
  explicit load_state(auto const&) {}

  template <class State>
  void write_parameters(State const&, quoin::byte_writer& out) {
    wire::write_flag_parameter(out, parameter);
  }
  template <class State, class Parameters>
  quoin::result<> on_parameters(State&, Parameters const&, quoin::byte_view encoded) {
    auto const found = wire::find_flag_parameter(encoded, parameter);
    if (!found) return quoin::unexpected{found.error()};
    peer_listens = *found;
    return {};
  }

  template <class State>
  bool has_frames(State const&) const noexcept {
    return to_tell && peer_listens;
  }
  template <class State>
  void write_frames(State&, quoin::byte_writer& writer, quoin::extension_record& record, quoin::frame_place, bool,
                    quoin::instant) {
    if (!to_tell || !peer_listens || record.full() || !write(writer, load_frame{*to_tell})) return;
    record.add(*to_tell);
    to_tell.reset();
  }
  template <class State>
  void on_lost(State&, quoin::sent_frame const& frame, quoin::instant) {
    if (!to_tell) to_tell = frame.id;
  }
  template <class State, class Sink>
  quoin::result<> on_frame(State&, load_frame const& frame, Sink&, quoin::instant) {
    peers = frame.percent;
    return {};
  }

  bool peer_listens = false;
  std::optional<std::uint64_t> to_tell;
  std::optional<std::uint64_t> peers;
};

struct load;

/// What an application does with it.
template <class State>
class load_api {
 public:
  explicit load_api(State& connection) : state_(connection.extensions.template get<load>()) {}
  void tell(std::uint64_t percent) { state_.to_tell = percent; }
  [[nodiscard]] std::optional<std::uint64_t> peers() const { return state_.peers; }

 private:
  load_state& state_;
};

struct load {
  static constexpr std::string_view name = "load";
  using frames = wire::frame_list<load_frame>;
  struct settings {};
  using state = load_state;
  template <class State>
  using api = load_api<State>;
};

struct loaded_stack : quoin::test_stack {
  using extensions = quoin::extensions<quoin::datagram, load>;
};
static_assert(quoin::stack_config<loaded_stack>);

int main() {
  quoin::lab<loaded_stack> lab{{.seed = 7}};
  if (!lab.establish()) return 1;
  lab.uplink().drop(1);
  lab.client().extension<load>().tell(73);
  lab.settle(std::chrono::seconds{1});
  auto const heard = lab.server().extension<load>().peers();
  std::cout << "the server heard of a load of " << heard.value_or(0) << " %, though it was lost once\n";
  return heard == 73 ? 0 : 1;
}
