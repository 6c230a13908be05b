// SPDX-License-Identifier: BSL-1.0
/// \file
/// An observer that writes a connection's qlog as JSON text sequences (`.sqlog`): version 0.3, which qvis and other
/// tools read, or after the newest draft-ietf-quic-qlog-main-schema and -quic-events.
#pragma once

#include <quoin/policy/observer.hpp>
#include <quoin/qlog/event_json.hpp>
#include <quoin/qlog/record_file.hpp>
#include <quoin/qlog/version_0_3.hpp>

#include <optional>
#include <utility>

namespace quoin {

/// In which words a log is written.
enum class qlog_version : std::uint8_t {
  v0_3,   ///< main-schema-03 and quic-events-02 of the drafts: what tools read today, qvis among them
  draft,  ///< the drafts that are to become RFCs; the files name their schemas by URN
};

/// The form and the caps of one log.
struct qlog_settings {
  qlog_version version = qlog_version::v0_3;
  byte_count max_file_bytes = byte_count{256} << 20;  ///< beyond: a last record says so, and nothing more is written
  std::size_t max_frames = 256;  ///< of one packet, and ranges of one ACK frame; more are counted, not listed
};

/// Writes one file for one connection. Needs the header-only nlohmann/json. Whatever goes wrong with the file ends the
/// log, never the connection. What streams carry, keys and tokens stay out of the log; addresses and connection IDs do
/// not.
class qlog_observer {
 public:
  static constexpr bool enabled = true;

  /// Writes nothing.
  qlog_observer() = default;

  /// Writes to `file`, replacing what is there.
  qlog_observer(std::filesystem::path const& file, role self, qlog_settings const& settings = {})
      : qlog_observer(self, settings) {
    file_ = {file, settings.max_file_bytes};
  }

  /// Writes to `folder`/ODCID_client.sqlog or `folder`/ODCID_server.sqlog, the names that the draft recommends. A
  /// client has drawn no ID yet when its observer is made: then the log begins, and gets its name, when the connection
  /// starts.
  qlog_observer(std::filesystem::path const& folder, connection_id const& original_destination, role self,
                qlog_settings const& settings = {})
      : qlog_observer(self, settings) {
    if (original_destination.empty())
      unnamed_ = unnamed{folder, settings.max_file_bytes};
    else
      file_ = {folder / file_name(original_destination, self), settings.max_file_bytes};
    group_ = qlog::hex(original_destination.view());
  }

  static std::string file_name(connection_id const& original_destination, role self) {
    return qlog::hex(original_destination.view()) + (self == role::client ? "_client.sqlog" : "_server.sqlog");
  }

  /// False when the file could not be made, a write failed, or the limit was reached.
  [[nodiscard]] bool writing() const noexcept { return file_.is_open() || unnamed_; }

  /// Hands what is buffered to the system; done by itself when the connection is closed.
  void flush() noexcept { file_.flush(); }

  void on(event::connection_started const& e) noexcept {
    name_by(e.original_destination);
    record(e.now, "quic:connection_started", [&] {
      group_ = qlog::hex(e.original_destination.view());
      return qlog::describe(e);
    });
  }

  void on(event::parameters_set const& e) noexcept {
    if (e.remembered)
      return record(e.now, "quic:parameters_restored", [&] {
        qlog::json data;
        qlog::describe_parameters(data, e.encoded);
        data.erase("unknown_parameters");
        return data;
      });
    record(e.now, "quic:parameters_set", [&] {
      qlog::json data;
      data["initiator"] = e.local ? "local" : "remote";
      auto const exponent = qlog::describe_parameters(data, e.encoded);
      if (exponent) (e.local ? sent_frames_ : received_frames_).ack_delay_exponent = *exponent;
      return data;
    });
  }

  void on(event::packet_sent const& e) noexcept {
    record(e.now, "quic:packet_sent", [&] { return qlog::describe_packet(e, options_for(e.kind, sent_frames_)); });
  }

  void on(event::packet_received const& e) noexcept {
    record(e.now, "quic:packet_received",
           [&] { return qlog::describe_packet(e, options_for(e.kind, received_frames_)); });
  }

  void on(event::packet_dropped const& e) noexcept {
    record(e.now, "quic:packet_dropped", [&] { return qlog::describe(e); });
  }

  void on(event::packet_lost const& e) noexcept {
    record(e.now, "quic:packet_lost", [&] { return qlog::describe(e); });
  }

  void on(event::metrics_updated const& e) noexcept {
    record(e.now, "quic:recovery_metrics_updated", [&] { return qlog::describe_changes(e, metrics_); });
    metrics_ = e;
  }

  void on(event::key_updated const& e) noexcept {
    auto const first = e.remote ? peer_of(self_) : self_;
    record(e.now, e.discarded ? "quic:key_discarded" : "quic:key_updated", [&] { return qlog::describe(e, first); });
    if (qlog::is_update(e)) record(e.now, "quic:key_updated", [&] { return qlog::describe(e, peer_of(first)); });
  }

