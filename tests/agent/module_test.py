"""The extension module: functions and nothing else, one binary for all versions, harmless in use."""

import subprocess
import unittest

import stream
from programs import AGENT, on_every_python

STRONG = {"_Py_NoneStruct", "_Py_TrueStruct", "_Py_FalseStruct", "_Py_Dealloc"}


class ModuleTest(unittest.TestCase):
    def test_needs_no_cxx_library_and_only_the_stable_abi(self):
        library = AGENT / "heapsnap/_agent.abi3.so"
        lines = subprocess.run(["nm", "-D", "--undefined-only", library], check=True,
                               capture_output=True, text=True).stdout.splitlines()
        needed = {line.split()[-1].split("@")[0] for line in lines if line.split()[-2] == "U"}
        self.assertIn("PyModuleDef_Init", needed)
        self.assertEqual({name for name in needed if name.startswith("_Z")}, set())
        self.assertLessEqual({name for name in needed if name.startswith("_Py")}, STRONG)

    @on_every_python
    def test_holds_functions_and_strings_only(self, python):
        own, held = python.answer("""
            import gc, json
            from heapsnap import _agent
            held = [x for part in gc.get_referents(_agent) for x in gc.get_referents(part)]
            own = {name: type(value).__name__ for name, value in vars(_agent).items()
                   if name not in ("__loader__", "__spec__")}
            print(json.dumps([own, sorted({type(x).__name__ for x in held})]))
        """)
        self.assertEqual(set(own.values()), {"builtin_function_or_method", "str"})
        self.assertLessEqual(set(held), {"builtin_function_or_method", "str", "NoneType",
                                         "ModuleSpec", "ExtensionFileLoader", "moduledef"})

    @on_every_python
    def test_any_argument_is_an_exception_and_never_a_crash(self, python):
        answer = python.answer("""
            import itertools, json
            from heapsnap import _agent
            odd = [None, -1, 2**100, 1.5, "", "x" * 5000, "a\\0b", "\\ud800", [], object, 2**21]
            functions = [_agent.capture, _agent.wait, _agent.look, _agent.say, _agent.mark]
            calls = [()] + [(x,) for x in odd] + list(itertools.product(odd, odd))
            calls += [(x, 0, 9, 0, "api") for x in odd] + [("/x", x, 2, 0, "api") for x in odd]
            calls += [("/x", 0, x, 0, "a") for x in odd] + [("/x", 0, 2, x, "a") for x in odd]
            calls += [("/x", 0, 2, 0, x) for x in odd if type(x) is not str] + [("/x",) * 6]
            accepted = []
            for function, arguments in itertools.product(functions, calls):
                try:
                    accepted.append([function.__name__, repr(arguments), repr(function(*arguments))])
                except (TypeError, ValueError, OverflowError, LookupError):
                    pass
            print(json.dumps(accepted))
        """)
        self.assertEqual({name for name, _, _ in answer}, {"say"})  # any two texts may be said
        self.assertEqual({result for _, _, result in answer}, {"False"})

    @on_every_python
    def test_import_adds_atexit_and_its_own_modules_only(self, python):
        result = python.run("""
            import os, sys
            before = set(sys.modules)
            import heapsnap, heapsnap._startup
            heapsnap.capture
            print(*sorted(set(sys.modules) - before))
        """)
        own = {"heapsnap", "heapsnap._agent", "heapsnap._capture", "heapsnap._marks",
               "heapsnap._names", "heapsnap._settings", "heapsnap._startup", "heapsnap._triggers"}
        self.assertEqual(set(result.stdout.split()) - {"atexit"}, own)

    @on_every_python
    def test_no_handler_lies_past_the_code_unit_whose_number_is_allocated(self, python):
        # Up to 3.13 unwinding never ends if the int of such a number cannot be allocated.
        late = python.answer("""
            import dis, glob, json, sys, types
            def codes(code):
                yield code
                for constant in code.co_consts:
                    if isinstance(constant, types.CodeType):
                        yield from codes(constant)
            late, seen = [], 0
            for path in glob.glob(sys.argv[1] + "/heapsnap/**/*.py", recursive=True):
                for code in codes(compile(open(path).read(), path, "exec")):
                    seen += 1
                    for entry in getattr(dis, "_parse_exception_table", lambda code: [])(code):
                        if entry.end > 2 * 256:
                            late.append([path, code.co_name])
            assert seen > 50
            print(json.dumps(late))
        """, AGENT, options=["-W", "ignore"])
        self.assertEqual(late, [])

    @on_every_python
    def test_the_facts_are_those_of_the_process(self, python):
        expected = python.answer("""
            import gc, heapsnap, json, os, sys, time
            before = time.time_ns()
            info = heapsnap.capture("a.hsnap", strings="prefix:12")
            gc.disable()
            heapsnap.capture("b.hsnap", mode="stop", strings="full")
            print(json.dumps({
                "collector": "on", "agent": heapsnap._agent.version(), "method": "agent", "mode": "fork",
                "trigger": "api", "hexversion": sys.hexversion, "python": sys.version.split()[0],
                "build": "", "allocator": "pymalloc", "implementation": "cpython",
                "pid": os.getpid(), "host": os.uname().nodename, "strings": "prefix:12",
                "argv": sys.executable + " " + sys.argv[0], "before": before,
                "pause_ns": round(info.pause * 1e9), "objects": info.objects}))
        """, "secret", "arguments", PYTHONMALLOC="pymalloc")
        before = expected.pop("before")
        facts = stream.read(python.folder / "a.hsnap").facts
        self.assertEqual({key: facts.get(key) for key in expected}, expected)
        self.assertGreaterEqual(facts["time_ns"], before)
        self.assertLess(facts["start_time_ns"], before)
        self.assertRegex(facts["hash_key"], "^[0-9a-f]{16}$")
        stopped = stream.read(python.folder / "b.hsnap").facts
        self.assertEqual((stopped["mode"], stopped["strings"]), ("stop", "full"))
        self.assertEqual(stopped["collector"], "off")
        self.assertTrue(stopped["argv"].endswith("program.py secret arguments"))
        self.assertEqual(stopped["hash_key"], facts["hash_key"])

    @on_every_python
    def test_any_name_of_a_file_will_do(self, python):
        given, files = python.answer("""
            import heapsnap, json, os, pathlib
            odd = bytes([98, 255])
            paths = ["plain", chr(0x4e16) + " ", pathlib.Path("path").absolute(), odd, "a%p"]
            paths.append(os.fsdecode(odd + b"2"))
            given = [heapsnap.capture(path).path == path for path in paths]
            print(json.dumps([given, sorted(os.listdir(b"."))], default=repr))
        """)
        self.assertEqual(given, [True] * 6)
        self.assertEqual(len(files), 7)
        self.assertIn(repr(b"b\xff"), files)

    @on_every_python
    def test_the_hash_key_follows_pythons_own(self, python):
        def key(seed):
            name = f"{seed}-{len(list(python.folder.iterdir()))}.hsnap"
            python.answer("import heapsnap, sys; heapsnap.capture(sys.argv[1]); print(1)", name,
                          PYTHONHASHSEED=seed)
            return stream.read(python.folder / name).facts["hash_key"]

        keys = [key("1"), key("1"), key("2"), key("random"), key("random")]
        self.assertEqual(keys[0], keys[1])
        self.assertEqual(len(set(keys)), 4)


if __name__ == "__main__":
    unittest.main()
