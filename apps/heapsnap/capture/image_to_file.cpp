#include "apps/heapsnap/capture/image_to_file.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "agent/image/image_walk.h"
#include "apps/heapsnap/run/distributions.h"

namespace heapsnap {

constexpr std::uint64_t kFewestTracked = 1000;  // of the smallest interpreter: thousands

namespace {

// Another instant of a process may do; a file stays as it is.
Error of_image(const ImageOfPython& from, Error error) {
  if (from.how.past != nullptr && error.code == ErrorCode::kCapture) {
    error.code = ErrorCode::kUnreadable;
    error.message = "the core holds no whole heap: " + error.message;
  }
  return error;
}

}  // namespace

Result<Captured> write_image(const ImageOfPython& from, const CaptureOrders& orders,
                             SnapshotNames& names) {
  const TextOrders& texts = orders.texts;
  const TextKey key = text_key_of(from.python, from.image);
  const std::vector<std::uint8_t> facts = snapshot_facts(from.python, texts, key, from.how);
  WalkOptions options;
  options.target = from.python.target;
  options.strings = texts.strings;
  options.prefix = texts.prefix;
  std::copy_n(key.key, 2, options.hash_key);
  options.facts = facts.data();
  options.facts_size = facts.size();
  if (from.how.past == nullptr) options.least_tracked = kFewestTracked;
  options.sites.missing = "tracemalloc is not asked in a capture from outside";
  Result<ImageWalk> walk = ImageWalk::start(from.image, options);
  if (!walk) return tl::unexpected(walk.error());
  Distributions distributions;
  // What a core names is looked up here: another process may have its pid by now.
  const pid_t whose_files = from.how.past == nullptr ? from.python.pid : getpid();
  const Occasion occasion = {.memory = from.memory, .lacking = from.lacking};
  Result<WrittenSnapshot> written = write_snapshot({walk->stream(), whose_files}, orders.settings,
                                                   names, distributions, occasion);
  const Result<std::string> outcome = walk->finish();
  if (!written && outcome) return tl::unexpected(written.error());
  if (!written) return tl::unexpected(of_image(from, outcome.error()));
  return Captured{.snapshot = *std::move(written)};
}

}  // namespace heapsnap
