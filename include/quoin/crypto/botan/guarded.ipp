// SPDX-License-Identifier: BSL-1.0
/// \file
/// Botan speaks in exceptions; here they become alerts. Included by handshake.ipp.
#pragma once

#include <quoin/crypto/tls_messages.hpp>

#include <botan/exceptn.h>
#include <botan/tls_exceptn.h>

#include <string>

namespace quoin::botan_detail {

inline result<> alert_of(std::uint16_t number, std::exception const& e, std::string& detail) {
  if (detail.empty()) detail = e.what();
  return tls::fail(number <= 0xff ? static_cast<tls::alert>(number) : tls::alert::internal_error);
}

/// Runs what calls into Botan; nothing is thrown out. `detail` gets the words of the first exception.
template <class Action>
result<> caught(Action&& action, std::string& detail) {
  auto const as = [&](tls::alert alert, std::exception const& e) {
    return alert_of(static_cast<std::uint16_t>(alert), e, detail);
  };
  try {
    return action();
  } catch (transport_error const& error) {
    return unexpected{error};
  } catch (Botan::TLS::TLS_Exception const& e) {
    return alert_of(static_cast<std::uint16_t>(e.type()), e, detail);
  } catch (Botan::Invalid_Authentication_Tag const& e) {
    return as(tls::alert::bad_record_mac, e);
  } catch (Botan::Decoding_Error const& e) {
    return as(tls::alert::decode_error, e);
  } catch (Botan::Invalid_Argument const& e) {
    return as(tls::alert::illegal_parameter, e);
  } catch (Botan::Not_Implemented const& e) {
    return as(tls::alert::handshake_failure, e);
  } catch (std::exception const& e) {
    return as(tls::alert::internal_error, e);
  }
}

[[noreturn]] inline void refuse(tls::alert alert, std::string_view reason = {}) {
  throw transport_error{tls::fail(alert, reason).error};
}

}  // namespace quoin::botan_detail
