# SPDX-License-Identifier: BSL-1.0
# Installation: headers, targets, and the package files by which find_package(quoin) finds them. All of it is in the
# component `development`; the tool is apart from it.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(quoin_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/quoin)

# One export for each dependency, so that a user without it still gets the rest.
function(quoin_export name)
  set(present)
  foreach(target IN LISTS ARGN)
    if(TARGET ${target})
      list(APPEND present ${target})
    endif()
  endforeach()
  if(present)
    install(TARGETS ${present} EXPORT quoin_${name}
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
            FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
    install(EXPORT quoin_${name} NAMESPACE quoin:: DESTINATION ${quoin_package_dir} COMPONENT development)
  endif()
endfunction()
quoin_export(headers quoin)
quoin_export(crypto quoin_libcrypto quoin_botan quoin_ipsec_mb quoin_crypto)
quoin_export(qlog quoin_qlog)
quoin_export(spdlog quoin_spdlog)
quoin_export(split quoin_split)

# The bodies stand beside the headers that include them.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/quoin DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
        FILES_MATCHING PATTERN "*.ipp")

foreach(backend IN ITEMS botan libcrypto ipsec_mb)
  set(quoin_with_${backend} OFF)
  if(TARGET quoin_${backend})
    set(quoin_with_${backend} ON)
  endif()
endforeach()
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/quoinConfig.cmake.in ${PROJECT_BINARY_DIR}/quoinConfig.cmake
                              INSTALL_DESTINATION ${quoin_package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/quoinConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/quoinConfig.cmake ${PROJECT_BINARY_DIR}/quoinConfigVersion.cmake
        DESTINATION ${quoin_package_dir} COMPONENT development)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT development)
