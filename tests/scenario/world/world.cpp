// SPDX-License-Identifier: BSL-1.0
#include "backend.hpp"

#include "../../tested_version.hpp"

#include <quoin/base/byte_reader.hpp>
#include <quoin/wire/extension_frames.hpp>
#include <quoin/wire/packet/long_header.hpp>

#include <algorithm>
#include <stdexcept>

namespace quoin::scenario {
namespace {

/// Turns frames into their numbers.
struct frame_reader {
  std::vector<seen_frame>& into;

  seen_frame& add(frame_type type, std::uint64_t id = 0, std::uint64_t value = 0, std::uint64_t length = 0,
                  bool fin = false) {
    return into.emplace_back(seen_frame{type, id, value, length, fin, {}, {}, {}});
  }
  result<> operator()(wire::padding_frame const& f) { return add(frame_type::padding, 0, 0, f.size), result<>{}; }
  result<> operator()(wire::ping_frame const&) { return add(frame_type::ping), result<>{}; }
  result<> operator()(wire::ack_frame const& f) {
    auto& seen = add(frame_type::ack, 0, f.largest);
    f.for_each_range([&](packet_number low, packet_number high) { seen.ranges.emplace_back(low, high); });
    if (f.has_ecn) seen.marks = f.ecn;
    seen.delay = std::chrono::microseconds{f.delay << 3};
    return {};
  }
  result<> operator()(wire::crypto_frame const& f) {
    return add(frame_type::crypto, 0, f.offset, f.data.size()), result<>{};
  }
  result<> operator()(wire::stream_frame const& f) {
    return add(frame_type::stream, f.id.value(), f.offset, f.data.size(), f.fin), result<>{};
  }
  result<> operator()(wire::reset_stream_frame const& f) {
    return add(frame_type::reset_stream, f.id.value(), f.code, f.final_size), result<>{};
  }
  result<> operator()(wire::stop_sending_frame const& f) {
    return add(frame_type::stop_sending, f.id.value(), f.code), result<>{};
  }
  result<> operator()(wire::max_data_frame const& f) { return add(frame_type::max_data, 0, f.maximum), result<>{}; }
  result<> operator()(wire::max_stream_data_frame const& f) {
    return add(frame_type::max_stream_data, f.id.value(), f.maximum), result<>{};
  }
  result<> operator()(wire::max_streams_frame const& f) {
    return add(f.direction == stream_direction::bidirectional ? frame_type::max_streams_bidi
                                                              : frame_type::max_streams_uni,
               0, f.maximum),
           result<>{};
  }
  result<> operator()(wire::data_blocked_frame const& f) {
    return add(frame_type::data_blocked, 0, f.limit), result<>{};
  }
  result<> operator()(wire::stream_data_blocked_frame const& f) {
    return add(frame_type::stream_data_blocked, f.id.value(), f.limit), result<>{};
  }
  result<> operator()(wire::streams_blocked_frame const& f) {
    return add(f.direction == stream_direction::bidirectional ? frame_type::streams_blocked_bidi
                                                              : frame_type::streams_blocked_uni,
               0, f.limit),
           result<>{};
  }
  result<> operator()(wire::new_token_frame const& f) {
    return add(frame_type::new_token, 0, 0, f.token.size()), result<>{};
  }
  result<> operator()(wire::new_connection_id_frame const& f) {
    return add(frame_type::new_connection_id, f.sequence, f.retire_prior_to), result<>{};
  }
  result<> operator()(wire::retire_connection_id_frame const& f) {
    return add(frame_type::retire_connection_id, f.sequence), result<>{};
  }
  result<> operator()(wire::path_challenge_frame const& f) {
    return add(frame_type::path_challenge, byte_reader{f.data}.u64().value_or(0)), result<>{};
  }
  result<> operator()(wire::path_response_frame const& f) {
    return add(frame_type::path_response, byte_reader{f.data}.u64().value_or(0)), result<>{};
  }
  result<> operator()(wire::connection_close_frame const& f) {
    return add(f.application ? frame_type::application_close : frame_type::connection_close, f.frame_type, f.code,
               f.reason.size()),
           result<>{};
  }
  result<> operator()(wire::datagram_frame const& f) {
    return add(frame_type::datagram, 0, 0, f.data.size()), result<>{};
  }
  result<> operator()(wire::ack_frequency_frame const& f) {
    return add(frame_type::ack_frequency, f.sequence, f.threshold, f.max_ack_delay), result<>{};
  }
  result<> operator()(wire::immediate_ack_frame const&) { return add(frame_type::immediate_ack), result<>{}; }
  result<> operator()(wire::reset_stream_at_frame const& f) {
    return add(frame_type::reset_stream_at, f.id.value(), f.reliable_size, f.final_size), result<>{};
  }
  /// Those of several paths have scenarios of their own.
  template <wire::extension_frame Frame>
  result<> operator()(Frame const&) {
    return add(static_cast<frame_type>(Frame::first_type)), result<>{};
  }
  result<> operator()(wire::observed_address_frame const& f) {
    return add(static_cast<frame_type>(wire::observed_address_frame::first_type), f.sequence), result<>{};
  }
  result<> operator()(wire::handshake_done_frame const&) { return add(frame_type::handshake_done), result<>{}; }
};

std::vector<seen_frame> read_all_frames(byte_view payload, packet_kind kind) {
  std::vector<seen_frame> frames;
  if (payload.empty()) return frames;
  frame_reader reader{frames};
  // A packet of ours that cannot be read is a bug; one of the peer's is reported by the connection.
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(payload, kind, reader));
  return frames;
}

/// Keeps what the world's options ask for.
class archivist final : public reporter {
 public:
  archivist(world& to, world_options const& options) : world_(to), log_(options.log), watch_(options.watch) {}

