// SPDX-License-Identifier: BSL-1.0
#include <quoin/stream/receive_state.hpp>
#include <quoin/stream/send_state.hpp>

#include <catch2/catch_test_macros.hpp>

using quoin::receive_state;
using quoin::send_state;
using to = quoin::send_part_event;
using from = quoin::receive_part_event;

namespace {

struct send_row {
  send_state before;
  send_state stream_sent, fin_sent, all_acked, reset, reset_acked;
};

// Typed from figure 2 of RFC 9000 3.1, a row a state, a column an event.
constexpr send_row send_matrix[] = {
    {send_state::ready, send_state::send, send_state::data_sent, send_state::ready, send_state::reset_sent,
     send_state::ready},
    {send_state::send, send_state::send, send_state::data_sent, send_state::send, send_state::reset_sent,
     send_state::send},
    {send_state::data_sent, send_state::data_sent, send_state::data_sent, send_state::data_received,
     send_state::reset_sent, send_state::data_sent},
    {send_state::data_received, send_state::data_received, send_state::data_received, send_state::data_received,
     send_state::data_received, send_state::data_received},
    {send_state::reset_sent, send_state::reset_sent, send_state::reset_sent, send_state::reset_sent,
     send_state::reset_sent, send_state::reset_received},
    {send_state::reset_received, send_state::reset_received, send_state::reset_received, send_state::reset_received,
     send_state::reset_received, send_state::reset_received},
};

struct receive_row {
  receive_state before;
  receive_state fin, all, reset, read, reset_read;
};

// Typed from figure 3 of RFC 9000 3.2; "data_read" in "Size Known" is the application that wants nothing more.
constexpr receive_row receive_matrix[] = {
    {receive_state::receive, receive_state::size_known, receive_state::receive, receive_state::reset_received,
     receive_state::receive, receive_state::receive},
    {receive_state::size_known, receive_state::size_known, receive_state::data_received, receive_state::reset_received,
     receive_state::data_read, receive_state::size_known},
    {receive_state::data_received, receive_state::data_received, receive_state::data_received,
     receive_state::data_received, receive_state::data_read, receive_state::data_received},
    {receive_state::data_read, receive_state::data_read, receive_state::data_read, receive_state::data_read,
     receive_state::data_read, receive_state::data_read},
    {receive_state::reset_received, receive_state::reset_received, receive_state::reset_received,
     receive_state::reset_received, receive_state::reset_received, receive_state::reset_read},
    {receive_state::reset_read, receive_state::reset_read, receive_state::reset_read, receive_state::reset_read,
     receive_state::reset_read, receive_state::reset_read},
};

}  // namespace

TEST_CASE("the sending part answers every event in every state as figure 2 says",
          "[stream][rfc9000][cve_class_stop_sending_meets_data]") {
  for (auto const& row : send_matrix) {
    CAPTURE(static_cast<int>(row.before));
    CHECK(after(row.before, to::stream_sent) == row.stream_sent);
    CHECK(after(row.before, to::fin_sent) == row.fin_sent);
    CHECK(after(row.before, to::all_acked) == row.all_acked);
    CHECK(after(row.before, to::reset) == row.reset);
    CHECK(after(row.before, to::reset_acked) == row.reset_acked);
    CHECK(is_terminal(row.before) ==
          (row.before == send_state::data_received || row.before == send_state::reset_received));
  }
}

TEST_CASE("the receiving part answers every event in every state as figure 3 says",
          "[stream][rfc9000][cve_class_stop_sending_meets_data]") {
  for (auto const& row : receive_matrix) {
    CAPTURE(static_cast<int>(row.before));
    CHECK(after(row.before, from::fin_received) == row.fin);
    CHECK(after(row.before, from::all_received) == row.all);
    CHECK(after(row.before, from::reset_received) == row.reset);
    CHECK(after(row.before, from::data_read) == row.read);
    CHECK(after(row.before, from::reset_read) == row.reset_read);
    CHECK(is_terminal(row.before) ==
          (row.before == receive_state::data_read || row.before == receive_state::reset_read));
  }
}
