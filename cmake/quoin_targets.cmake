# SPDX-License-Identifier: BSL-1.0
# The library's targets: quoin::quoin (headers), quoin::botan, quoin::ipsec_mb, quoin::crypto (both, as found),
# quoin::split (the bodies that are not templates, compiled once).

file(GLOB_RECURSE quoin_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/quoin/*.hpp
     ${PROJECT_SOURCE_DIR}/include/quoin/*.ipp)

add_library(quoin INTERFACE)
add_library(quoin::quoin ALIAS quoin)
target_compile_features(quoin INTERFACE cxx_std_20)
target_sources(quoin INTERFACE FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${quoin_headers})
set(quoin_installed quoin)

if(QUOIN_WITH_BOTAN)
  find_package(Botan 3.12 CONFIG QUIET)
  if(Botan_FOUND)
    add_library(quoin_botan INTERFACE)
    add_library(quoin::botan ALIAS quoin_botan)
    set_target_properties(quoin_botan PROPERTIES EXPORT_NAME botan)
    # Botan's headers are a system's: their warnings are not ours.
    if(TARGET Botan::Botan-static)
      target_link_libraries(quoin_botan INTERFACE quoin Botan::Botan-static)
    else()
      target_link_libraries(quoin_botan INTERFACE quoin Botan::Botan)
    endif()
    target_compile_definitions(quoin_botan INTERFACE QUOIN_HAS_BOTAN=1)
    list(APPEND quoin_installed quoin_botan)
  elseif(PROJECT_IS_TOP_LEVEL)
    message(FATAL_ERROR "quoin: Botan 3.12 or newer was not found. Run cmake/dependencies/install, or point "
                        "CMAKE_PREFIX_PATH at an installed Botan, or set QUOIN_WITH_BOTAN=OFF.")
  endif()
endif()

if(QUOIN_WITH_IPSEC_MB)
  find_path(QUOIN_IPSEC_MB_INCLUDE intel-ipsec-mb.h)
  find_library(QUOIN_IPSEC_MB_LIBRARY IPSec_MB)
  if(QUOIN_IPSEC_MB_INCLUDE AND QUOIN_IPSEC_MB_LIBRARY)
    add_library(quoin_ipsec_mb INTERFACE)
    add_library(quoin::ipsec_mb ALIAS quoin_ipsec_mb)
    set_target_properties(quoin_ipsec_mb PROPERTIES EXPORT_NAME ipsec_mb)
    target_link_libraries(quoin_ipsec_mb INTERFACE quoin IPSec_MB)
    target_compile_definitions(quoin_ipsec_mb INTERFACE QUOIN_HAS_IPSEC_MB=1)
    list(APPEND quoin_installed quoin_ipsec_mb)
  endif()
endif()

add_library(quoin_crypto INTERFACE)
add_library(quoin::crypto ALIAS quoin_crypto)
set_target_properties(quoin_crypto PROPERTIES EXPORT_NAME crypto)
target_link_libraries(quoin_crypto INTERFACE quoin)
foreach(backend IN ITEMS quoin_botan quoin_ipsec_mb)
  if(TARGET ${backend})
    target_link_libraries(quoin_crypto INTERFACE ${backend})
  endif()
endforeach()
list(APPEND quoin_installed quoin_crypto)

if(QUOIN_BUILD_SPLIT AND TARGET quoin_botan)
  add_library(quoin_split STATIC ${PROJECT_SOURCE_DIR}/cmake/split/bodies.cpp
                                 ${PROJECT_SOURCE_DIR}/cmake/split/default_stack.cpp
                                 ${PROJECT_SOURCE_DIR}/cmake/split/test_stack.cpp)
  add_library(quoin::split ALIAS quoin_split)
  set_target_properties(quoin_split PROPERTIES EXPORT_NAME split POSITION_INDEPENDENT_CODE ON)
  target_compile_definitions(quoin_split PUBLIC QUOIN_SEPARATE_COMPILATION=1)
  target_link_libraries(quoin_split PUBLIC quoin_crypto)
  list(APPEND quoin_installed quoin_split)
endif()
