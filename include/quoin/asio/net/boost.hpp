// SPDX-License-Identifier: BSL-1.0
/// \file
/// Boost.Asio, as `quoin::asio` uses it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/version.hpp>
#if BOOST_ASIO_VERSION >= 101900
#include <boost/asio/associated_cancellation_slot.hpp>
#endif

#include <utility>

#define QUOIN_NET boost::asio
#define QUOIN_NET_NAME boost_net
#define QUOIN_NET_ERROR_CODE boost::system::error_code
#define QUOIN_NET_VERSION BOOST_ASIO_VERSION
#include <quoin/asio/net/names.ipp>
