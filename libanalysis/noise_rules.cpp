#include "libanalysis/noise_rules.h"

#include <algorithm>

#include "libanalysis/glob.h"

namespace heapsnap {
namespace {

constexpr NoiseRule kRules[] = {
    // Weak references that go with what they refer to.
    {"*->tp_subclasses*", "*", "the weak references of a class to its subclasses: they go with these",
     "Objects/typeobject.c, add_subclass"},
    {"*.data{*}", "weakref.*", "a WeakSet forgets what is gone", "Lib/_weakrefset.py, _remove"},
    {"*.data*", "weakref.KeyedRef", "a WeakValueDictionary forgets what is gone",
     "Lib/weakref.py, WeakValueDictionary"},
    {"*.data.keys()[*]", "weakref.*", "a WeakKeyDictionary forgets what is gone",
     "Lib/weakref.py, WeakKeyDictionary"},
    {"logging._handlerList[*]", "weakref.*", "logging forgets handlers that are gone",
     "Lib/logging/__init__.py, _removeHandlerRef"},
    {"*._abc_impl*", "*", "what isinstance() and issubclass() of an abstract class were asked before",
     "Modules/_abc.c, _abc_data"},
    // Imports.
    {"sys.modules*", "*", "modules are imported once", "Lib/importlib/_bootstrap.py, _load_unlocked"},
    {"interpreter->modules*", "*", "modules are imported once", "Python/import.c, imports.modules"},
    {"sys.path_importer_cache*", "*", "what the import system knows of folders",
     "Lib/importlib/_bootstrap_external.py, FileFinder"},
    {"_frozen_importlib*", "*", "locks and caches of the import system",
     "Lib/importlib/_bootstrap.py, _module_locks"},
    {"zipimport._zip_directory_cache*", "*", "what the import system knows of archives",
     "Lib/zipimport.py"},
    // Caches of the standard library that have a bound, or one entry for each thing in the source.
    {"re._cache*", "*", "the cache of compiled patterns has a bound", "Lib/re/__init__.py, _MAXCACHE"},
    {"sre_compile*", "*", "tables of compiled patterns", "Lib/sre_compile.py"},
    {"linecache.cache*", "*", "the source lines that tracebacks have shown: one entry a file",
     "Lib/linecache.py"},
    {"*.__warningregistry__*", "*", "warnings that were shown: one entry for each place in the source",
     "Lib/warnings.py, warn_explicit"},
    {"warnings.*", "*", "warnings that were shown, and filters for them", "Lib/warnings.py"},
    {"interpreter->warnings*", "*", "warnings that were shown", "Python/_warnings.c"},
    {"typing.*->cache*", "*", "what subscriptions of typing were made before; has a bound",
     "Lib/typing.py, _tp_cache"},
    {"typing._*", "*", "registries of typing", "Lib/typing.py"},
    {"copyreg.*", "*", "one entry a class that is pickled", "Lib/copyreg.py"},
    {"_strptime._regex_cache*", "*", "the cache of formats has a bound", "Lib/_strptime.py"},
    {"fnmatch.*->cache*", "*", "the cache of patterns has a bound", "Lib/fnmatch.py"},
    {"encodings._cache*", "*", "codecs that were looked up", "Lib/encodings/__init__.py"},
    {"interpreter->codec*", "*", "codecs that were looked up", "Python/codecs.c"},
    {"locale.*", "*", "normalised names of locales", "Lib/locale.py"},
    // Of the interpreter itself.
    {"(immortal)*", "*", "interned strings and constants that are never freed",
     "Objects/unicodeobject.c, PyUnicode_InternInPlace"},
    {"interpreter*small_ints*", "*", "the small integers", "Objects/longobject.c"},
    {"*->ht_cached_keys[*]", "str", "the names that instances of a class share; 30 at most",
     "Objects/dictobject.c, SHARED_KEYS_MAX_SIZE"},
    {"*.__code__*", "*", "what the interpreter notes in code objects that run often",
     "Objects/codeobject.c, co_extra and _co_cached"},
    {"*.co_consts)*", "*", "what the interpreter notes in code objects that run often",
     "Objects/codeobject.c"},
    // Ourselves.
    {"heapsnap.*", "*", "taking snapshots", "agent/heapsnap"},
};

}  // namespace

std::span<const NoiseRule> noise_rules() { return kRules; }

const NoiseRule* find_noise_rule(std::string_view path, std::string_view type) {
  const auto rule = std::ranges::find_if(kRules, [&](const NoiseRule& one) {
    return with_wildcards(one.path).matches(path) && with_wildcards(one.type).matches(type);
  });
  return rule == std::end(kRules) ? nullptr : &*rule;
}

}  // namespace heapsnap
