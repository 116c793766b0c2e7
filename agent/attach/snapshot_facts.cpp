#include "agent/attach/snapshot_facts.h"

#include <sys/random.h>
#include <sys/utsname.h>

#include <ctime>

#include "agent/attach/proc_files.h"
#include "agent/attach/python_version.h"
#include "agent/module/facts.h"
#include "agent/module/process.h"

namespace heapsnap {
namespace {

constexpr std::size_t kRoom = 16384, kLineRoom = 4096;

std::uint64_t now_ns() {
  timespec time = {};
  clock_gettime(CLOCK_REALTIME, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

void add_command_line(Facts& facts, std::string_view words, Strings strings) {
  char room[kLineRoom];
  const std::string_view text = words.substr(0, kLineRoom);
  facts.add("argv", strings == Strings::kFull ? whole_command_line(text, room)
                                              : program_and_script(text, room));
}

// What only the system knows of a process, and of one that has ended not even that.
void add_process(Facts& facts, pid_t pid, Strings strings) {
  utsname system = {};
  if (uname(&system) == 0) facts.add("host", system.nodename);
  facts.add("time_ns", now_ns());
  if (const std::uint64_t start = start_time_ns(pid)) facts.add("start_time_ns", start);
  if (const auto words = read_proc(pid, "cmdline")) add_command_line(facts, *words, strings);
}

}  // namespace

std::vector<std::uint8_t> snapshot_facts(const PythonProcess& python, const TextOrders& texts,
                                         const TextKey& key, const Circumstances& how) {
  std::vector<std::uint8_t> room(kRoom);
  Facts facts(room);
  facts.add("agent", HEAPSNAP_VERSION);
  facts.add("method", how.method);
  facts.add("mode", how.mode);
  facts.add("trigger", "capture");
  if (how.collector_on) facts.add("collector", *how.collector_on ? "on" : "off");
  facts.add("hexversion", python.target.hexversion);
  facts.add("python", version_text(python.target.hexversion));
  facts.add("build", python.debug_build ? "debug" : "");
  facts.add("implementation", "cpython");
  facts.add("hash_key", key.fingerprint);
  facts.add("pid", static_cast<std::uint64_t>(python.pid));
  facts.add_strings(texts.strings, texts.prefix);
  if (how.past != nullptr) {
    facts.add("time_ns", how.past->time_ns);
    add_command_line(facts, how.past->arguments, texts.strings);
  } else {
    add_process(facts, python.pid, texts.strings);
    facts.add("pause_ns", static_cast<std::uint64_t>(how.pause.count()));
  }
  if (how.collecting) facts.add("while_collecting", 1);
  room.resize(facts.size());
  return room;
}

TextKey text_key_of(const PythonProcess& python, const ForeignMemory& memory) {
  std::uint64_t secret[2] = {};
  const bool known = python.hash_secret != 0 &&
                     memory.read(python.hash_secret, secret, sizeof secret);
  if (!known && getrandom(secret, sizeof secret, 0) < 0) secret[0] = now_ns();
  return text_key(secret);
}

}  // namespace heapsnap
