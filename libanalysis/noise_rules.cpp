#include "libanalysis/noise_rules.h"

#include <algorithm>

#include "libanalysis/glob.h"

namespace heapsnap {
namespace {

constexpr NoiseRule kRules[] = {
    // Weak references that go with what they refer to.
    {"*->tp_subclasses*", "*", "type",
     "the weak references of a class to its subclasses: they go with these",
     "Objects/typeobject.c, add_subclass"},
    {"*.data{*}", "weakref.*", "_weakrefset.WeakSet", "a WeakSet forgets what is gone",
     "Lib/_weakrefset.py, _remove"},
    {"*.data[*]", "weakref.KeyedRef", "weakref.WeakValueDictionary",
     "a WeakValueDictionary forgets what is gone", "Lib/weakref.py, WeakValueDictionary"},
    {"*.data.keys()[*]", "weakref.*", "weakref.WeakKeyDictionary",
     "a WeakKeyDictionary forgets what is gone", "Lib/weakref.py, WeakKeyDictionary"},
    {"logging._handlerList[*]", "weakref.*", "list", "logging forgets handlers that are gone",
     "Lib/logging/__init__.py, _removeHandlerRef"},
    {"*._abc_impl*", "weakref.*", "_abc._abc_data",
     "what isinstance() and issubclass() of an abstract class were asked before",
     "Modules/_abc.c, _add_to_weak_set"},
    // The names of modules: what they name is judged by itself. And where they are looked for.
    {"sys.modules", "dict", "*", "the table of modules grows with these",
     "Lib/importlib/_bootstrap.py, _load_unlocked"},
    {"sys.modules.keys()[*]", "str", "dict", "the names of modules come with these",
     "Lib/importlib/_bootstrap.py, _load_unlocked"},
    {"interpreter->modules.keys()[*]", "str", "dict", "the names of modules come with these",
     "Python/import.c, imports.modules"},
    {"*_path_cache*", "*", "_frozen_importlib_external.FileFinder",
     "the import system's list of what is in a folder of sys.path: as long as that folder",
     "Lib/importlib/_bootstrap_external.py, _fill_cache"},
    // Caches of the standard library that have a bound.
    {"re._cache*", "*", "dict", "the cache of compiled patterns has a bound",
     "Lib/re/__init__.py, _MAXCACHE"},
    {"typing.*", "*", "functools._lru_cache_wrapper",
     "what subscriptions of typing were made before; has a bound", "Lib/typing.py, _tp_cache"},
    {"_strptime._regex_cache*", "*", "dict", "the cache of formats has a bound",
     "Lib/_strptime.py, _CACHE_MAX_SIZE"},
    {"fnmatch.*", "*", "functools._lru_cache_wrapper", "the cache of patterns has a bound",
     "Lib/fnmatch.py, _compile_pattern"},
    {"urllib.parse.*", "*", "functools._lru_cache_wrapper", "the cache of split URLs has a bound",
     "Lib/urllib/parse.py, urlsplit"},
    {"urllib.parse._parse_cache*", "*", "dict", "the cache of split URLs has a bound",
     "Lib/urllib/parse.py of 3.10, MAX_CACHE_SIZE"},
    {"*->ht_cached_keys[*]", "str", "*", "the names that instances of a class share; 30 at most",
     "Objects/dictobject.c, SHARED_KEYS_MAX_SIZE"},
    // Ourselves.
    {"heapsnap.*", "*", "*", "taking snapshots", "agent/heapsnap"},
};

}  // namespace

std::span<const NoiseRule> noise_rules() { return kRules; }

const NoiseRule* find_noise_rule(const NoisePlace& place) {
  const auto rule = std::ranges::find_if(kRules, [&](const NoiseRule& one) {
    const Glob holder = with_wildcards(one.holder);
    return with_wildcards(one.path).matches(place.path) &&
           with_wildcards(one.type).matches(place.type) &&
           (holder.matches(place.container) || holder.matches(place.owner));
  });
  return rule == std::end(kRules) ? nullptr : &*rule;
}

}  // namespace heapsnap
