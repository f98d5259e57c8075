"""Runs supervision trees on a real Erlang/OTP and writes down what became of them.

A case is a recording without outcome, as `hindsight cases supervisor` writes it; what comes back is
a recording that `hindsight conform supervisor` judges. All cases run at the same time in one node, but
those with an application type, each of which has a node of its own.
"""
import concurrent.futures
import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
# Trees that run at the same time: more would delay one another.
BATCH = 120


class SupervisionDriver:
    """`folder`: a scratch folder that outlives the driver."""

    def __init__(self, folder):
        self.folder = folder
        self.files = 0
        subprocess.run(["erlc", "-o", folder, os.path.join(HERE, "supervision_driver.erl")], check=True)

    def record(self, cases):
        """The cases with their outcomes, in the same order."""
        # By their places: versions of one case share its id.
        together = [place for place, case in enumerate(cases) if "application" not in case]
        alone = [place for place, case in enumerate(cases) if "application" in case]
        logs = {}
        for start in range(0, len(together), BATCH):
            batch = together[start:start + BATCH]
            logs.update(zip(batch, self.run_together([cases[place] for place in batch])))
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            logs.update(zip(alone, pool.map(self.run_alone, [cases[place] for place in alone])))
        return [recording(case, logs[place]) for place, case in enumerate(cases)]

    def path(self, name):
        self.files += 1
        return os.path.join(self.folder, f"{self.files}-{name}")

    def command(self, *arguments):
        return ["erl", "-noshell", "-noinput", "+sbwt", "none", "-pa", self.folder, "-eval",
                "supervision_driver:main(init:get_plain_arguments())", "-extra", *arguments]

    def run_together(self, cases):
        cases_file, log_file = self.path("cases"), self.path("log")
        with open(cases_file, "w") as file:
            file.writelines(term(place, case) for place, case in enumerate(cases))
        subprocess.run(self.command("all", cases_file, log_file), check=True,
                       stdin=subprocess.DEVNULL, timeout=120)
        with open(log_file) as file:
            logs = dict(line.rstrip("\n").split("\t", 1) for line in file)
        return [logs[str(place)].split("\t") for place in range(len(cases))]

    def run_alone(self, case):
        cases_file, log_file = self.path("case"), self.path("log")
        with open(cases_file, "w") as file:
            file.write(term(0, case))
        # A dump takes seconds and tells nothing here.
        environment = {**os.environ, "ERL_CRASH_DUMP_SECONDS": "0"}
        subprocess.run(self.command("application", case["application"], cases_file, log_file),
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, env=environment, timeout=120, check=False)
        with open(log_file) as file:
            return file.read().splitlines()


def term(place, case):
    levels = ",".join(f"{{{l['strategy']},{l['intensity']},{l['period_s']}}}" for l in case["levels"])
    workers = ",".join(worker["restart"] for worker in case["workers"])
    crashes = ",".join(f"{{{c['t_ms']},{c['worker']},{c['reason']}}}" for c in case["crashes"])
    poison = case.get("poison")
    poison = "none" if not poison else "{{{mode},{from_ms},{to_ms},{delay_ms}}}".format(**poison)
    return (f"{{'case',\"{place}\",{case['phase_ms']},[{levels}],[{workers}],[{crashes}],"
            f"{poison},{case['observed_until_ms']}}}.\n")


def recording(case, lines):
    """The case with what its log amounts to.

    An end that came late is written down with the time at which it came: the node's clock counts.
    """
    planned = [dict(crash) for crash in case["crashes"]]
    crashes, ends, alive, top_end, top_reason = [], [], [], None, None
    starts, failures = [0] * len(case["workers"]), [0] * len(case["workers"])
    supervisors, poison_crashes, node_lives = [0] * len(case["levels"]), 0, False
    is_alone = "application" in case
    for line in lines:
        time, text = line.split(" ", 1)
        words = re.findall(r"[a-z_]+|-?\d+", text)
        kind, milliseconds = words[0], round(int(time) / 1000)
        if kind == "crash":
            planned[int(words[1])]["t_ms"] = milliseconds
            crashes.append({"t_ms": milliseconds,
                            "worker": int(words[2]), "hit": words[3] == "hit",
                            "workers_started_after": [], "restart_ms": None, "restarted": False})
        elif kind == "worker_start":
            worker = int(words[1])
            starts[worker] += 1
            if crashes:
                last = crashes[-1]
                last["workers_started_after"].append(worker)
                if worker == last["worker"] and last["hit"] and last["restart_ms"] is None:
                    last.update(restart_ms=milliseconds, restarted=True)
        elif kind == "worker_fail":
            failures[int(words[1])] += 1
        elif kind == "supervisor_start":
            supervisors[int(words[1])] += 1
        elif kind == "supervisor_down":
            level = int(words[1])
            ends.append({"level": level, "t_ms": milliseconds, "reason": words[2]})
            if is_alone and level == 0:
                top_end, top_reason = milliseconds, words[2]
        elif kind == "top_down":
            top_end, top_reason = milliseconds, words[1]
        elif kind == "poison_crash":
            poison_crashes += 1
        elif kind == "alive":
            alive = [int(word) for word in words[1:]]
        elif kind == "node_lives":
            node_lives = True
    # A node that has ended does not see the exits that were still to come.
    for crash in planned[len(crashes):]:
        crashes.append({"t_ms": crash["t_ms"], "worker": crash["worker"], "hit": False,
                        "workers_started_after": [], "restart_ms": None, "restarted": False})
    outcome = {"crashes": crashes, "give_ups": sorted(ends, key=lambda e: (e["t_ms"], -e["level"])),
               "node_stops": not node_lives if is_alone else top_end is not None,
               "node_stop_ms": top_end, "worker_starts": starts,
               "worker_start_failures": failures, "supervisor_starts": supervisors,
               "alive_at_end": alive, "poison_crashes": poison_crashes}
    if top_end is not None:
        outcome["node_stop_reason"] = top_reason
    return {**case, "crashes": planned, "outcome": outcome}
