// SPDX-License-Identifier: BSL-1.0
/// \file
/// One request over HTTP/3 and what becomes of its answer.
#pragma once

#include "failure.hpp"
#include "fetch/output.hpp"
#include "fetch/plan.hpp"
#include "fetch/upload.hpp"
#include "url.hpp"

#include <quoin/http3/wire/error.hpp>

#include <chrono>
#include <functional>

namespace quoin::http3 {
class client_request;
class client_response;
class origin;
}  // namespace quoin::http3

namespace tool::fetch {

/// One URL on its way to one file.
struct order {
  std::string path;              ///< as the server is asked for it
  std::filesystem::path target;  ///< empty: standard output
  std::string name;              ///< in messages and the progress bar
  url where{};                   ///< of `path`
  std::string method = "GET";
  bool with_content = false;
  bool elsewhere = false;  ///< a server has sent us here that is not the one the user named
  unsigned redirections = 0;
  std::optional<std::size_t> shown{};  ///< where the progress bar has it already
};

/// What scripts want to know of a request. Times are in seconds since it was made.
struct record {
  std::string url;
  unsigned status = 0;
  std::uint64_t bytes = 0;         ///< of content
  std::uint64_t resumed_from = 0;  ///< bytes that an earlier run had
  unsigned redirections = 0;
  double first_byte = 0;
  double total = 0;
  std::string problem;
};

class exchange {
 public:
  enum class state { under_way, done, failed, moved };
  struct listener {
    std::function<void(std::uint64_t)> received;
    std::function<void(exchange&)> ended;
    /// The connection is over: why is told once for all.
    std::function<bool()> cut_off;
  };

  /// `how` must outlive it. It stays where it is until the connection is gone.
  exchange(order what, plan const& how, listener told);
  exchange(exchange const&) = delete;
  exchange& operator=(exchange const&) = delete;

  void start(quoin::http3::origin& site);
  /// Goes on with what nobody tells us of: standard input and output.
  void on_turn();
  /// Whether `on_turn` should be called soon.
  [[nodiscard]] bool waits() const { return now_ == state::under_way && (input_waits_ || output_waits_); }
  /// It will not end any more; what there is of a file is kept, if it can be gone on with.
  void abandon() { finish(state::failed); }

  [[nodiscard]] state now() const { return now_; }
  /// Once failed.
  [[nodiscard]] problem const& why() const { return why_; }
  /// Once moved.
  [[nodiscard]] order const& next() const { return next_; }
  [[nodiscard]] fetch::record const& record() const { return record_; }

 private:
  using response = quoin::http3::client_response;

  void send();
  void take(response& answer);
  void decide(response& answer);
  bool follow(response& answer);
  void go_on_with_part(response& answer);
  void receive(response& answer);
  std::size_t take_content(quoin::byte_view bytes);
  void end_content();
  void break_off(quoin::http3::error_code code);
  void fail(exit_code code, std::string const& what);
  void finish(state as);
  [[nodiscard]] double elapsed() const;

  order what_;
  plan const& how_;
  listener told_;
  state now_ = state::under_way;
  problem why_;
  order next_;
  fetch::record record_;
  output out_;
  std::optional<kept_part> kept_;
  std::optional<upload> content_;
  quoin::http3::client_request* request_ = nullptr;
  response* response_ = nullptr;
  bool input_waits_ = false;
  bool output_waits_ = false;
  std::chrono::steady_clock::time_point begun_;
};

}  // namespace tool::fetch
