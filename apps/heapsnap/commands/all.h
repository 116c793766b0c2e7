// The functions of each command: the options that it takes, and what it does.
#pragma once

#include "apps/heapsnap/options.h"
#include "apps/heapsnap/report.h"
#include "libsnapshot/result.h"

namespace heapsnap {

void take_analyze(CLI::App& app, Options& options);
void take_capture(CLI::App& app, Options& options);
void take_check(CLI::App& app, Options& options);
void take_diff(CLI::App& app, Options& options);
void take_export(CLI::App& app, Options& options);
void take_garbage(CLI::App& app, Options& options);
void take_hist(CLI::App& app, Options& options);
void take_info(CLI::App& app, Options& options);
void take_modules(CLI::App& app, Options& options);
void take_paths(CLI::App& app, Options& options);
void take_ps(CLI::App& app, Options& options);
void take_refpat(CLI::App& app, Options& options);
void take_refs(CLI::App& app, Options& options);
void take_roots(CLI::App& app, Options& options);
void take_run(CLI::App& app, Options& options);
void take_series(CLI::App& app, Options& options);
void take_set(CLI::App& app, Options& options);
void take_show(CLI::App& app, Options& options);
void take_startup(CLI::App& app, Options& options);
void take_threads(CLI::App& app, Options& options);
void take_top(CLI::App& app, Options& options);
void take_tree(CLI::App& app, Options& options);
void take_watch(CLI::App& app, Options& options);

Result<Report> analyze(const Options& options);
Result<Report> capture(const Options& options);
Result<Report> check(const Options& options);
Result<Report> diff(const Options& options);
Result<Report> export_graph(const Options& options);
Result<Report> garbage(const Options& options);
Result<Report> hist(const Options& options);
Result<Report> info(const Options& options);
Result<Report> modules(const Options& options);
Result<Report> paths(const Options& options);
Result<Report> ps(const Options& options);
Result<Report> refpat(const Options& options);
Result<Report> refs(const Options& options);
Result<Report> roots(const Options& options);
Result<Report> run(const Options& options);
Result<Report> series(const Options& options);
Result<Report> set(const Options& options);
Result<Report> show(const Options& options);
Result<Report> startup(const Options& options);
Result<Report> threads(const Options& options);
Result<Report> top(const Options& options);
Result<Report> tree(const Options& options);
Result<Report> watch(const Options& options);

}  // namespace heapsnap
