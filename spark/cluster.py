"""A Spark cluster on this machine: a master, two workers and a Thrift server.

All listen on loopback only, on ports that are free, and keep everything in one folder. There
is no password: every account on this machine can query it, too.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from spark import kept
from spark.errors import NoCluster

HOST = "127.0.0.1"
WORKERS = ("worker 1", "worker 2")
SECONDS_TO_START = 300
SECONDS_TO_ANSWER = 60
TICK = 0.25
# Java is set up for a short run. It then has room for 48 MB of compiled code only,
# which a whole build fills: queries failed at that. 240 MB is what it has otherwise.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=240m"
DEPLOY = "org.apache.spark.deploy"
THRIFT_SERVER = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"


@dataclass
class Cluster:
    """A running cluster: the ports where it listens, and its processes by name. `page` shows
    who does what."""

    folder: Path
    master: int
    master_page: int
    thrift: int
    page: int
    worker_pages: dict[str, int]
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"spark://{HOST}:{self.master}"

    def environment(self) -> dict[str, str]:
        """The environment of every process of Spark, and of a Python that connects to it."""
        import pyspark

        return {
            "SPARK_HOME": str(Path(pyspark.__file__).parent),
            "SPARK_CONF_DIR": str(self.folder / "conf"),
            "SPARK_LOCAL_DIRS": str(self.folder / "tmp"),
            "SPARK_LOCAL_IP": HOST,
            "SPARK_PUBLIC_DNS": HOST,
            "SPARK_DAEMON_JAVA_OPTS": SHORT_LIVED,
            "SPARK_LAUNCHER_OPTS": SHORT_LIVED,
            "PYSPARK_PYTHON": sys.executable,
        }

    def gone(self) -> list[str]:
        """The processes that have ended, by name."""
        return [name for name, process in self.processes.items() if process.poll() is not None]

    def refuse_if_lost(self) -> None:
        """Raise NoCluster where nothing can be built any more: the master, the Thrift server
        or every worker has ended."""
        gone = self.gone()
        lost = [name for name in gone if name not in WORKERS]
        if set(WORKERS) <= set(gone):
            lost += WORKERS
        if lost:
            raise NoCluster(
                f"Expected Spark to run until the end, found that {' and '.join(lost)} ended. "
                f"Why stands in {self.log(lost[0])}; was there enough memory? Run again."
            )

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name.replace(' ', '-')}.log"

    def tasks(self) -> dict[str, int]:
        """Worker -> tasks that ended well on it, as Spark's own page counts them."""
        found = dict.fromkeys(WORKERS, 0)
        here = f"http://{HOST}:{self.page}/api/v1/applications"
        (application,) = _json(here)
        for executor in _json(f"{here}/{application['id']}/allexecutors"):
            for name, page in self.worker_pages.items():
                if f":{page}/" in executor.get("executorLogs", {}).get("stderr", ""):
                    found[name] += executor["completedTasks"]
        return found

    def who_did_it(self) -> str:
        """A sentence: how many tasks each worker did, and who has not lasted."""
        try:
            counts = [f"{count:,} on {name}" for name, count in self.tasks().items()]
        except requests.RequestException as refused:
            counts = [f"not counted, Spark's page did not answer ({type(refused).__name__})"]
        lost = [f"{name.capitalize()} was lost on the way." for name in self.gone()]
        return " ".join([f"Tasks: {', '.join(counts)}.", *lost])


@contextmanager
def running(folder: Path, thrift: bool = True) -> Iterator[Cluster]:
    """A cluster with its files in `folder`; nothing of it runs any more when the block is left.

    thrift: with a Thrift server, which takes both workers for itself.

    Raises NoCluster where it does not start.
    """
    master, master_page, thrift_port, page, *pages = free_ports(4 + len(WORKERS))
    worker_pages = dict(zip(WORKERS, pages, strict=True))
    cluster = Cluster(folder, master, master_page, thrift_port, page, worker_pages)
    for part in ("logs", "conf", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "conf/spark-defaults.conf").write_text(_settings(cluster), encoding="utf-8")
    try:
        _start(
            cluster,
            "master",
            *("spark-class", f"{DEPLOY}.master.Master", "--host", HOST),
            *("--port", str(cluster.master), "--webui-port", str(cluster.master_page)),
        )
        for name, page in cluster.worker_pages.items():
            _start(
                cluster,
                name,
                *("spark-class", f"{DEPLOY}.worker.Worker", "--host", HOST),
                *("--webui-port", str(page), "--cores", "1", "--memory", "1g"),
                *("--work-dir", str(folder / "logs" / name.replace(" ", "-")), cluster.url),
            )
        _wait(cluster, "both workers", lambda: _has_workers(cluster))
        if thrift:
            _start_thrift(cluster)
        yield cluster
    finally:
        _end(cluster)


