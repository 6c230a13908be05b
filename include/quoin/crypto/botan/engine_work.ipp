// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which messages take so long that they are left to another thread. Included by handshake.ipp.
#pragma once

#include <quoin/crypto/botan/engine.ipp>

namespace quoin {

/// A server signs when it has a ClientHello, a client when it has the Finished of a server that asked who it is; both
/// verify chains and signatures. The connection's part in a ClientHello cannot wait, for it is this thread's.
QUOIN_DECL bool botan_handshake::engine::leaves_to_others(byte_view whole) {
  using enum tls::message_type;
  if (!configured().settings.executor || complete_) return false;
  auto const type = static_cast<tls::message_type>(whole[0]);
  if (type == certificate_request) asked_for_certificate_ = true;
  work_to_leave_ = type == certificate || type == certificate_verify || (type == client_hello && theirs_) ||
                   (type == finished && asked_for_certificate_);
  if (work_to_leave_ && type == client_hello) answer_parameters_of(whole);
  return work_to_leave_;
}

/// What is wrong with the message is found later; then nothing of this has been said to anybody.
QUOIN_DECL void botan_handshake::engine::answer_parameters_of(byte_view hello) {
  byte_reader reader{hello};
  reader.bytes(botan_detail::hello_session_id_at);
  reader.bytes(reader.u8().value_or(0));   // session ID
  reader.bytes(reader.u16().value_or(0));  // suites
  reader.bytes(reader.u8().value_or(0));   // compression methods
  auto const list = reader.bytes(reader.u16().value_or(0));
  tls::for_each_extension(list.value_or(byte_view{}), [this](std::uint16_t type, byte_view value) {
    if (type == tls::extension::transport_parameters) answer_parameters(value);
  });
  answer_parameters_ = {};  // whatever Botan finds later, the connection is not to be called from another thread
}

/// The message that was left, and whatever follows it. For any thread, as long as no other uses the engine.
QUOIN_DECL result<> botan_handshake::engine::go_on() {
  work_to_leave_ = false;
  return guarded([this] {
    return tls::take_waiting(
        input_, receive_level_, [this](byte_view whole) { return take_message(whole); }, tls::leave_none);
  });
}

}  // namespace quoin
