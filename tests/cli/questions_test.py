"""Answers about a heap whose figures are known, on every supported CPython."""

import csv
import io
import json
import unittest

from command_line import answer, asked, heapsnap, on_every_snapshot, snapshot

CLASSIFIERS = ("type", "clodo", "size", "id", "module", "package", "rcs", "via", "root",
               "dominator", "unity", "first(type:dict; roots)", "type,size",
               "module,clodo,size")


def row_of(rows, kind):
    [row] = [row for row in rows if row["kind"] == kind]
    return row


def objects_of(path, type_name):
    """The addresses of the objects of a type."""
    rows = asked("hist", path, "--by", "type,id", "-n", 0)["rows"]
    return [row["kind"][1].split()[-1] for row in rows if row["kind"][0] == type_name]


def a_node(path):
    return objects_of(path, "__main__.Node")[0]


def frames_of(rows):
    """The frames of the rows of variables."""
    frames = []
    for row in rows:
        frame = {key: row[key] for key in row if key not in ("local", "retained", "value", "type")}
        if frame not in frames[-1:]:
            frames.append(frame)
    return frames


class HistTest(unittest.TestCase):
    @on_every_snapshot
    def test_counts_what_the_program_made(self, path):
        rows = asked("hist", path, "-n", 0)["rows"]
        self.assertEqual(row_of(rows, "__main__.Node")["count"], 1000)
        self.assertEqual(row_of(rows, "__main__.Leaf")["count"], 50)
        self.assertEqual(row_of(rows, "__main__.Cache")["count"], 1)
        self.assertEqual(row_of(rows, "__main__.Leaf")["select"], "type:__main__.Leaf")
        # A slot and an object's head, and what the collector keeps before it.
        self.assertEqual(row_of(rows, "__main__.Leaf")["shallow"], 50 * (8 + 16 + 16))

    @on_every_snapshot
    def test_rows_and_others_add_up_to_the_total_and_to_the_snapshot(self, path):
        whole = asked("info", path)["snapshot"]
        total = {"count": whole["objects"], "shallow": whole["shallow"]}
        for by in CLASSIFIERS:
            for limit in (0, 7):
                found = asked("hist", path, "--by", by, "-n", limit)
                parts = found["rows"] + ([found["others"]] if found["others"] else [])
                for key in ("count", "shallow"):
                    self.assertEqual(sum(part[key] for part in parts), total[key])
                self.assertEqual(found["total"], total)
                self.assertTrue(limit == 0 or len(found["rows"]) <= limit)
                self.assertTrue(limit == 7 or found["others"] is None)

    @on_every_snapshot
    def test_sorts_by_what_was_asked_for(self, path):
        def column(sort, key):
            return [row[key] for row in asked("hist", path, "--sort", sort, "-n", 0)["rows"]]

        for key in ("count", "shallow"):
            self.assertEqual(column(key, key), sorted(column(key, key), reverse=True))
        self.assertEqual(column("name", "kind"), sorted(column("name", "kind")))

    @on_every_snapshot
    def test_the_parts_of_a_product_are_an_array(self, path):
        rows = asked("hist", path, "--by", "type,size", "-n", 0)["rows"]
        leaves = [row for row in rows if row["kind"][0] == "__main__.Leaf"]
        self.assertEqual([(row["kind"], row["count"]) for row in leaves],
                         [(["__main__.Leaf", "40"], 50)])

    @on_every_snapshot
    def test_clodo_tells_the_dicts_of_modules_from_those_of_nobody(self, path):
        rows = asked("hist", path, "--by", "clodo", "-n", 0)["rows"]
        self.assertGreaterEqual(row_of(rows, "dict (no owner)")["count"], 1001)
        self.assertGreater(row_of(rows, "dict of module")["count"], 10)
        self.assertNotIn("dict", [row["kind"] for row in rows])

    @on_every_snapshot
    def test_every_format_has_the_same_figures(self, path):
        found = asked("hist", path, "-n", 5)
        rows, others = found["rows"], found["others"]
        table = list(csv.DictReader(io.StringIO(answer("hist", path, "-n", 5, "-f", "csv"))))
        self.assertEqual([(int(row["count"]), int(row["shallow"]), row["kind"]) for row in table],
                         [(row["count"], row["shallow"], row["kind"]) for row in rows] +
                         [(others["count"], others["shallow"], f"[{others['rows']} others]")])
        lines = answer("hist", path, "-n", 5, "--bytes").splitlines()[3:8]
        self.assertEqual([(int(line.split()[0]), int(line.split()[2])) for line in lines],
                         [(row["count"], row["shallow"]) for row in rows])


