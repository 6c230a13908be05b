// SPDX-License-Identifier: BSL-1.0
/// \file
/// Frames as the draft's `$QuicFrame` objects, decoded from a packet's plaintext.
#pragma once

#include <quoin/core/limits.hpp>
#include <quoin/qlog/json.hpp>
#include <quoin/qlog/names.hpp>
#include <quoin/wire/extension_frames.hpp>

namespace quoin::qlog {

/// How frames are written down.
struct frame_options {
  std::uint64_t ack_delay_exponent = 3;  ///< of whoever sent the packet (RFC 9000 18.2)
  std::size_t max_frames = 256;          ///< of one packet; also the ranges of one ACK frame
};

/// A handler for `wire::read_frames` that makes one object of each frame. Contents of streams, and what would let a
/// reader of the log act as an endpoint (tokens, stateless reset tokens), stay out of it.
class frame_lister {
 public:
  explicit frame_lister(frame_options const& options) : options_(options) {}

  template <class Frame>
  result<> operator()(Frame const& frame) {
    if (list_.size() < options_.max_frames)
      list_.push_back(describe(frame));
    else
      ++omitted_;
    return {};
  }

  /// What could not be read, after what could.
  void add_unreadable(transport_error const& error) {
    auto frame = named("unknown");
    frame["frame_type_bytes"] = error.frame_type;
    list_.push_back(std::move(frame));
  }

  json& list() noexcept { return list_; }
  [[nodiscard]] std::uint64_t omitted() const noexcept { return omitted_; }

 private:
  static json named(char const* type) {
    json frame;
    frame["frame_type"] = type;
    return frame;
  }

  static json raw(std::size_t length) {
    json sizes;
    sizes["length"] = length;
    sizes["payload_length"] = length;
    return sizes;
  }

  static char const* direction_name(stream_direction direction) noexcept {
    return direction == stream_direction::bidirectional ? "bidirectional" : "unidirectional";
  }

  json describe(wire::padding_frame const& frame) {
    auto object = named("padding");
    object["raw"] = raw(frame.size);
    return object;
  }
  json describe(wire::ping_frame const&) { return named("ping"); }
  json describe(wire::handshake_done_frame const&) { return named("handshake_done"); }

  json describe(wire::ack_frame const& frame) {
    auto object = named("ack");
    auto const scale =
        static_cast<double>(std::uint64_t{1} << std::min<std::uint64_t>(options_.ack_delay_exponent, 20));
    object["ack_delay"] = static_cast<double>(frame.delay) * scale / 1e3;
    auto& ranges = object["acked_ranges"] = json::array();
    frame.for_each_range([&](packet_number smallest, packet_number largest) {
      if (ranges.size() >= options_.max_frames) return;
      ranges.push_back(smallest == largest ? json::array({largest}) : json::array({smallest, largest}));
    });
    if (frame.has_ecn) {
      object["ect1"] = frame.ecn.ect1;
      object["ect0"] = frame.ecn.ect0;
      object["ce"] = frame.ecn.ce;
    }
    return object;
  }

  json describe(wire::crypto_frame const& frame) {
    auto object = named("crypto");
    object["offset"] = frame.offset;
    object["raw"] = raw(frame.data.size());
    return object;
  }

  json describe(wire::stream_frame const& frame) {
    auto object = named("stream");
    object["stream_id"] = frame.id.value();
    object["offset"] = frame.offset;
    object["fin"] = frame.fin;
    object["raw"] = raw(frame.data.size());
    return object;
  }

  json describe(wire::reset_stream_frame const& frame) {
    auto object = named("reset_stream");
    object["stream_id"] = frame.id.value();
    object["error"] = "unknown";
    object["error_code"] = frame.code;
    object["final_size"] = frame.final_size;
    return object;
  }

  json describe(wire::stop_sending_frame const& frame) {
    auto object = named("stop_sending");
    object["stream_id"] = frame.id.value();
    object["error"] = "unknown";
    object["error_code"] = frame.code;
    return object;
  }

  json describe(wire::new_token_frame const& frame) {
    auto object = named("new_token");
    object["token"]["type"] = "resumption";
    object["token"]["raw"] = raw(frame.token.size());
    return object;
  }

  json describe(wire::max_data_frame const& frame) {
    auto object = named("max_data");
    object["maximum"] = frame.maximum;
    return object;
  }

  json describe(wire::max_stream_data_frame const& frame) {
    auto object = named("max_stream_data");
    object["stream_id"] = frame.id.value();
    object["maximum"] = frame.maximum;
    return object;
  }

  json describe(wire::max_streams_frame const& frame) {
    auto object = named("max_streams");
    object["stream_type"] = direction_name(frame.direction);
    object["maximum"] = frame.maximum;
    return object;
  }

  json describe(wire::data_blocked_frame const& frame) {
    auto object = named("data_blocked");
    object["limit"] = frame.limit;
    return object;
  }

  json describe(wire::stream_data_blocked_frame const& frame) {
    auto object = named("stream_data_blocked");
    object["stream_id"] = frame.id.value();
    object["limit"] = frame.limit;
    return object;
  }

  json describe(wire::streams_blocked_frame const& frame) {
    auto object = named("streams_blocked");
    object["stream_type"] = direction_name(frame.direction);
    object["limit"] = frame.limit;
    return object;
  }

