#!/usr/bin/env python3
"""Twice as much to do is at most a little more than twice the work: counted in instructions, which are the same in each run. What is
called "control" is quadratic, and must be found to be.
usage: work.py PROGRAM        exit status 77: valgrind is not installed"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

MOST = 2.2  # 2 is linear, about 2.1 n log n, 4 quadratic


def instructions(path):
    with open(path, encoding='utf8') as file:
        return int(re.search(r'^(?:summary|totals): (\d+)', file.read(), re.M).group(1))


def main():
    if not shutil.which('valgrind'):
        print('*** NOT TESTED: valgrind is not installed ***')
        return 77
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, 'counted')
        run = subprocess.run(['valgrind', '--tool=callgrind', '--collect-atstart=no', '--toggle-collect=measured',
                              '--dump-after=measured', '--callgrind-out-file=' + out, sys.argv[1]], capture_output=True, text=True)
        dumps = sorted(glob.glob(out + '.*'), key=lambda path: int(path.rsplit('.', 1)[1]))
        counts = [instructions(path) for path in dumps]
    names = run.stdout.splitlines()
    if run.returncode != 0 or len(names) < 2 or len(names) != len(counts):
        print(run.stdout, run.stderr, f'{len(names)} names, {len(counts)} counts')
        return 1
    failures = 0
    for name, once, twice in zip(names[::2], counts[::2], counts[1::2]):
        bad = (twice > MOST * once) != name.startswith('control')
        failures += bad
        print(f'{"WRONG " if bad else ""}{name}: {once} and {twice} instructions, {twice / once:.2f} times')
    return failures > 0


sys.exit(main())
