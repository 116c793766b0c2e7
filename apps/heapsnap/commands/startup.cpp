// startup: what to put in PYTHONSTARTUP, and how to capture programs that were not started by run.
#include <fmt/format.h>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/run/agent_folder.h"

namespace heapsnap {

void take_startup(CLI::App&, Options&) {}

Result<Report> startup(const Options&) {
  const Result<std::string> agent = agent_folder();
  if (!agent) return tl::unexpected(agent.error());
  const std::string script = *agent + "/heapsnap/startup.py";
  Report report{.schema = "heapsnap.startup/1"};
  report.document = [script, preload = preload_folder(*agent)](const Write& write) {
    write(fmt::format(R"({0}

The path above is for PYTHONSTARTUP, which Python reads when it is used interactively, and only
then: not for scripts, and not for `python -i script.py`. `heapsnap` is then there at the prompt:

    export PYTHONSTARTUP={0}
    python
    >>> heapsnap.capture("now.hsnap")

A script is captured by

    heapsnap run python app.py                        at its end
    heapsnap run --on-signal USR2 python app.py       when USR2 comes

or, where its command line is not yours to change, by its environment:

    export PYTHONPATH={1}
    export HEAPSNAP=out=app.%p.%t.hsnap,signal=USR2

With the Python package installed (pip install heapsnap), HEAPSNAP alone does it, also under
python -E, -I and -s. To leave it again, unset the variables: nothing else was changed.
)",
                      script, preload));
  };
  return report;
}

}  // namespace heapsnap