class ShowTest(unittest.TestCase):
    @on_every_snapshot
    def test_names_what_an_instance_refers_to_and_who_refers_to_it(self, path):
        for address in objects_of(path, "__main__.Node")[:5]:
            shown = asked("show", path, address)
            self.assertEqual(shown["object"]["type"], "__main__.Node")
            self.assertEqual(shown["object"]["refcount"], 1)
            edges = {edge["label"]: edge for edge in shown["referents"]}
            self.assertEqual(edges["->ob_type"]["type"], "type")
            values = {".i": "int", ".tags": "dict"}
            if ".__dict__" in edges:  # 3.10: instances have a dict from the start
                values = {"['i']": "int", "['tags']": "dict"}
                inside = asked("show", path, edges[".__dict__"]["object"])
                edges = {edge["label"]: edge for edge in inside["referents"]}
            self.assertEqual({label: edges[label]["type"] for label in values}, values)
            [referrer] = shown["referrers"]
            self.assertRegex(referrer["label"], r"^\['key-\d+'\]$")
            self.assertEqual(referrer["type"], "dict")

    @on_every_snapshot
    def test_tells_what_keeps_an_instance_alive(self, path):
        for address in objects_of(path, "__main__.Node")[:3]:
            shown = asked("show", path, address)
            [referrer] = shown["referrers"]
            found = shown["object"]
            self.assertEqual(found["dominator"], referrer["object"])
            self.assertTrue(found["path"].endswith(referrer["label"]), found["path"])
            self.assertEqual([found["path"]],
                             [row["path"] for row in asked("paths", path, address, "-k", 1)["rows"]])
            self.assertEqual(found["retained"], asked("set", path, address)["total"]["retained"])

    @on_every_snapshot
    def test_an_edge_is_seen_from_both_ends(self, path):
        node = a_node(path)
        for edge in asked("show", path, node)["referents"]:
            back = asked("show", path, edge["object"], "-n", 0)["referrers"]
            self.assertIn((edge["label"], node),
                          [(other["label"], other["object"]) for other in back])

    @on_every_snapshot
    def test_the_limit_hides_edges_but_not_their_number(self, path):
        cache = asked("show", path, a_node(path))["referrers"][0]["object"]
        few, whole = asked("show", path, cache, "-n", 3), asked("show", path, cache, "-n", 0)
        self.assertEqual(few["referents"], whole["referents"][:3])
        self.assertEqual(few["object"], whole["object"])
        self.assertEqual(whole["object"]["out"], 2000)  # keys and values
        self.assertEqual(len(whole["referents"]), 2000)
        self.assertIn("[1,997 others]", answer("show", path, cache, "-n", 3))

    @on_every_snapshot
    def test_takes_an_address_with_and_without_its_sign(self, path):
        address = a_node(path)
        self.assertEqual(answer("show", path, address), answer("show", path, address[1:]))


class ThreadsTest(unittest.TestCase):
    @on_every_snapshot
    def test_names_the_threads_and_what_they_were_doing(self, path):
        frames = frames_of(asked("threads", path, "-n", 0)["rows"])
        self.assertEqual({frame["thread"] for frame in frames}, {"MainThread", "Waiter"})
        self.assertEqual([frame["depth"] for frame in frames if frame["thread"] == "Waiter"],
                         list(range(sum(frame["thread"] == "Waiter" for frame in frames))))
        [frame] = [frame for frame in frames if frame["function"] == "wait_for"]
        self.assertTrue(frame["file"].endswith("program.py"))
        self.assertIn(f"program.py:{frame['line']} wait_for()", answer("threads", path, "-n", 0))


class RootsTest(unittest.TestCase):
    @on_every_snapshot
    def test_name_what_the_interpreter_holds(self, path):
        found = asked("roots", path, "-n", 0)
        labels = {row["label"] for row in found["rows"] if row["kind"] == "interpreter"}
        self.assertGreaterEqual(labels, {"i0_modules", "i0_sysdict", "i0_builtins"})
        self.assertEqual(sum(row["count"] for row in found["rows"]), found["total"]["count"])


