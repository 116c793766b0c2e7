// The C types that the walker reads by itself, or whose size needs a formula, by tp_name.
//
// Subclasses are read as their nearest base in this table. A name without a dot stands for a
// static type only: heap types made in Python have such names too.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/c_string.h"
#include "agent/walk/type_table.h"

namespace heapsnap {

struct NativeType {
  char name[40];
  Visit visit;
  SizeRule size;
  TypeLayout layout;
  std::uint8_t counted_twice = 0;  // bytes of the value of a scalar of numpy: its __sizeof__
                                   // adds them to the basic size, which has room for them
};

inline constexpr NativeType kNativeTypes[] = {
    {"str", Visit::kStr, SizeRule::kStr, TypeLayout::kStr},
    {"bytes", Visit::kBytes, SizeRule::kItems, TypeLayout::kBytes},
    {"int", Visit::kInt, SizeRule::kInt, TypeLayout::kInt},
    {"bool", Visit::kBool, SizeRule::kInt, TypeLayout::kBool},
    {"float", Visit::kFloat, SizeRule::kItems, TypeLayout::kFloat},
    {"NoneType", Visit::kNothing, SizeRule::kItems, TypeLayout::kNone},
    {"dict", Visit::kDict, SizeRule::kDict, TypeLayout::kDict},
    {"frozendict", Visit::kDict, SizeRule::kDict, TypeLayout::kDict},
    {"collections.OrderedDict", Visit::kOrderedDict, SizeRule::kOrderedDict, TypeLayout::kDict},
    {"collections.defaultdict", Visit::kDefaultDict, SizeRule::kDict, TypeLayout::kDict},
    {"list", Visit::kList, SizeRule::kList, TypeLayout::kList},
    {"tuple", Visit::kTuple, SizeRule::kItems, TypeLayout::kTuple},
    {"set", Visit::kSet, SizeRule::kSet, TypeLayout::kSet},
    {"frozenset", Visit::kSet, SizeRule::kSet, TypeLayout::kSet},
    {"collections.deque", Visit::kDeque, SizeRule::kDeque, TypeLayout::kOther},
    {"type", Visit::kType, SizeRule::kType, TypeLayout::kType},
    {"code", Visit::kCode, SizeRule::kCode, TypeLayout::kCode},
    {"function", Visit::kFunction, SizeRule::kItems, TypeLayout::kFunction},
    {"cell", Visit::kCell, SizeRule::kItems, TypeLayout::kCell},
    {"module", Visit::kTraverse, SizeRule::kItems, TypeLayout::kModule},
    {"weakref", Visit::kWeakref, SizeRule::kItems, TypeLayout::kWeakref},
    {"weakref.ReferenceType", Visit::kWeakref, SizeRule::kItems, TypeLayout::kWeakref},
    {"weakproxy", Visit::kWeakref, SizeRule::kItems, TypeLayout::kWeakref},
    {"weakref.ProxyType", Visit::kWeakref, SizeRule::kItems, TypeLayout::kWeakref},
    {"weakcallableproxy", Visit::kWeakref, SizeRule::kItems, TypeLayout::kWeakref},
    {"weakref.CallableProxyType", Visit::kWeakref, SizeRule::kItems, TypeLayout::kWeakref},
    {"generator", Visit::kGenerator, SizeRule::kGenerator, TypeLayout::kGenerator},
    {"coroutine", Visit::kCoroutine, SizeRule::kGenerator, TypeLayout::kGenerator},
    {"async_generator", Visit::kCoroutine, SizeRule::kGenerator, TypeLayout::kGenerator},
    {"frame", Visit::kFrame, SizeRule::kFrame, TypeLayout::kFrame},
    {"datetime.datetime", Visit::kDateTime, SizeRule::kItems, TypeLayout::kOther},
    {"datetime.time", Visit::kTime, SizeRule::kItems, TypeLayout::kOther},
    {"numpy.ndarray", Visit::kNumpyArray, SizeRule::kNumpyArray, TypeLayout::kOther},
    {"numpy.bool", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 1},
    {"numpy.bool_", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 1},
    {"numpy.int8", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 1},
    {"numpy.uint8", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 1},
    {"numpy.int16", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 2},
    {"numpy.uint16", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 2},
    {"numpy.int32", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 4},
    {"numpy.uint32", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 4},
    {"numpy.int64", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 8},
    {"numpy.uint64", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 8},
    {"numpy.longlong", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 8},
    {"numpy.ulonglong", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 8},
    {"numpy.float16", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 2},
    {"numpy.float32", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 4},
    {"numpy.float64", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 8},
    {"numpy.longdouble", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 16},
    {"numpy.float128", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 16},
    {"numpy.complex64", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 8},
    {"numpy.complex128", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 16},
    {"numpy.clongdouble", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 32},
    {"numpy.complex256", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 32},
    {"numpy.datetime64", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 8},
    {"numpy.timedelta64", Visit::kNothing, SizeRule::kItems, TypeLayout::kOther, 8},
    {"numpy.bytes_", Visit::kBytes, SizeRule::kNumpyBytes, TypeLayout::kBytes},
    {"numpy.void", Visit::kNothing, SizeRule::kNumpyVoid, TypeLayout::kOther},
    {"functools._lru_cache_wrapper", Visit::kLruCache, SizeRule::kItems, TypeLayout::kOther},
    {"bytearray", Visit::kByteArray, SizeRule::kByteArray, TypeLayout::kOther},
    {"array.array", Visit::kTraverse, SizeRule::kArray, TypeLayout::kOther},
    {"_io.BytesIO", Visit::kTraverse, SizeRule::kBytesIO, TypeLayout::kOther},
    {"_io.BufferedReader", Visit::kTraverse, SizeRule::kBuffered, TypeLayout::kOther},
    {"_io.BufferedWriter", Visit::kTraverse, SizeRule::kBuffered, TypeLayout::kOther},
    {"_io.BufferedRandom", Visit::kTraverse, SizeRule::kBuffered, TypeLayout::kOther},
    {"_struct.Struct", Visit::kTraverse, SizeRule::kStruct, TypeLayout::kOther},
    {"decimal.Decimal", Visit::kTraverse, SizeRule::kDecimal, TypeLayout::kOther},
    {"xml.etree.ElementTree.Element", Visit::kElement, SizeRule::kElement, TypeLayout::kOther},
    {"itertools.combinations", Visit::kTraverse, SizeRule::kCombinations, TypeLayout::kOther},
    {"itertools.combinations_with_replacement", Visit::kTraverse, SizeRule::kCombinations,
     TypeLayout::kOther},
    {"itertools.permutations", Visit::kTraverse, SizeRule::kPermutations, TypeLayout::kOther},
    {"itertools.product", Visit::kTraverse, SizeRule::kProduct, TypeLayout::kOther},
    {"_pickle.Pickler", Visit::kTraverse, SizeRule::kPickler, TypeLayout::kOther},
    {"_pickle.Unpickler", Visit::kTraverse, SizeRule::kUnpickler, TypeLayout::kOther},
    {"StgDict", Visit::kDict, SizeRule::kStgDict, TypeLayout::kDict},
    {"_ctypes.CType_Type", Visit::kType, SizeRule::kCType, TypeLayout::kType},
    {"_queue.SimpleQueue", Visit::kTraverse, SizeRule::kSimpleQueue, TypeLayout::kOther},
};

constexpr bool dotted(const char* name) {
  for (; *name != 0; ++name) {
    if (*name == '.') return true;
  }
  return false;
}

constexpr const NativeType* find_native(const char* name, bool is_static) {
  if (!is_static && !dotted(name)) return nullptr;
  for (const NativeType& type : kNativeTypes) {
    if (same_text(type.name, name)) return &type;
  }
  return nullptr;
}

}  // namespace heapsnap