  void on(role side, std::size_t n, event::connection_started const& e) override {
    if (watch_ != nullptr) watch_->on(side, n, e);
  }
  void on(role side, std::size_t n, event::packet_sent const& e) override {
    if (watch_ != nullptr) watch_->on(side, n, e);
    if (log_) keep(side, n, fate::sent, e);
  }
  void on(role side, std::size_t n, event::packet_received const& e) override {
    if (watch_ != nullptr) watch_->on(side, n, e);
    if (log_) keep(side, n, fate::received, e);
  }
  void on(role side, std::size_t n, event::packet_dropped const& e) override {
    if (watch_ != nullptr) watch_->on(side, n, e);
    if (!log_) return;
    auto& seen = world_.packets.emplace_back();
    seen.what = fate::dropped;
    seen.side = side;
    seen.connection = n;
    seen.at = e.now - instant{};
    seen.kind = e.kind;
    seen.size = e.size;
    seen.reason = e.reason;
  }
  void on(role side, std::size_t n, event::packet_lost const& e) override {
    if (watch_ != nullptr) watch_->on(side, n, e);
    if (!log_) return;
    auto& seen = world_.packets.emplace_back();
    seen.what = fate::lost;
    seen.side = side;
    seen.connection = n;
    seen.at = e.now - instant{};
    seen.kind = e.space == packet_space::initial     ? packet_kind::initial
                : e.space == packet_space::handshake ? packet_kind::handshake
                                                     : packet_kind::one_rtt;
    seen.number = e.number;
    seen.size = e.size;
    seen.trigger = e.trigger;
  }
  void on(role side, std::size_t n, event::metrics_updated const& e) override {
    if (watch_ != nullptr) watch_->on(side, n, e);
    if (log_) world_.metrics.push_back({side, e.now - instant{}, e});
  }
  void on(role side, std::size_t n, event::parameters_set const& e) override {
    if (watch_ != nullptr) watch_->on(side, n, e);
  }
  void on(role side, std::size_t n, event::path_updated const& e) override {
    if (watch_ != nullptr) watch_->on(side, n, e);
    if (log_) world_.path_steps.push_back({side, e.now - instant{}, e});
  }
  void on(role side, std::size_t n, event::mtu_updated const& e) override {
    if (watch_ != nullptr) watch_->on(side, n, e);
    if (log_) world_.mtus.push_back({side, e.now - instant{}, e});
  }
  void on(role side, std::size_t n, event::key_updated const& e) override {
    if (watch_ != nullptr) watch_->on(side, n, e);
  }
  void on(role side, std::size_t n, event::connection_closed const& e) override {
    if (watch_ != nullptr) watch_->on(side, n, e);
  }