  void on(event::path_updated const& e) noexcept {
    record(e.now, "quic:migration_state_updated", [&] { return qlog::describe(e); });
  }

  void on(event::mtu_updated const& e) noexcept {
    record(e.now, "quic:mtu_updated", [&] { return qlog::describe(e); });
  }

  void on(event::connection_closed const& e) noexcept {
    record(e.now, "quic:connection_closed", [&] { return qlog::describe(e); });
    file_.flush();
  }

 private:
  static constexpr std::size_t farewell_size = 256;  ///< room kept for the record that says that the log is cut

  qlog_observer(role self, qlog_settings const& settings) noexcept : version_(settings.version), self_(self) {
    sent_frames_.max_frames = received_frames_.max_frames = settings.max_frames;
  }

  /// A log that has no name yet.
  struct unnamed {
    std::filesystem::path folder;
    byte_count limit = 0;
  };

  void name_by(connection_id const& original_destination) noexcept {
    if (!unnamed_) return;
    try {
      file_ = {unnamed_->folder / file_name(original_destination, self_), unnamed_->limit};
    } catch (...) {  // out of memory: there will be no log
    }
    unnamed_.reset();
  }

  /// Acknowledgement delays outside of 1-RTT packets cannot know the exponent that is still being negotiated.
  static qlog::frame_options options_for(event::packet_kind kind, qlog::frame_options options) noexcept {
    if (kind != event::packet_kind::one_rtt) options.ack_delay_exponent = qlog::frame_options{}.ack_delay_exponent;
    return options;
  }

  /// Writes the record of one event; `make_data` returns its data, an empty object for nothing worth a record.
  template <class MakeData>
  void record(instant now, char const* name, MakeData&& make_data) noexcept {
    if (!file_.is_open()) return;
    try {
      auto data = make_data();
      if (!has_header_) write_header(now);
      if (!data.empty()) write_event(now, name, std::move(data));
    } catch (...) {
      file_.close();  // out of memory: no log is worth the connection
    }
  }

  void write_header(instant now) {
    start_ = now;
    has_header_ = true;
    auto const header =
        version_ == qlog_version::v0_3 ? qlog::version_0_3::header(self_, group_) : header_of_the_drafts();
    file_.write(header.dump());
  }

  [[nodiscard]] qlog::json header_of_the_drafts() const {
    qlog::json header;
    header["file_schema"] = "urn:ietf:params:qlog:file:sequential";
    header["serialization_format"] = "application/qlog+json-seq";
    header["title"] = "quoin";
    auto& trace = header["trace"];
    auto& common = trace["common_fields"];
    if (!group_.empty()) common["group_id"] = group_;
    common["time_format"] = "relative_to_epoch";
    common["reference_time"]["clock_type"] = "monotonic";
    common["reference_time"]["epoch"] = "unknown";
    trace["vantage_point"]["type"] = self_ == role::client ? "client" : "server";
    trace["event_schemas"] = {"urn:ietf:params:qlog:events:quic-13", "urn:ietf:params:qlog:events:loglevel-14"};
    return header;
  }

  void write_event(instant now, char const* name, qlog::json&& data) {
    auto const text = event_text(now, name, std::move(data));
    if (file_.has_room(text.size() + farewell_size)) return file_.write(text);
    qlog::json farewell;
    farewell["message"] = "the log has reached its size limit";
    file_.write(event_text(now, "loglevel:warning", std::move(farewell)));
    file_.close();
  }

  [[nodiscard]] std::string event_text(instant now, char const* name, qlog::json&& data) const {
    bool const old = version_ == qlog_version::v0_3;
    if (old) qlog::version_0_3::rewrite(name, data);
    qlog::json event;
    event["time"] = qlog::milliseconds(since_start(now));
    event["name"] = old ? qlog::version_0_3::event_name(name) : name;
    event["data"] = std::move(data);
    return event.dump(-1, ' ', false, qlog::json::error_handler_t::replace);
  }

  /// Unsigned, because the two ends of the time line are further apart than a duration can say.
  [[nodiscard]] duration since_start(instant now) const noexcept {
    auto const count = [](instant at) { return static_cast<std::uint64_t>(at.time_since_epoch().count()); };
    return duration{static_cast<duration::rep>(count(now) - count(start_))};
  }

  std::optional<unnamed> unnamed_;
  qlog::record_file file_;
  qlog_version version_ = qlog_version::v0_3;
  role self_ = role::client;
  bool has_header_ = false;
  instant start_{};
  std::string group_;
  qlog::frame_options sent_frames_;
  qlog::frame_options received_frames_;
  event::metrics_updated metrics_;
};

static_assert(connection_observer<qlog_observer>);

}  // namespace quoin
