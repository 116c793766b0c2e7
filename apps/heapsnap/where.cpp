#include "apps/heapsnap/where.h"

#include <utility>
#include <vector>

#include "apps/heapsnap/load.h"

namespace heapsnap {

Result<Where> Where::of(const Options& options) {
  Result<Selector> selector = selector_of(options.where);
  if (!selector) return tl::unexpected(selector.error());
  return Where(std::move(*selector));
}

Result<NodeSet> Where::objects(const Heap& heap) {
  std::vector<std::string> missing;
  Result<NodeSet> found = select(heap, selector_, missing);
  if (!found) return found;
  found_ += found->count();
  if (missing.empty()) {
    lacks_none_ = true;
  } else if (message_.find("did you mean") == message_.npos) {  // a near name may be in one only
    message_ = std::move(missing.back());
  }
  return found;
}

Result<Classification> Where::classified(const Heap& heap, const Classifier& classifier) {
  const Result<NodeSet> nodes = objects(heap);
  if (!nodes) return tl::unexpected(nodes.error());
  Result<Classification> kinds = classifier.classify(heap, *nodes);
  if (kinds) kinds->is_of(selector_);
  return kinds;
}

Result<void> Where::check(const Options& options) const {
  if (lacks_none_ || message_.empty()) return {};
  if (found_ == 0) return failure(ErrorCode::kUsage, message_);
  if (options.on_warning) options.on_warning(message_);
  return {};
}

}  // namespace heapsnap
