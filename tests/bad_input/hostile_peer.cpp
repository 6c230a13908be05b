// SPDX-License-Identifier: BSL-1.0
#include "hostile_peer.hpp"

#include <quoin/wire/packet/long_header.hpp>

namespace quoin::testing {

namespace {

constexpr auto suite = cipher_suite::aes_128_gcm_sha256;

/// The two bits of a long header's first byte that tell its type (RFC 9000 17.2, RFC 9369 3.2).
unsigned type_bits(encryption_level level, version spoken) {
  unsigned const in_v1 = level == encryption_level::initial ? 0 : level == encryption_level::early_data ? 1 : 2;
  return spoken == version::v2 ? in_v1 + 1 : in_v1;
}

connection_id id_of(std::uint8_t fill, std::size_t size) {
  return *connection_id::from(repeated(size, fill));
}

/// An end that was not told otherwise speaks the tested version alone.
transport_settings settings_of(peer_options const& options) {
  auto settings = options.settings;
  if (!options.more_versions && settings.versions == transport_settings{}.versions)
    settings.versions = {options.version};
  return settings;
}

}  // namespace

std::shared_ptr<null_handshake::config const> handshake_config(std::vector<std::string> alpn) {
  auto config = std::make_shared<null_handshake::config>();
  config->alpn = std::move(alpn);
  return config;
}

hostile_peer::hostile_peer(role self, stage until, peer_options options)
    : self_(self),
      options_(std::move(options)),
      version_(options_.version),
      own_id_(options_.zero_length_id ? connection_id{} : id_of(0xbb, 8)) {
  if (!options_.victim_config) options_.victim_config = handshake_config();
  for (auto& each : handshake_in_) each = std::make_unique<reassembly_buffer>(4096);
  if (self == role::client)
    start_client();
  else
    start_server();
  advance_to(until);
}

void hostile_peer::build_victim() {
  auto const& options = options_;
  auto const charged = victim.charge();
  connection_start<test_stack> start;
  start.self = peer_of(self_);
  start.settings = settings_of(options);
  start.extensions = options.extensions;
  start.version = version_;
  start.crypto = options.victim_config;
  if (self_ == role::client) {
    start.path = {server_address, client_address};
    start.first_destination = start.original_destination = first_destination_;
    start.peer_source = own_id_;
    start.preferred = options.preferred;
  } else {
    start.path = {client_address, server_address};
    start.server_name = "server.test";
    start.early_data = options.victim_session.has_value();
    start.session = options.victim_session;
  }
  seeded_entropy const entropy{self_ == role::client ? 2U : 1U};
  victim.hold(std::make_unique<victim_connection>(std::move(start), now, entropy));
}

void hostile_peer::start_client() {
  first_destination_ = id_of(0xdd, options_.first_destination_size);
  build_victim();
  install_initial(first_destination_);
  begin_tls();
}

void hostile_peer::start_server() {
  build_victim();
  bytes room(65536);
  auto const first = victim->transmit(room, now);
  QUOIN_ASSERT(first.has_value());
  bytes datagram{first->bytes.begin(), first->bytes.end()};
  auto const header = wire::read_long_header(datagram);
  QUOIN_ASSERT(header.has_value());
  first_destination_ = header->destination;
  victim_id_ = header->source;
  victim_answered_ = true;
  install_initial(first_destination_);
  begin_tls();
  reading_.mark = first->mark;
  read_datagram(datagram);
}

void hostile_peer::start_over() {
  handshake_in_[index_of(encryption_level::initial)] = std::make_unique<reassembly_buffer>(4096);
  handshake_bytes = {};
  begin_tls();
}

void hostile_peer::begin_tls() {
  auto const& options = options_;
  wire::transport_parameters parameters;
  if (self_ == role::server) {
    parameters.original_destination_connection_id = first_destination_;
    parameters.stateless_reset_token = stateless_reset_token{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  }
  parameters.initial_source_connection_id = own_id_;
  parameters.initial_max_data = 1 << 20;
  parameters.initial_max_stream_data_bidi_local = parameters.initial_max_stream_data_bidi_remote = 1 << 18;
  parameters.initial_max_stream_data_uni = 1 << 18;
  parameters.initial_max_streams_bidi = parameters.initial_max_streams_uni = 100;
  parameters.active_connection_id_limit = 4;
  if (options.edit) options.edit(parameters);
  bytes encoded(1024);
  byte_writer writer{encoded};
  wire::write(writer, parameters, 7);
  encoded.resize(writer.size());
  if (options.edit_encoded) encoded = options.edit_encoded(std::move(encoded));
  auto config = std::make_shared<null_handshake::config>();
  config->alpn = options.alpn;
  config->sessions = options.sessions;
  tls_ = std::make_unique<null_handshake>(
      std::move(config), handshake_start{self_, "server.test", encoded, version_, options.session, options.early_data});
  static_cast<void>(tls_->begin());
  drain_tls();
}

void hostile_peer::install_initial(connection_id const& client_destination) {
  initial_key_id_ = client_destination;
  auto const secrets = derive_initial_secrets<null_kdf>(version_, client_destination.view());
  auto const& [ours, theirs] =
      self_ == role::client ? std::tie(secrets.client, secrets.server) : std::tie(secrets.server, secrets.client);
  install(seal_[index_of(encryption_level::initial)], ours.view());
  install(open_[index_of(encryption_level::initial)], theirs.view());
}

void hostile_peer::install(direction_keys& keys, byte_view secret) {
  keys.header.emplace(make_header_key<null_protection>(version_, suite, secret));
  keys.secrets = {traffic_secret(secret)};
  keys.packets = {make_packet_key<null_protection>(version_, suite, secret)};
}

void hostile_peer::use_version(version v) {
  version_ = v;
  for (auto* const side : {&seal_, &open_})
    for (auto& keys : *side)
      if (!keys.secrets.empty()) install(keys, traffic_secret{keys.secrets.front()}.view());
  install_initial(initial_key_id_);
}

void hostile_peer::add_phases(direction_keys& keys, std::uint64_t phase) {
  while (keys.packets.size() <= phase) {
    keys.secrets.push_back(next_secret<null_kdf>(version_, suite, keys.secrets.back()));
    keys.packets.push_back(make_packet_key<null_protection>(version_, suite, keys.secrets.back().view()));
  }
}

void hostile_peer::drain_tls() {
  while (auto const out = tls_->next()) {
    if (out->what == handshake_output::kind::send) {
      auto& waiting = handshake_bytes[index_of(out->level)];
      waiting.insert(waiting.end(), out->bytes.begin(), out->bytes.end());
    } else if (out->what == handshake_output::kind::secret) {
      install((out->direction == key_direction::seal ? seal_ : open_)[index_of(out->level)], out->bytes);
    } else if (out->what == handshake_output::kind::peer_parameters) {
      victim_parameters.assign(out->bytes.begin(), out->bytes.end());
    } else if (out->what == handshake_output::kind::session) {
      session.assign(out->bytes.begin(), out->bytes.end());
    }
  }
}

void hostile_peer::advance_to(stage until) {
  bool const client = self_ == role::client;
  if (until >= stage::handshake) {
    if (!client) acknowledge(encryption_level::initial);
    send_handshake(encryption_level::initial);
    absorb();
  }
  if (until >= stage::complete) {
    send_handshake(encryption_level::handshake);
    absorb();
  }
  if (until >= stage::confirmed) {
    acknowledge(encryption_level::handshake);
    if (!client && has_keys(encryption_level::one_rtt)) send(encryption_level::one_rtt, bytes{0x1e});
    absorb();
    acknowledge(encryption_level::one_rtt);
    absorb();
  }
}

void hostile_peer::send_handshake(encryption_level level) {
  auto& waiting = handshake_bytes[index_of(level)];
  auto& sent = handshake_sent_[index_of(level)];
  for (std::size_t at = 0; at < waiting.size();) {
    auto const size = std::min<std::size_t>(1000, waiting.size() - at);
    auto const first = waiting.begin() + static_cast<std::ptrdiff_t>(at);
    send(level, crypto(sent, {first, first + static_cast<std::ptrdiff_t>(size)}));
    sent += size;
    at += size;
  }
  waiting.clear();
}

void hostile_peer::acknowledge(encryption_level level) {
  auto const& ranges = received_[index_of(space_of(level))];
  if (ranges.empty() || !has_keys(level)) return;
  bytes payload(600);
  byte_writer writer{payload};
  wire::write_ack(writer, ranges, 0, options_.reports_marks ? &marks_[index_of(space_of(level))] : nullptr);
  payload.resize(writer.size());
  send(level, payload);
}

bytes hostile_peer::packet(encryption_level level, byte_view payload, packet_options const& options) {
  // Without 0-RTT keys what matters is that nobody else has them either.
  bool const no_keys = level == encryption_level::early_data && !has_keys(level);
  auto& keys = seal_[index_of(no_keys ? encryption_level::initial : level)];
  QUOIN_ASSERT(keys.header.has_value());
  add_phases(keys, options.phase);
  auto& next = next_[index_of(space_of(level))];
  auto const chosen = options.number.value_or(next);
  next = std::max(next, chosen + 1);
  bool const first_words = self_ == role::client && !victim_answered_;
  auto const destination = options.destination.value_or(first_words ? first_destination_ : victim_id_);

  bytes packet(payload.size() + options.token.size() + 128);
  byte_writer writer{packet};
  auto const size_bits = static_cast<unsigned>(options.number_size - 1);
  unsigned first = (options.fixed_bit ? 0x40U : 0U) | size_bits | options.reserved_bits;
  if (level == encryption_level::one_rtt) {
    if (((options.phase & 1) != 0) != options.wrong_phase_bit) first |= 0x04;
    writer.u8(static_cast<std::uint8_t>(first));
    writer.bytes(destination.view());
  } else {
    auto const source = options.source.value_or(own_id_);
    auto const in_header = options.version.value_or(static_cast<std::uint32_t>(version_));
    auto const layout = in_header == static_cast<std::uint32_t>(version::v2) ? version::v2 : version::v1;
    writer.u8(static_cast<std::uint8_t>(first | 0x80U | type_bits(level, layout) << 4));
    writer.u32(in_header);
    writer.u8(static_cast<std::uint8_t>(destination.size()));
    writer.bytes(destination.view());
    writer.u8(static_cast<std::uint8_t>(source.size()));
    writer.bytes(source.view());
    if (level == encryption_level::initial) writer.varint_prefixed_bytes(options.token);
    writer.varint(options.length.value_or(options.number_size + payload.size() + aead_tag_size), 2);
  }
  auto const number_offset = writer.size();
  writer.big_endian(chosen, options.number_size);
  auto const header_size = writer.size();
  writer.bytes(payload);
  writer.fill(aead_tag_size, 0);
  QUOIN_ASSERT(writer.ok());
  packet.resize(writer.size());

  packet_in_place place{packet, header_size, chosen, false};
  keys.packets[options.phase].seal({&place, 1});
  if (options.forged) packet.back() ^= 0x55;
  packet_to_seal const to_hide{packet, number_offset, options.number_size, chosen};
  detail::hide_headers(*keys.header, std::span{&to_hide, 1});
  return packet;
}

void hostile_peer::send(encryption_level level, byte_view payload, packet_options const& options) {
  auto datagram = packet(level, payload, options);
  if (level == encryption_level::initial) datagram.resize(std::max<std::size_t>(datagram.size(), 1200));
  deliver(std::move(datagram));
}

void hostile_peer::deliver(bytes datagram) {
  auto at = self_ == role::client ? network_path{server_address, client_address}
                                  : network_path{client_address, server_address};
  if (seems_at) at.remote = *seems_at;
  if (talks_to) at.local = *talks_to;
  bytes_sent_to_victim += datagram.size();
  victim->receive({at, datagram, datagram.size(), ecn::not_ect}, now);
}

std::size_t hostile_peer::absorb() {
  std::size_t count = 0;
  bytes room(65536);
  while (auto const out = victim->transmit(room, now)) {
    for (auto rest = out->bytes; !rest.empty();) {
      auto const one = rest.first(std::min(rest.size(), out->segment_size));
      rest = rest.subspan(one.size());
      bytes datagram{one.begin(), one.end()};
      ++count;
      ++datagrams;
      bytes_sent_by_victim += datagram.size();
      sent_to_port[out->path.remote.port] += datagram.size();
      reading_.port = out->path.remote.port;
      reading_.mark = out->mark;
      read_datagram(datagram);
    }
  }
  return count;
}

void hostile_peer::pass(duration time) {
  auto const end = now + time;
  absorb();
  for (int turn = 0; turn < 10'000 && victim->deadline() <= end; ++turn) {
    now = std::max(now, victim->deadline());
    victim->expire(now);
    absorb();
  }
  now = end;
}

std::uint64_t hostile_peer::own_stream(stream_direction direction, std::uint64_t index) const {
  return stream_id{self_, direction, index}.value();
}

std::uint64_t hostile_peer::victims_stream(stream_direction direction, std::uint64_t index) const {
  return stream_id{peer_of(self_), direction, index}.value();
}

}  // namespace quoin::testing
