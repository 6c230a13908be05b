# SPDX-License-Identifier: BSL-1.0
# The library's targets. What a target cannot offer here, because a dependency is missing, it is not made for.
#   quoin::quoin     the headers that need nothing but the standard library and POSIX (those in asio/net: the Asio that
#                    whoever includes them has)
#   quoin::botan     with Botan: TLS 1.3, portable packet protection, the stock stacks
#   quoin::libcrypto with OpenSSL: fast P-256 and X25519, which quoin::botan uses where it is found
#   quoin::ipsec_mb  with libipsec-mb: fast AES-GCM packets on x86
#   quoin::crypto    whatever of these was found; link this to use quoin::default_stack
#   quoin::qlog      with nlohmann/json: the qlog observer
#   quoin::spdlog    with spdlog: its loggers as sinks of the log observer
#   quoin::split     the bodies that are not templates and the stock stacks' connections, compiled once

set(quoin_include ${PROJECT_SOURCE_DIR}/include)
file(GLOB_RECURSE quoin_headers CONFIGURE_DEPENDS ${quoin_include}/quoin/*.hpp)

# quoin_take_headers(VARIABLE REGEX): moves the headers that match, below include/quoin, from quoin_headers to VARIABLE.
macro(quoin_take_headers variable regex)
  set(${variable} ${quoin_headers})
  list(FILTER ${variable} INCLUDE REGEX "include/quoin/(${regex})")
  list(FILTER quoin_headers EXCLUDE REGEX "include/quoin/(${regex})")
endmacro()
quoin_take_headers(quoin_botan_headers "crypto/botan/|crypto/accelerated/|stacks/default|stacks/minimal|quoin\\.hpp")
quoin_take_headers(quoin_libcrypto_headers "crypto/libcrypto/")
quoin_take_headers(quoin_ipsec_mb_headers "crypto/ipsec_mb/")
quoin_take_headers(quoin_qlog_headers "qlog/")
quoin_take_headers(quoin_spdlog_headers "observe/spdlog_sink\\.hpp")
quoin_take_headers(quoin_split_headers "src\\.hpp")

# quoin_library(NAME HEADERS): an interface target quoin::NAME with headers of its own. To find dependencies from a
# project that adds quoin as a subdirectory, the targets that are found must be visible there too.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
function(quoin_library name)
  set(target quoin_${name})
  if(name STREQUAL "quoin")
    set(target quoin)
  endif()
  add_library(${target} INTERFACE)
  add_library(quoin::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_sources(${target} INTERFACE FILE_SET HEADERS BASE_DIRS ${quoin_include} FILES ${ARGN})
endfunction()

quoin_library(quoin ${quoin_headers})
target_compile_features(quoin INTERFACE cxx_std_20)

if(QUOIN_WITH_BOTAN AND QUOIN_WITH_LIBCRYPTO)
  find_package(OpenSSL 3.0 QUIET COMPONENTS Crypto)
  if(TARGET OpenSSL::Crypto)
    quoin_library(libcrypto ${quoin_libcrypto_headers})
    target_link_libraries(quoin_libcrypto INTERFACE quoin OpenSSL::Crypto)
    target_compile_definitions(quoin_libcrypto INTERFACE QUOIN_HAS_LIBCRYPTO=1)
  endif()
endif()

if(QUOIN_WITH_BOTAN)
  find_package(Botan 3.12 CONFIG QUIET)
  if(Botan_FOUND)
    quoin_library(botan ${quoin_botan_headers})
    # Some builds of Botan have only the static library, some only the shared one.
    if(TARGET Botan::Botan-static)
      target_link_libraries(quoin_botan INTERFACE quoin Botan::Botan-static)
    else()
      target_link_libraries(quoin_botan INTERFACE quoin Botan::Botan)
    endif()
    target_compile_definitions(quoin_botan INTERFACE QUOIN_HAS_BOTAN=1)
    if(TARGET quoin_libcrypto)
      target_link_libraries(quoin_botan INTERFACE quoin_libcrypto)
    endif()
  elseif(PROJECT_IS_TOP_LEVEL)
    message(FATAL_ERROR "quoin: Botan 3.12 or newer was not found. Run cmake/dependencies/install, or point "
                        "CMAKE_PREFIX_PATH at an installed Botan, or set QUOIN_WITH_BOTAN=OFF.")
  endif()
endif()

if(QUOIN_WITH_IPSEC_MB)
  find_path(QUOIN_IPSEC_MB_INCLUDE intel-ipsec-mb.h)
  find_library(QUOIN_IPSEC_MB_LIBRARY IPSec_MB)
  mark_as_advanced(QUOIN_IPSEC_MB_INCLUDE QUOIN_IPSEC_MB_LIBRARY)
  if(QUOIN_IPSEC_MB_INCLUDE AND QUOIN_IPSEC_MB_LIBRARY)
    quoin_library(ipsec_mb ${quoin_ipsec_mb_headers})
    target_include_directories(quoin_ipsec_mb SYSTEM INTERFACE $<BUILD_INTERFACE:${QUOIN_IPSEC_MB_INCLUDE}>)
    target_link_libraries(quoin_ipsec_mb INTERFACE quoin $<BUILD_INTERFACE:${QUOIN_IPSEC_MB_LIBRARY}>
                                                   $<INSTALL_INTERFACE:IPSec_MB>)
    target_compile_definitions(quoin_ipsec_mb INTERFACE QUOIN_HAS_IPSEC_MB=1)
  endif()
endif()

quoin_library(crypto)
target_link_libraries(quoin_crypto INTERFACE quoin)
foreach(backend IN ITEMS quoin_botan quoin_ipsec_mb)
  if(TARGET ${backend})
    target_link_libraries(quoin_crypto INTERFACE ${backend})
  endif()
endforeach()

find_package(nlohmann_json 3 CONFIG QUIET)
if(nlohmann_json_FOUND)
  quoin_library(qlog ${quoin_qlog_headers})
  target_link_libraries(quoin_qlog INTERFACE quoin nlohmann_json::nlohmann_json)
endif()

find_package(spdlog 1.8 CONFIG QUIET)
if(spdlog_FOUND)
  quoin_library(spdlog ${quoin_spdlog_headers})
  target_link_libraries(quoin_spdlog INTERFACE quoin spdlog::spdlog)
endif()

if(QUOIN_BUILD_SPLIT AND TARGET quoin_botan)
  add_library(quoin_split STATIC ${PROJECT_SOURCE_DIR}/cmake/split/bodies.cpp
                                 ${PROJECT_SOURCE_DIR}/cmake/split/default_stack.cpp
                                 ${PROJECT_SOURCE_DIR}/cmake/split/test_stack.cpp)
  add_library(quoin::split ALIAS quoin_split)
  set_target_properties(quoin_split PROPERTIES EXPORT_NAME split POSITION_INDEPENDENT_CODE ON)
  target_sources(quoin_split PUBLIC FILE_SET HEADERS BASE_DIRS ${quoin_include} FILES ${quoin_split_headers})
  target_compile_definitions(quoin_split PUBLIC QUOIN_SEPARATE_COMPILATION=1)
  target_link_libraries(quoin_split PUBLIC quoin_crypto)
  if(TARGET quoin_warnings)
    target_link_libraries(quoin_split PRIVATE $<BUILD_INTERFACE:quoin_warnings>)
  endif()
endif()
