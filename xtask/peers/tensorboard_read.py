"""Reads runs of Cantus with TensorBoard's own code and through its server, and compares them with what must be there.

The argument is a JSON file: `logdir`, `scalars` (folder -> tag -> [[update, value]]), `runs` (folder -> what was asked for and
what the program reported), `screenshots` and `browser`. Prints what was compared and each difference; exit code 1 if there is any.
"""

import json
import math
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

from tensorboard import plugin_util
from tensorboard.backend.event_processing import event_accumulator
from tensorboard.plugins.hparams import api_pb2, metadata

TRAIN_TAGS = {
    "loss",
    "metrics/perplexity",
    "metrics/accuracy",
    "metrics/event_accuracy",
    "metrics/no_event_accuracy",
    "metrics/loss_per_step",
    "metrics/perplexity_per_step",
    "global_step/sec",
}
EVAL_TAGS = TRAIN_TAGS - {"global_step/sec"} | {"metrics/per_class_accuracy"}
STATUSES = ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING"]
PATIENCE_SECONDS = 90


class Check:
    """Counts comparisons and remembers the differences."""

    def __init__(self):
        self.compared = 0
        self.differences = []

    def same(self, what, found, expected):
        self.compared += 1
        if found != expected:
            self.differences.append(f"{what}: {found!r} instead of {expected!r}")

    def true(self, what, found):
        self.same(what, bool(found), True)


def float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def points(curve):
    return [(step, float32(value)) for step, value in curve]


def read_files(expected, check):
    """The event accumulator and the plugins' own parsers, on the files."""
    logdir = pathlib.Path(expected["logdir"])
    for folder, curves in expected["scalars"].items():
        found = event_accumulator.EventAccumulator(str(logdir / folder), size_guidance={"scalars": 0})
        found.Reload()
        check.same(f"{folder}: tags", set(found.Tags()["scalars"]), set(curves))
        magentas = TRAIN_TAGS if folder.endswith("/train") else EVAL_TAGS
        check.same(f"{folder}: Magenta's tags", set(curves), magentas)
        for tag, curve in curves.items():
            scalars = [(event.step, event.value) for event in found.Scalars(tag)]
            check.same(f"{folder}: {tag}", scalars, points(curve))
    for run, facts in expected["runs"].items():
        found = event_accumulator.EventAccumulator(str(logdir / run), size_guidance={"tensors": 0})
        found.Reload()
        contents = found.PluginTagToContent("hparams")
        start = metadata.parse_session_start_info_plugin_data(contents[metadata.SESSION_START_INFO_TAG])
        end = metadata.parse_session_end_info_plugin_data(contents[metadata.SESSION_END_INFO_TAG])
        experiment = metadata.parse_experiment_plugin_data(contents[metadata.EXPERIMENT_TAG])
        check.same(f"{run}: config", start.hparams["config"].string_value, facts["config"])
        check.same(f"{run}: learning rate", start.hparams["learning_rate"].number_value, facts["learning_rate"])
        check.same(f"{run}: seed", start.hparams["seed"].number_value, facts["seed"])
        check.same(f"{run}: columns", {info.name for info in experiment.hparam_infos}, set(start.hparams))
        check.same(f"{run}: status", end.status, api_pb2.STATUS_SUCCESS)
        check.true(f"{run}: ends after it begins", 0 < start.start_time_secs < end.end_time_secs)
        check.true(f"{run}: text plugin", "run" in found.PluginTagToContent("text"))
        texts = [event.tensor_proto.string_val[0].decode() for event in found.Tensors("run")]
        check.same(f"{run}: texts", len(texts), 1)
        check_text(run, facts, plugin_util.markdown_to_safe_html(texts[0]), check)


def check_text(run, facts, html, check):
    """The table of a run as the text plugin renders it."""
    cells = dict(re.findall(r"<td>(.*?)</td>\s*<td>(.*?)</td>", html))
    check.true(f"{run}: a table", "<table>" in html)
    check.same(f"{run}: configuration in the text", cells.get("configuration"), facts["config"])
    check.same(f"{run}: seed in the text", cells.get("seed"), str(facts["seed"]))
    check.true(f"{run}: examples in the text", "training&#95;melodies" in cells.get("learns from", "").replace("_", "&#95;"))
    went_on = str(facts["went_on_from"]) if facts["went_on_from"] else None
    check.same(f"{run}: beginning in the text", cells.get("went on from update"), went_on)


def check_reported(expected, check):
    """The last points of the curves are what the program reported."""
    for run, facts in expected["runs"].items():
        for side, reported in [("train", "training"), ("eval", "evaluation")]:
            curves = expected["scalars"][f"{run}/{side}"]
            metrics = facts["result"][reported]
            for tag, name in [
                ("loss", "loss"),
                ("metrics/accuracy", "accuracy"),
                ("metrics/event_accuracy", "event_accuracy"),
                ("metrics/no_event_accuracy", "no_event_accuracy"),
            ]:
                step, value = points(curves[tag])[-1]
                check.same(f"{run}/{side}: last {tag}", (step, value), (facts["result"]["update"], float32(metrics[name])))
            perplexity = points(curves["metrics/perplexity"])[-1][1]
            check.true(f"{run}/{side}: perplexity", math.isclose(perplexity, math.exp(metrics["loss"]), rel_tol=1e-6))


