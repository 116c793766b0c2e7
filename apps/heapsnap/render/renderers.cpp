#include "apps/heapsnap/render/renderers.h"

namespace heapsnap {
namespace {

constexpr struct {
  std::string_view format;
  Render render;
} kRenderers[] = {
    {"table", render_table},
    {"json", render_json},
    {"csv", render_csv},
    {"md", render_markdown},
    {"sarif", render_sarif},
    {"junit", render_junit},
    {"github", render_github},
};

}  // namespace

Render find_renderer(std::string_view format) {
  for (const auto& renderer : kRenderers) {
    if (renderer.format == format) return renderer.render;
  }
  return nullptr;
}

}  // namespace heapsnap