  json describe(wire::new_connection_id_frame const& frame) {
    auto object = named("new_connection_id");
    object["sequence_number"] = frame.sequence;
    object["retire_prior_to"] = frame.retire_prior_to;
    object["connection_id_length"] = frame.id.size();
    object["connection_id"] = hex(frame.id.view());
    return object;
  }

  json describe(wire::retire_connection_id_frame const& frame) {
    auto object = named("retire_connection_id");
    object["sequence_number"] = frame.sequence;
    return object;
  }

  json describe(wire::path_challenge_frame const& frame) {
    auto object = named("path_challenge");
    object["data"] = hex(frame.data);
    return object;
  }

  json describe(wire::path_response_frame const& frame) {
    auto object = named("path_response");
    object["data"] = hex(frame.data);
    return object;
  }

  json describe(wire::datagram_frame const& frame) {
    auto object = named("datagram");
    object["raw"] = raw(frame.data.size());
    return object;
  }

  /// The draft leaves the frames of these extensions to theirs.
  json describe(wire::reset_stream_at_frame const& frame) {
    auto object = named("reset_stream_at");
    object["stream_id"] = frame.id.value();
    object["error"] = "unknown";
    object["error_code"] = frame.code;
    object["final_size"] = frame.final_size;
    object["reliable_size"] = frame.reliable_size;
    return object;
  }

  json describe(wire::ack_frequency_frame const& frame) {
    auto object = named("ack_frequency");
    object["sequence_number"] = frame.sequence;
    object["ack_eliciting_threshold"] = frame.threshold;
    object["requested_max_ack_delay"] = frame.max_ack_delay;
    object["reordering_threshold"] = frame.reordering_threshold;
    return object;
  }
  json describe(wire::observed_address_frame const& frame) {
    auto object = named("observed_address");
    object["sequence_number"] = frame.sequence;
    object["ip"] = hex(byte_view{frame.address.ip}.first(frame.address.family == address_family::v4 ? 4 : 16));
    object["port"] = frame.address.port;
    return object;
  }
  json describe(wire::immediate_ack_frame const&) { return named("immediate_ack"); }

  json describe(wire::path_ack_frame const& frame) {
    auto object = describe(frame.ack);
    object["frame_type"] = "path_ack";
    object["path_id"] = frame.path;
    return object;
  }
  json describe(wire::path_abandon_frame const& frame) {
    auto object = about_path("path_abandon", frame.path);
    object["error_code"] = frame.code;
    return object;
  }
  json describe(wire::path_status_frame const& frame) {
    auto object = about_path(frame.available ? "path_status_available" : "path_status_backup", frame.path);
    object["path_status_sequence_number"] = frame.sequence;
    return object;
  }
  json describe(wire::path_new_connection_id_frame const& frame) {
    auto object = describe(frame.issued);
    object["frame_type"] = "path_new_connection_id";
    object["path_id"] = frame.path;
    return object;
  }
  json describe(wire::path_retire_connection_id_frame const& frame) {
    auto object = about_path("path_retire_connection_id", frame.path);
    object["sequence_number"] = frame.sequence;
    return object;
  }
  json describe(wire::max_path_id_frame const& frame) { return maximum_path("max_path_id", frame.maximum); }
  json describe(wire::paths_blocked_frame const& frame) { return maximum_path("paths_blocked", frame.maximum); }
  json describe(wire::path_cids_blocked_frame const& frame) {
    auto object = about_path("path_cids_blocked", frame.path);
    object["next_sequence_number"] = frame.next_sequence;
    return object;
  }

  static json about_path(char const* name, std::uint64_t path) {
    auto object = named(name);
    object["path_id"] = path;
    return object;
  }
  static json maximum_path(char const* name, std::uint64_t maximum) {
    auto object = named(name);
    object["maximum_path_id"] = maximum;
    return object;
  }

  json describe(wire::connection_close_frame const& frame) {
    auto object = named("connection_close");
    object["error_space"] = frame.application ? "application" : "transport";
    auto const name = frame.application ? std::string{"unknown"} : transport_error_name(frame.code);
    object["error"] = name;
    if (name == "unknown") object["error_code"] = frame.code;
    auto const reason = frame.reason.first(std::min(frame.reason.size(), limits::close_reason));
    object["reason"] = as_text(reason);
    if (!is_printable(as_text(reason))) object["reason_bytes"] = hex(reason);
    if (!frame.application) object["trigger_frame_type"] = frame.frame_type;
    return object;
  }

  frame_options options_;
  json list_ = json::array();
  std::uint64_t omitted_ = 0;
};

/// Puts the frames of a packet into the data of its event. Bytes that are not frames, which a peer may well send, end
/// the list with a frame "unknown".
inline void describe_frames(json& data, byte_view payload, event::packet_kind kind, frame_options const& options) {
  if (payload.empty()) return;
  frame_lister lister{options};
  if (auto const read = wire::read_frames<wire::all_extension_frames>(payload, kind, lister); !read)
    lister.add_unreadable(read.error());
  data["frames"] = std::move(lister.list());
  if (lister.omitted() > 0) data["frames_omitted"] = lister.omitted();
}

}  // namespace quoin::qlog
