// What the programs that read CPython's headers share: everything they include, and how they print a number.
//
// In C, not C++: the internal headers of 3.11 and 3.12 do not compile as C++. Each prints "path number" a line. A path that is not printed
// is one that this version lacks, or that no header tells: those are in private_structs.txt.
#pragma once

#define Py_BUILD_CORE 1
#include <Python.h>

#include <datetime.h>
#include <frameobject.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <structmember.h>

#include "internal/pycore_gc.h"
#include "internal/pycore_interp.h"
#include "internal/pycore_object.h"
#include "internal/pycore_pystate.h"
#include "internal/pycore_runtime.h"
#if PY_MINOR_VERSION >= 11
#include "internal/pycore_code.h"
#include "internal/pycore_dict.h"
#include "internal/pycore_frame.h"
#endif
#if PY_MINOR_VERSION >= 12
#include "internal/pycore_memoryobject.h"
#include "internal/pycore_typeobject.h"
#endif
#if PY_MINOR_VERSION >= 13
#include "internal/pycore_tstate.h"
#endif
#if PY_MINOR_VERSION >= 14
#include "internal/pycore_interpframe.h"
#include "internal/pycore_interpframe_structs.h"
#include "internal/pycore_stackref.h"
#endif
#include "internal/pycore_moduleobject.h"

#define MINOR PY_MINOR_VERSION
#define NUMBER(path, value) printf("%s %lld\n", path, (long long)(value))
#define FIELD(path, type, member) NUMBER(path, offsetof(type, member))
#define SAME(group, type, member) FIELD(#group "." #member, type, member)
