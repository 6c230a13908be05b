// SPDX-License-Identifier: BSL-1.0
/// \file
/// The Asio library that a test program is built with; no file can have both.
#pragma once

#ifdef QUOIN_TEST_BOOST_ASIO
#include <quoin/asio/net/boost.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

struct library {
  using net = quoin::asio::boost_net;
  using context = boost::asio::io_context;
  template <class... Arguments>
  static void write(Arguments&&... arguments) {
    boost::asio::async_write(std::forward<Arguments>(arguments)...);
  }
  template <class... Arguments>
  static void read(Arguments&&... arguments) {
    boost::asio::async_read(std::forward<Arguments>(arguments)...);
  }
};
#else
#include <quoin/asio/net/standalone.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

struct library {
  using net = quoin::asio::standalone_net;
  using context = ::asio::io_context;
  template <class... Arguments>
  static void write(Arguments&&... arguments) {
    ::asio::async_write(std::forward<Arguments>(arguments)...);
  }
  template <class... Arguments>
  static void read(Arguments&&... arguments) {
    ::asio::async_read(std::forward<Arguments>(arguments)...);
  }
};
#endif
