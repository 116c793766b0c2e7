# The libraries, from the system (the packages are in cmake/packages.txt). With
# HEAPSNAP_FETCH_DEPS, those that are missing are downloaded at the versions given here.

find_program(CCACHE ccache)
if(CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# heapsnap_library(NAME REPOSITORY TAG [OPTION...]): finds the package NAME, or fetches it. A
# macro: packages set variables for those who find them.
include(FetchContent)
set(FETCHCONTENT_QUIET ON)
macro(heapsnap_library name repository tag)
  if(HEAPSNAP_FETCH_DEPS)
    FetchContent_Declare(${name} GIT_REPOSITORY https://github.com/${repository} GIT_TAG ${tag}
      GIT_SHALLOW ON ${ARGN} FIND_PACKAGE_ARGS)
    FetchContent_MakeAvailable(${name})
  else()
    find_package(${name} REQUIRED)
  endif()
endmacro()

# Options of those that are fetched.
set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
set(BUILD_TESTING OFF)
set(CATCH_BUILD_STATIC_LIBRARY ON)
set(CATCH_BUILD_TESTING OFF)
set(EXPECTED_BUILD_PACKAGE OFF)
set(SPDLOG_FMT_EXTERNAL_HO ON)
set(ZSTD_BUILD_PROGRAMS OFF)
set(ZSTD_BUILD_SHARED OFF)

heapsnap_library(CLI11 CLIUtils/CLI11 v2.1.2)
heapsnap_library(fmt fmtlib/fmt 9.1.0)
heapsnap_library(spdlog gabime/spdlog v1.10.0)
heapsnap_library(nlohmann_json nlohmann/json v3.11.2)
heapsnap_library(tl-expected TartanLlama/expected v1.1.0)
heapsnap_library(tomlplusplus marzer/tomlplusplus v3.3.0)
heapsnap_library(zstd facebook/zstd v1.5.4 SOURCE_SUBDIR build/cmake)
if(HEAPSNAP_TESTS)
  heapsnap_library(Catch2 catchorg/Catch2 v2.13.10)
  if(Catch2_SOURCE_DIR)
    list(APPEND CMAKE_MODULE_PATH ${Catch2_SOURCE_DIR}/contrib)
  endif()
endif()
find_package(Threads REQUIRED)
find_package(Python3 3.10 REQUIRED COMPONENTS Interpreter Development.Module)

# What the CLI needs is linked into it, so that one binary runs on any Linux of the same C library.
add_library(heapsnap_fmt INTERFACE)
target_link_libraries(heapsnap_fmt INTERFACE fmt::fmt-header-only)
add_library(heapsnap_log INTERFACE)
target_link_libraries(heapsnap_log INTERFACE spdlog::spdlog_header_only heapsnap_fmt)
# The installed one asks for the shared fmt.
set_target_properties(spdlog::spdlog_header_only PROPERTIES
  INTERFACE_LINK_LIBRARIES "fmt::fmt-header-only;Threads::Threads")
# The installed one asks for a shared library; its headers are all that is needed.
add_library(heapsnap_toml INTERFACE)
target_include_directories(heapsnap_toml SYSTEM INTERFACE
  $<TARGET_PROPERTY:tomlplusplus::tomlplusplus,INTERFACE_INCLUDE_DIRECTORIES>)
target_compile_definitions(heapsnap_toml INTERFACE TOML_HEADER_ONLY=1 TOML_EXCEPTIONS=0
  TOML_ENABLE_FORMATTERS=0)
add_library(heapsnap_zstd INTERFACE)
if(TARGET zstd::libzstd_static)
  target_link_libraries(heapsnap_zstd INTERFACE zstd::libzstd_static)
else()
  target_link_libraries(heapsnap_zstd INTERFACE libzstd_static)
  target_include_directories(heapsnap_zstd SYSTEM INTERFACE ${zstd_SOURCE_DIR}/lib)
endif()
