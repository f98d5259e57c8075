#!/usr/bin/env python3
"""Holds the models against the real systems: random cases, answered by both.

  live.py etcd|supervisor --hindsight PATH [--seed N] [--first N] [--cases N] [--members N]

The cases come from `hindsight cases`, the answers from a real etcd or Erlang/OTP on this machine, the verdict
from `hindsight conform`. A case that differs is run again, at last by itself, since a busy machine delays things; one
that differs every time is shrunk and fails the run. Exit codes: 0 all agree, 1 a difference.
"""
import argparse
import concurrent.futures
import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import time

from etcd_driver import EtcdDriver
from etcd_member import Member
from supervision_driver import SupervisionDriver

# How often a case that differs is run again before that counts: all such cases together, then each alone.
REPEATS = 3
# Cases of which it is told what differed before they agreed.
TOLD_MAX = 3
# Differing cases that are shrunk; more would say the same and cost minutes.
SHRUNK_MAX = 3


class Etcd:
    """Several members, each with one case at a time."""
    shrink_runs, batch = 240, 24

    def __init__(self, stack, members, folder):
        self.drivers = queue.Queue()
        with concurrent.futures.ThreadPoolExecutor(members) as pool:
            starts = [pool.submit(stack.enter_context, Member()) for _ in range(members)]
            for start in starts:
                self.drivers.put(EtcdDriver(start.result()))
        self.pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(members))

    def record_one(self, case):
        driver = self.drivers.get()
        try:
            return driver.record(case)
        finally:
            self.drivers.put(driver)

    def record(self, cases):
        # The long ones first, or the last of them would run alone.
        order = sorted(range(len(cases)), key=lambda i: cases[i].get("kind") not in ("ttl", "history"))
        found = dict(zip(order, self.pool.map(self.record_one, [cases[i] for i in order])))
        return [found[i] for i in range(len(cases))]


class Supervisor:
    shrink_runs, batch = 480, 60

    def __init__(self, stack, members, folder):
        self.driver = SupervisionDriver(folder)

    def record(self, cases):
        return self.driver.record(cases)


KINDS = {"etcd": Etcd, "supervisor": Supervisor}


class Comparison:
    def __init__(self, kind, hindsight, system, folder):
        self.kind, self.hindsight, self.system, self.folder = kind, hindsight, system, folder

    def hindsight_lines(self, *arguments):
        done = subprocess.run([self.hindsight, *arguments], check=True, stdout=subprocess.PIPE)
        # `splitlines` would also split at line separators inside of values.
        return [line for line in done.stdout.decode("utf-8").split("\n") if line]

    def cases(self, seed, first, count):
        lines = self.hindsight_lines("cases", self.kind, "--seed", str(seed),
                                     "--first", str(first), "--count", str(count))
        return [json.loads(line) for line in lines]

    def write(self, name, records):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            for record in records:
                file.write(json.dumps(record) + "\n")
        return path

    def differences(self, cases):
        """What the real system and the model do differently, by the number of the case."""
        # Shrunk versions share an id.
        named = [{**record, "id": str(number)}
                 for number, record in enumerate(self.system.record(cases))]
        path = self.write("recording.jsonl", named)
        done = subprocess.run([self.hindsight, "conform", self.kind, path, "--json"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"hindsight conform ended with {done.returncode}:\n"
                               + done.stderr.decode("utf-8"))
        report = json.loads(done.stdout)
        if report["cases"] != len(cases):
            raise RuntimeError(f"{report['cases']} of {len(cases)} cases were judged")
        found = {}
        for failure in report["failures"]:
            found.setdefault(int(failure["id"]), []).append(failure)
        return found

    def shrink(self, case, failures):
        """The least version that still differs, with what differs in it, and the runs it took."""
        runs, improved = 0, True
        while improved and runs < self.system.shrink_runs:
            improved = False
            path = self.write("failing.json", [case])
            smaller = [json.loads(line) for line in
                       self.hindsight_lines("cases", self.kind, "--smaller", path)]
            for start in range(0, len(smaller), self.system.batch):
                batch = smaller[start:start + self.system.batch]
                runs += len(batch)
                found = self.differences(batch)
                if found:
                    first = min(found)
                    case, failures, improved = batch[first], found[first], True
                    break
                if runs >= self.system.shrink_runs:
                    break
        return case, failures, runs


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def tell(failures, indent):
    for failure in failures:
        action = failure.get("action", "")
        print(f"{indent}step {failure['step']}{': ' if action else ''}{action}")
        print(f"{indent}  expected {compact(failure['expected'])}")
        print(f"{indent}  got      {compact(failure['got'])}", flush=True)


def run(options, folder, stack):
    start = time.monotonic()
    kind = options.kind
    print(f"{kind}: {options.cases} cases, seed {options.seed}", flush=True)
    system = KINDS[kind](stack, options.members, folder)
    comparison = Comparison(kind, options.hindsight, system, folder)
    cases = comparison.cases(options.seed, options.first, options.cases)
    suspects = comparison.differences(cases)
    again = len(suspects)
    told = 0
    for repeat in range(REPEATS):
        numbers = sorted(suspects)
        groups = [numbers] if repeat == 0 else [[number] for number in numbers]
        for group in groups if numbers else []:
            found = comparison.differences([cases[number] for number in group])
            for place, number in enumerate(group):
                before = suspects.pop(number)
                if place in found:
                    suspects[number] = found[place]
                elif told < TOLD_MAX:
                    told += 1
                    print(f"  run again, case {options.first + number} ({cases[number]['kind']}) agreed; "
                          "before:")
                    tell(before[:1], "    ")
    for place, number in enumerate(sorted(suspects)):
        case, failures = cases[number], suspects[number]
        print(f"\n{kind} differs: seed {options.seed}, case {options.first + number} ({case['kind']})")
        if place < SHRUNK_MAX:
            case, failures, runs = comparison.shrink(case, failures)
            print(f"  shrunk in {runs} runs: {compact(case)}")
        tell(failures[:4], "  ")
        print(f"  reproduce: .ci/live --seed {options.seed} --only {kind}:{options.first + number}", flush=True)
    kinds = {}
    for case in cases:
        kinds[case["kind"]] = kinds.get(case["kind"], 0) + 1
    print(f"{kind}: {len(cases) - len(suspects)} of {len(cases)} agree; {again} ran again, of which "
          f"{again - len(suspects)} then agreed; {time.monotonic() - start:.0f} s; "
          + ", ".join(f"{name} {count}" for name, count in sorted(kinds.items())), flush=True)
    return 1 if suspects else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--hindsight", required=True, metavar="PATH")
    parser.add_argument("--seed", type=lambda text: int(text, 0), default=1, metavar="N")
    parser.add_argument("--cases", type=int, default=200, metavar="N")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="number of the first case")
    parser.add_argument("--members", type=int, default=8, metavar="N",
                        help="etcd members that share the work")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hindsight-live-") as folder:
        with contextlib.ExitStack() as stack:
            return run(options, folder, stack)


if __name__ == "__main__":
    sys.exit(main())