 private:
  template <class Event>
  void keep(role side, std::size_t n, fate what, Event const& e) {
    auto& seen = world_.packets.emplace_back();
    seen.what = what;
    seen.side = side;
    seen.connection = n;
    seen.at = e.now - instant{};
    seen.kind = e.kind;
    seen.number = e.number;
    seen.size = e.size;
    seen.mark = e.mark;
    seen.path = e.path;
    seen.frames = read_all_frames(e.frames, e.kind);
  }

  world& world_;
  bool log_;
  watcher* watch_;
};

}  // namespace

seen_frame const* seen_packet::find(frame_type type) const {
  auto const found = std::find_if(frames.begin(), frames.end(), [&](seen_frame const& f) { return f.type == type; });
  return found == frames.end() ? nullptr : &*found;
}

// ---- the application ------------------------------------------------------------------------------------------------

void party::read_all(stream_id id, duration now) {
  std::uint8_t room[4096];
  for (;;) {
    auto const got = read(id, room);
    if (!got) return;
    auto& kept = in[id.value()];
    kept.add(byte_view{room, got->size});
    if (replayable()) replayable_bytes += got->size;
    if (got->fin) {
      ++kept.ends;
      kept.finished_at = now;
      return;
    }
    if (got->size == 0) return;
  }
}

void party::write_more(stream_id id) {
  auto const found = out.find(id.value());
  if (found == out.end()) return;
  auto& todo = found->second;
  std::uint8_t room[4096];
  while (todo.written < todo.total) {
    auto const want = static_cast<std::size_t>(std::min<std::uint64_t>(sizeof room, todo.total - todo.written));
    for (std::size_t i = 0; i < want; ++i) room[i] = pattern(id.value(), todo.written + i);
    auto const took = write(id, byte_view{room, want});
    if (!took) return;
    todo.written += *took;
    if (*took < want) return;
  }
  if (todo.finish && !todo.finished) todo.finished = finish(id).has_value();
}

std::size_t party::take(stream_id id, byte_view bytes, bool fin, duration now) {
  if (!bytes.empty() && (!takes_views || !reading)) return 0;
  auto& kept = in[id.value()];
  kept.add(bytes);
  if (replayable()) replayable_bytes += bytes.size();
  if (fin) {
    ++kept.ends;
    kept.finished_at = now;
  }
  return bytes.size();
}

void party::react(connection_event const& e, duration now) {
  using kind = connection_event::kind;
  if (e.what == kind::stream_readable && reading) read_all(e.id, now);
  if (e.what == kind::stream_reset) {
    auto& kept = in[e.id.value()];
    kept.reset = e.code;
    ++kept.resets;
  }
  if (e.what == kind::stream_writable) write_more(e.id);
}

// ---- the world ------------------------------------------------------------------------------------------------------

namespace {

std::unique_ptr<backend> make_backend(world_options const& options, reporter& to) {
  switch (options.stack) {
    case flavour::plain: return make_plain(options, to);
    case flavour::strict: return make_strict(options, to);
    case flavour::modelling: return make_modelling(options, to);
    case flavour::scalable: return make_scalable(options, to);
    case flavour::first_in: return make_first_in(options, to);
    case flavour::logged: return make_logged(options, to);
    case flavour::botan: return make_botan(options, to);
  }
  return nullptr;
}

}  // namespace

namespace {

/// Where QUOIN_TEST_VERSION says 2, scenarios that do not choose versions speak the second alone.
world_options with_tested_version(world_options chosen) {
  if (testing::tested_version() == version::v1) return chosen;
  auto const usual = transport_settings{}.versions;
  if (chosen.client.versions != usual || chosen.server.versions != usual) return chosen;
  chosen.client.versions = chosen.server.versions = {version::v2};
  return chosen;
}

}  // namespace

