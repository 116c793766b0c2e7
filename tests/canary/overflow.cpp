// Reads past the end of an array on the heap. In a build with sanitizers it has to end with their
// report: where it does not, the flags that turn them on were lost, and no other test says so.
#include <cstdio>
#include <memory>

int main(int argc, char**) {
  const auto numbers = std::make_unique<int[]>(4);
  std::printf("read %d: no sanitizer is on\n", numbers[static_cast<std::size_t>(argc) + 3]);
}