class Server:
    """`tensorboard --logdir` on a free port."""

    def __init__(self, logdir, *flags):
        self.log = tempfile.TemporaryFile("w+")
        command = [sys.executable, "-m", "tensorboard.main", "--logdir", logdir, "--host", "127.0.0.1", "--port", "0"]
        self.process = subprocess.Popen([*command, *flags], stdout=self.log, stderr=self.log)

    def __enter__(self):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            self.log.seek(0)
            if found := re.search(r"at (http://[^/]+)/", self.log.read()):
                self.address = found[1]
                return self
            time.sleep(0.1)
        self.__exit__()
        self.log.seek(0)
        sys.exit(f"TensorBoard did not start:\n{self.log.read()}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def get(self, path, **query):
        query = urllib.parse.urlencode(query)
        with urllib.request.urlopen(f"{self.address}/data/{path}?{query}") as answer:
            return json.load(answer)

    def post(self, path, question):
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}/data/{path}", json.dumps(question).encode(), headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def wait_for(self, expected):
        """It reads the files after it has begun to answer."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = self.get("plugin/scalars/tags")
            if {run: set(tags) for run, tags in found.items()} == {run: set(tags) for run, tags in expected.items()}:
                return
            time.sleep(0.2)


def ask_server(server, expected, check):
    """The answers that the tabs SCALARS, HPARAMS and TEXT are drawn from."""
    server.wait_for(expected["scalars"])
    found = server.get("plugin/scalars/tags")
    check.same("server: runs with curves", set(found), set(expected["scalars"]))
    for folder, curves in expected["scalars"].items():
        check.same(f"server: {folder}: tags", set(found.get(folder, {})), set(curves))
        for tag, curve in curves.items():
            answer = server.get("plugin/scalars/scalars", run=folder, tag=tag)
            check.same(f"server: {folder}: {tag}", [(step, value) for _, step, value in answer], points(curve))
    question = {"experimentName": "", "allowedStatuses": STATUSES, "colParams": [], "startIndex": 0, "sliceSize": 100}
    groups = {group["name"]: group for group in server.post("plugin/hparams/session_groups", question)["sessionGroups"]}
    check.same("server: rows in HPARAMS", set(groups), set(expected["runs"]))
    for run, group in groups.items():
        facts = expected["runs"].get(run, {})
        check.same(f"server: {run}: learning rate", group["hparams"]["learning_rate"], facts.get("learning_rate"))
        check.same(f"server: {run}: status", [session["status"] for session in group["sessions"]], ["STATUS_SUCCESS"])
        values = {(value["name"]["group"], value["name"]["tag"]): value for value in group["metricValues"]}
        check.same(f"server: {run}: metrics", {side for side, _ in values}, {"train", "eval"})
        for (side, tag), value in values.items():
            last = points(expected["scalars"][f"{run}/{side}"][tag])[-1]
            check.same(f"server: {run}/{side}: {tag} in HPARAMS", (value["trainingStep"], value["value"]), last)
    experiment = server.post("plugin/hparams/experiment", {"experimentName": ""})
    check.true("server: columns in HPARAMS", len(experiment["hparamInfos"]) > 5 and len(experiment["metricInfos"]) > 5)
    check.same("server: texts", server.get("plugin/text/tags"), {run: ["run"] for run in expected["runs"]})
    for run, facts in expected["runs"].items():
        texts = server.get("plugin/text/text", run=run, tag="run")
        check.same(f"server: {run}: texts", len(texts), 1)
        check_text(run, facts, texts[0]["text"], check)


def photograph(server, folder, browser):
    """Pictures of the three tabs."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"]
    for tab in ["scalars", "hparams", "text"]:
        with tempfile.TemporaryDirectory() as profile:
            command = [browser, "--headless", "--no-sandbox", "--disable-gpu", *quiet, f"--user-data-dir={profile}"]
            picture = [f"--screenshot={folder / tab}.png", "--window-size=1500,950", "--virtual-time-budget=25000"]
            subprocess.run([*command, *picture, f"{server.address}/#{tab}"], check=True, capture_output=True, timeout=120)
        print(f"picture: {folder / tab}.png")


def main():
    expected = json.loads(pathlib.Path(sys.argv[1]).read_text())
    check = Check()
    check_reported(expected, check)
    read_files(expected, check)
    # With the server's fast reader, and with the one in Python.
    for flags in [[], ["--load_fast=false"]]:
        with Server(expected["logdir"], *flags) as server:
            ask_server(server, expected, check)
            if expected["screenshots"] and not flags:
                photograph(server, expected["screenshots"], expected["browser"])
    for difference in check.differences:
        print(f"different: {difference}")
    runs, curves = len(expected["runs"]), sum(map(len, expected["scalars"].values()))
    verdict = f"{len(check.differences)} differences" if check.differences else "all as written"
    print(f"TensorBoard: {runs} runs, {curves} curves, {check.compared} comparisons: {verdict}")
    sys.exit(1 if check.differences else 0)


main()