def _start_thrift(cluster: Cluster) -> None:
    _start(
        cluster,
        "thrift server",
        *("spark-submit", "--class", THRIFT_SERVER, "--master", cluster.url, "spark-internal"),
        *("--hiveconf", f"hive.server2.thrift.port={cluster.thrift}"),
        *("--hiveconf", f"hive.server2.thrift.bind.host={HOST}"),
    )
    _wait(cluster, "the Thrift server", lambda: _answers(cluster.thrift))


def free_ports(count: int) -> list[int]:
    """Free ports on loopback."""
    opened = [socket.socket() for _ in range(count)]
    try:
        for each in opened:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in opened]
    finally:
        for each in opened:
            each.close()


def _settings(cluster: Cluster) -> str:
    """spark-defaults.conf; a backslash in a path would be taken for an escape."""
    tmp = cluster.folder / "tmp"
    settings = {
        "spark.driver.host": HOST,
        "spark.driver.bindAddress": HOST,
        "spark.executor.memory": "1g",
        "spark.executor.cores": 1,
        "spark.executor.extraJavaOptions": SHORT_LIVED,
        "spark.ui.port": cluster.page,
        # Another port than the one that was found free would never be found.
        "spark.port.maxRetries": 0,
        # It would listen on a port of its own, one a machine.
        "spark.master.rest.enabled": "false",
        # The first query waits for both workers.
        "spark.scheduler.minRegisteredResourcesRatio": 1,
        "spark.sql.warehouse.dir": cluster.folder / "warehouse",
        # What tables there are is known as long as the Thrift server lives: no lock stays behind.
        "spark.sql.catalogImplementation": "in-memory",
        "spark.hadoop.hive.exec.scratchdir": tmp / "hive",
        "spark.hadoop.hive.exec.local.scratchdir": tmp / "hive-local",
        "spark.hadoop.hive.downloaded.resources.dir": tmp / "hive-resources",
        # `${env:NAME}` in a row of seeds is a text, not the value of a variable.
        "spark.sql.variable.substitute": "false",
        # The league is small: more partitions are more to wait for.
        "spark.sql.shuffle.partitions": 2,
        # Every turn of a season takes some seven passes, and a hundred are usual: one that is
        # longer than any yet must not fail. Passes that are not taken cost nothing.
        "spark.sql.analyzer.maxIterations": 10000,
    }
    lines = (f"{name} {value}\n".replace("\\", "\\\\") for name, value in settings.items())
    return "".join(lines)


def _start(cluster: Cluster, name: str, program: str, *arguments: str) -> None:
    environment = {
        **os.environ,
        **cluster.environment(),
        # Of the Thrift server this is the driver's memory.
        "SPARK_DAEMON_MEMORY": "2g" if name == "thrift server" else "256m",
    }
    command = str(Path(environment["SPARK_HOME"], "bin", program))
    with cluster.log(name).open("wb") as log:
        cluster.processes[name] = subprocess.Popen(
            [sys.executable, kept.__file__, command, *arguments],
            cwd=cluster.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait(cluster: Cluster, what: str, is_ready: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while not is_ready():
        if gone := cluster.gone():
            raise NoCluster(
                f"Expected {what} to start, found that the {gone[0]} ended. Why stands in "
                f"{cluster.log(gone[0])}."
            )
        if time.monotonic() > until:
            newest = list(cluster.processes)[-1]
            raise NoCluster(
                f"Expected {what} within {SECONDS_TO_START} seconds, found nothing that "
                f"answers. Its output is in {cluster.log(newest)}."
            )
        time.sleep(TICK)


def _has_workers(cluster: Cluster) -> bool:
    try:
        return _json(f"http://{HOST}:{cluster.master_page}/json/")["aliveworkers"] == len(
            WORKERS
        )
    except requests.RequestException:
        return False


def _answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def _json(address: str) -> Any:
    with requests.Session() as session:
        session.trust_env = False  # No proxy stands before loopback.
        answer = session.get(address, timeout=SECONDS_TO_ANSWER)
        answer.raise_for_status()
        return answer.json()


def _end(cluster: Cluster) -> None:
    """Clients end before the servers they use."""
    for name in reversed(cluster.processes):
        process = cluster.processes[name]
        assert process.stdin is not None
        process.stdin.close()
    for process in cluster.processes.values():
        try:
            process.wait(2 * kept.SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