world::world(world_options chosen) : options_(with_tested_version(std::move(chosen))) {
  archive_ = std::make_unique<archivist>(*this, options_);
  backend_ = make_backend(options_, *archive_);
}
world::~world() = default;

sim::network& world::network() {
  return backend_->network();
}
sim::link& world::uplink() {
  return backend_->uplink();
}
sim::link& world::downlink() {
  return backend_->downlink();
}
party& world::client(std::size_t index) {
  if (index >= backend_->parties[0].size()) throw std::out_of_range{"the client never had that connection"};
  return *backend_->parties[0][index];
}
party& world::server(std::size_t index) {
  if (index >= backend_->parties[1].size()) throw std::out_of_range{"the server never had that connection"};
  return *backend_->parties[1][index];
}
std::size_t world::count(role side) const {
  return backend_->parties[index_of(side)].size();
}
std::size_t world::alive(role side) const {
  return backend_->alive(side);
}
std::string const& world::trace() const {
  return backend_->trace();
}

sim::host_id world::host(role side) const {
  return backend_->host(side);
}
unsigned world::most_turns() const {
  return backend_->most_turns;
}

party& world::connect(std::string server_name, bool early_data) {
  backend_->connect(std::move(server_name), early_data);
  serve();
  return *backend_->parties[0].back();
}

bool world::get_session() {
  if (!establish()) return false;
  settle();
  backend_->parties[0].back()->close(0, "done");
  settle();
  return run_until([&] { return alive(role::client) + alive(role::server) == 0; });
}

party& world::connect_early(std::uint64_t size, stream_direction direction) {
  // Said before the first flight leaves, so that both go together.
  backend_->connect("server.test", true);
  auto& mine = *backend_->parties[0].back();
  start_early(mine, direction, size);
  serve();
  return mine;
}

stream_id world::start_early(party& from, stream_direction direction, std::uint64_t size) {
  auto const id = from.early_open(direction);
  if (!id) throw std::logic_error{std::string{"cannot open an early stream: "} + std::string{name_of(id.error())}};
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = pattern(id->value(), i);
  auto const taken = from.early_write(*id, bytes);
  if (!taken || *taken != size || !from.early_finish(*id))
    throw std::logic_error{"early data does not fit into the send buffer"};
  return *id;
}

bool world::establish(duration patience) {
  auto& mine = connect();
  auto const number = count(role::client) - 1;
  return run_until([&] { return mine.confirmed() && count(role::server) > number && server(number).confirmed(); },
                   patience);
}

socket_address world::rebind_port() {
  ++seen_as_.port;
  network().rebind(client_address(), seen_as_);
  return seen_as_;
}
socket_address world::rebind_address() {
  ++seen_as_.ip[2];
  network().rebind(client_address(), seen_as_);
  return seen_as_;
}
socket_address world::open_local(role side, socket_address const& address) {
  return backend_->open_local(side, address);
}
void world::close_local(role side, socket_address const& address) {
  backend_->close_local(side, address);
}
void world::take_down(role side, socket_address const& local) {
  backend_->take_down(side, local);
}

void world::set_interface_mtu(role side, std::size_t mtu) {
  backend_->set_interface_mtu(side, mtu);
}

void world::set_offload(role side, sim_offload const& offload) {
  backend_->set_offload(side, offload);
}

void world::stop_clock(role side, duration span, bool catches_up) {
  backend_->stop_clock(side, span, catches_up);
}
void world::step_clock(role side, duration by) {
  backend_->step_clock(side, by);
}

void world::restart_server() {
  backend_->restart_server();
}

void world::replace_server(std::function<void(world_options&)> const& change) {
  change(options_);
  backend_->change_server(options_);
  backend_->restart_server();
}

void world::forge(role side, socket_address const& source, socket_address const& destination,
                  std::vector<std::uint8_t> bytes) {
  network().send(backend_->host(side), {{source, destination}, std::move(bytes), ecn::not_ect});
}