class AnalyzeTest(unittest.TestCase):
    @on_every_snapshot
    def test_says_on_one_page_what_the_other_commands_say(self, path):
        page = asked("analyze", path)
        histogram = asked("hist", path)
        types = page["sections"]["types"]
        for row in [*types["rows"], types["others"], types["total"]]:
            self.assertGreaterEqual(row.pop("retained"), row["shallow"])
        self.assertEqual(types, {key: histogram[key] for key in ("rows", "others", "total")})
        self.assertEqual(page["total"]["count"], page["snapshot"]["objects"])
        self.assertEqual(page["sections"]["roots"]["total"], asked("roots", path)["total"])
        self.assertEqual(asked("analyze", path, "-n", 0)["sections"]["threads"]["rows"],
                         frames_of(asked("threads", path, "-n", 0)["rows"]))

    def test_no_table_has_more_rows_than_asked_for(self):
        for name, section in asked("analyze", snapshot(), "-n", 1)["sections"].items():
            self.assertLessEqual(len(section["rows"]), 1, name)

    @on_every_snapshot
    def test_accounts_for_the_resident_memory(self, path):
        memory = asked("analyze", path)["sections"]["memory"]
        self.assertEqual(sum(row["bytes"] for row in memory["rows"]), memory["total"]["bytes"])
        objects = [row for row in memory["rows"] if row["kind"] == "Python objects"]
        self.assertEqual(sum(row["bytes"] for row in objects),
                         asked("hist", path)["total"]["shallow"])
        self.assertGreaterEqual({row["mappings"] for row in objects}, {"anonymous", "files"})
        self.assertNotIn(None, {row["mappings"] for row in objects})
        self.assertEqual(memory["rows"][-1]["kind"], "unexplained")

    @on_every_snapshot
    def test_hints_can_be_pasted(self, path):
        hints = heapsnap("analyze", path).stderr.splitlines()
        self.assertGreaterEqual(len(hints), 3)
        for hint in hints:
            self.assertTrue(hint.startswith("next: heapsnap "), hint)
            answer(*hint.split()[2:])


class InfoTest(unittest.TestCase):
    @on_every_snapshot
    def test_says_where_the_snapshot_comes_from(self, path):
        found = asked("info", path, "--verify")
        self.assertTrue(found["header"]["python"].startswith(path.stem))
        self.assertEqual(found["header"]["trigger"], "exit")
        self.assertEqual(found["header"]["collector"], "on")
        self.assertEqual(found["header"]["labels"], ["of=test"])
        self.assertEqual(found["header"]["pid"], found["snapshot"]["pid"])
        self.assertEqual(found["counts"]["objects"], found["snapshot"]["objects"])
        self.assertTrue(found["damage"]["complete"])
        self.assertEqual(found["damage"]["dangling"], 0)
        self.assertEqual(found["faults"], [])


class ExportTest(unittest.TestCase):
    @on_every_snapshot
    def test_every_edge_leads_to_a_node_of_the_export(self, path):
        lines = [json.loads(line) for line in answer("export", path, "--to", "jsonl").splitlines()]
        self.assertEqual((lines[0]["record"], lines[-1]["record"]), ("header", "end"))
        nodes = {line["object"]: line for line in lines if line["record"] == "node"}
        edges = [edge["object"] for node in nodes.values() for edge in node["edges"]]
        roots = [line["object"] for line in lines if line["record"] == "root"]
        self.assertEqual((len(edges), len(roots)), (lines[-1]["edges"], lines[-1]["roots"]))
        self.assertEqual(set(edges + roots) - set(nodes), set())
        objects = [node for node in nodes.values() if not node["structure"]]
        self.assertEqual(len(objects), lines[0]["objects"])
        self.assertEqual(sum(node["shallow"] for node in objects), lines[0]["shallow"])
        types = {line["id"]: line["name"] for line in lines if line["record"] == "type"}
        self.assertEqual([node for node in objects if types[node["type_id"]] != node["type"]], [])

    @on_every_snapshot
    def test_has_the_labels_that_show_has(self, path):
        address = a_node(path)
        [line] = [line for line in answer("export", path, "--to", "jsonl").splitlines()
                  if line.startswith(f'{{"record": "node", "object": "{address}"')]
        self.assertEqual([(edge["label"], edge["object"]) for edge in json.loads(line)["edges"]],
                         [(edge["label"], edge["object"])
                          for edge in asked("show", path, address)["referents"]])


class SameAnswerTest(unittest.TestCase):
    @on_every_snapshot
    def test_the_same_snapshot_gives_the_same_bytes(self, path):
        for words in (["hist", path, "--by", "type,size", "-n", 0], ["analyze", path],
                      ["export", path, "--to", "jsonl"], ["roots", path, "-n", 0]):
            self.assertEqual(answer(*words, "--threads", 1), answer(*words, "--threads", 3))

    def test_standard_input_is_as_good_as_a_file(self):
        piped = heapsnap("hist", "-", "-f", "csv", given=snapshot().read_bytes())
        self.assertEqual((piped.returncode, piped.stderr), (0, b""))
        self.assertEqual(piped.stdout.decode(), answer("hist", snapshot(), "-f", "csv"))


if __name__ == "__main__":
    unittest.main()
