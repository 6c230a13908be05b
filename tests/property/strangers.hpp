// SPDX-License-Identifier: BSL-1.0
/// \file
/// People who have nothing to do with a connection and send to its ends all the same.
#pragma once

#include "world/world.hpp"

#include <quoin/endpoint/reply_limiter.hpp>
#include <quoin/sim/random.hpp>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

namespace quoin::property {

/// What is wrong with answers of these sizes to datagrams of those. They may be stateless resets, which are smaller
/// than what they answer (RFC 9000 10.3.3), or lists of versions, which a full-sized datagram asks for. Which answers
/// which is not known, but the largest is smaller than the largest, and so on.
inline std::string problem_with_answers(std::vector<std::size_t> asked, std::vector<std::size_t> answers) {
  if (answers.size() > asked.size()) return "INV-44 strangers get more answers than they sent datagrams";
  std::sort(asked.rbegin(), asked.rend());
  std::sort(answers.rbegin(), answers.rend());
  for (std::size_t i = 0; i < answers.size(); ++i)
    if (answers[i] >= asked[i]) return "INV-44 a stranger gets as much as it sent";
  return {};
}

/// Counts the answers to one address. The endpoint does so second by second, so that those of two may fall into one.
class answer_rate {
 public:
  /// One more; whether that is too many.
  bool add(instant now) {
    times_.push_back(now);
    while (now - times_.front() >= std::chrono::seconds{1}) times_.pop_front();
    return times_.size() > 2 * reply_limiter::per_second_and_address;
  }

 private:
  std::deque<instant> times_;
};

/// Sends garbage and pieces of what it overheard from addresses of its own, and judges what comes back (INV-44).
class strangers {
 public:
  explicit strangers(scenario::world& in) : world_(in) {
    for (auto const& own : {address(), address_of_pieces()})
      in.network().bind(in.host(role::client), own, [](sim::datagram&&) {});
  }
  strangers(strangers const&) = delete;
  strangers& operator=(strangers const&) = delete;

  static socket_address address() { return socket_address::v4(10, 9, 0, 1, 999); }
  /// Where pieces come from that are of the client's newest connection ID, which the server knows.
  static socket_address address_of_pieces() { return socket_address::v4(10, 9, 0, 1, 998); }
  static bool are(socket_address const& address) { return address.ip == strangers::address().ip; }

  /// Remembers a datagram of the client's that is no invitation to begin another connection.
  void overhear(sim::datagram const& d) {
    if (d.bytes.empty() || (d.bytes[0] & 0x80) != 0) return;
    newest_id_ = id_of(d.bytes);
    if (heard_.size() < 50) heard_.push_back(d.bytes);
  }

  /// The server answers one of them.
  void note_answer(sim::datagram const& d, instant now) {
    answers_.push_back(d.bytes.size());
    if (rate_.add(now)) complain("INV-44 a stranger gets more answers than the limit");
    // A connection that its client goes on to use is no unknown one.
    bool const lives =
        std::all_of(pieces_.begin(), pieces_.end(), [this](std::string const& id) { return id == newest_id_; });
    if (d.path.remote.port == address_of_pieces().port && lives)
      complain("INV-44 a stranger gets an answer for a connection that lives");
  }

  /// One more datagram.
  void annoy(sim::random& chance) {
    std::vector<std::uint8_t> bytes;
    auto from = address();
    if (!heard_.empty() && chance.chance(0.5)) {
      bytes = heard_[chance.below(heard_.size())];
      // A whole one could arrive before the original, and the server would follow it (RFC 9000 9.3.3).
      if (bytes.size() > 1) bytes.resize(1 + chance.below(bytes.size() - 1));
      // A link that flips bits may make another ID of it.
      auto const id = id_of(bytes);
      if (!id.empty() && id == newest_id_ && world_.uplink().settings.corruption == 0) {
        from = address_of_pieces();
        pieces_.push_back(id);
      }
    } else {
      bytes.resize(1 + chance.below(1'400));
      for (auto& byte : bytes) byte = static_cast<std::uint8_t>(chance.next());
    }
    // The link may deliver it twice.
    for (auto copies = world_.uplink().settings.duplication > 0 ? 2 : 1; copies > 0; --copies)
      asked_.push_back(bytes.size());
    world_.forge(role::client, from, scenario::world::server_address(), std::move(bytes));
  }

  /// What is wrong with the answers so far.
  [[nodiscard]] std::string problem() const {
    return problems_.empty() ? problem_with_answers(asked_, answers_) : problems_;
  }

 private:
  static std::string id_of(std::vector<std::uint8_t> const& bytes) {
    constexpr std::size_t size = 8;
    return bytes.size() < 1 + size ? std::string{} : std::string(bytes.begin() + 1, bytes.begin() + 1 + size);
  }
  void complain(char const* sentence) {
    if (problems_.empty()) problems_ = sentence;
  }

  scenario::world& world_;
  std::vector<std::vector<std::uint8_t>> heard_;
  std::string newest_id_;
  std::vector<std::string> pieces_;  ///< whose pieces were sent
  std::vector<std::size_t> asked_;
  std::vector<std::size_t> answers_;
  answer_rate rate_;
  std::string problems_;
};

}  // namespace quoin::property