stream_id world::start(party& from, stream_direction direction, std::uint64_t size, bool finish) {
  auto const id = from.open(direction);
  if (!id) throw std::logic_error{std::string{"cannot open a stream: "} + std::string{name_of(id.error())}};
  write(from, *id, size, finish);
  return *id;
}

void world::write(party& from, stream_id id, std::uint64_t size, bool finish) {
  auto& todo = from.out[id.value()];
  todo.total += size;
  todo.finish = finish;
  from.write_more(id);
}

bool world::got(party const& to, stream_id id, std::uint64_t size) {
  auto const found = to.in.find(id.value());
  if (found == to.in.end() || found->second.ends != 1 || found->second.bytes.size() != size) return false;
  for (std::size_t i = 0; i < size; ++i)
    if (found->second.bytes[i] != pattern(id.value(), i)) return false;
  return true;
}

bool world::transfer(role from, std::uint64_t size, duration patience, stream_direction direction) {
  auto const id = start(of(from), direction, size);
  auto& to = of(peer_of(from));
  run_until([&] { return to.in[id.value()].ends > 0; }, patience);
  return got(to, id, size);
}

duration world::now() const {
  return backend_->network().now() - instant{};
}
instant world::deadline() const {
  return backend_->deadline();
}

void world::serve() {
  backend_->serve_due();
  backend_->look_around();
  if (options_.watch != nullptr) options_.watch->after_serve();
}

bool world::step() {
  serve();
  auto const at = deadline();
  if (at == never) return false;
  network().run_until(std::max(at, network().now()));
  serve();
  return true;
}

void world::advance(duration span) {
  auto const until = saturating_add(network().now(), span);
  serve();
  while (deadline() <= until) step();
  network().run_until(until);
  serve();
}

bool world::run_until(std::function<bool()> const& reached, duration patience) {
  serve();
  auto const until = saturating_add(network().now(), patience);
  while (!reached())
    if (deadline() > until || !step()) return reached();
  return true;
}

void world::settle(duration quiet) {
  serve();
  while (network().deadline() != never || deadline() <= saturating_add(network().now(), quiet)) step();
}

std::vector<seen_packet> world::select(fate what, role side, predicate const& which) const {
  std::vector<seen_packet> found;
  for (auto const& p : packets)
    if (p.what == what && p.side == side && (!which || which(p))) found.push_back(p);
  return found;
}
std::size_t world::count_steps(role side, event::path_step step) const {
  return static_cast<std::size_t>(std::count_if(path_steps.begin(), path_steps.end(), [&](seen_path_step const& s) {
    return s.side == side && s.what.step == step;
  }));
}
std::vector<seen_packet> world::sent(role side, predicate const& which) const {
  return select(fate::sent, side, which);
}
std::vector<seen_packet> world::received(role side, predicate const& which) const {
  return select(fate::received, side, which);
}
std::vector<seen_packet> world::sent_with(role side, frame_type type) const {
  return sent(side, [&](seen_packet const& p) { return p.has(type); });
}
std::size_t world::dropped(role side, event::drop_reason reason) const {
  return select(fate::dropped, side, [&](seen_packet const& p) { return p.reason == reason; }).size();
}

bool contains(sim::datagram const& what, packet_kind kind) {
  for (byte_view rest{what.bytes}; !rest.empty();) {
    if ((rest[0] & 0x80) == 0) return kind == packet_kind::one_rtt;
    auto const header = wire::read_long_header(rest, wire::fixed_bit_rule::may_be_anything);
    if (!header) return false;
    if (header->kind == kind) return true;
    rest = rest.subspan(header->packet_size);
  }
  return false;
}

bool begins_with(sim::datagram const& what, packet_kind kind) {
  byte_reader reader{what.bytes};
  auto const first = reader.u8();
  if (!first) return false;
  if ((*first & 0x80) == 0) return kind == packet_kind::one_rtt;
  auto const number = reader.u32();
  return number && wire::long_packet_kind(*first, version{*number}) == kind;
}

}  // namespace quoin::scenario
