"""What is done to a bank while it works: one fault after another, each healed again."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from bank.store.postgres import PostgresDidNotStart, PostgresServer
from benchmarks.soak.world import SERVERS, World
from launch.cluster_parts import LocalCluster

START_TRIES: Final = 20


@dataclass(frozen=True)
class Fault:
    """Something that breaks; `strike` returns what heals it."""

    name: str
    strike: Callable[[], Callable[[], None]]


def server_faults(world: World) -> tuple[Fault, ...]:
    """Killed and frozen bank servers."""

    def kill(*names: str) -> Callable[[], None]:
        for name in names:
            world.kill(name)

        def heal() -> None:
            for name in names:
                world.start(name)

        return heal

    def freeze(name: str) -> Callable[[], None]:
        world.freeze(name)
        return lambda: world.thaw(name)

    return (
        *(Fault(f"server {name} killed", partial(kill, name)) for name in SERVERS),
        Fault("both servers killed", partial(kill, *SERVERS)),
        Fault("server A frozen", partial(freeze, "A")),
    )


def database_fault(server: PostgresServer) -> Fault:
    """The one embedded PostgreSQL, killed and started again on its port."""

    def strike() -> Callable[[], None]:
        running = server.running()
        if running is None:
            return lambda: None
        os.kill(running.pid, signal.SIGKILL)
        return lambda: _start_again(server, running.port)

    return Fault("database killed", strike)


def _start_again(server: PostgresServer, port: int) -> None:
    server.stop()
    for attempt in range(START_TRIES):
        try:
            server.start(port)
        except PostgresDidNotStart:
            # The dead one's children may still hold its shared memory for a moment.
            if attempt == START_TRIES - 1:
                raise
            time.sleep(0.25)
        else:
            return


def cluster_faults(cluster: LocalCluster) -> tuple[Fault, ...]:
    """Databases and nodes of a cluster: killed, frozen, and coming back."""

    def database() -> Callable[[], None]:
        cluster.kill_database(cluster.leader())
        return lambda: None  # Patroni starts it or lets another lead

    def leader_node() -> Callable[[], None]:
        name = cluster.leader()
        cluster.kill(name)
        return lambda: cluster.revive(name)

    def frozen_leader() -> Callable[[], None]:
        name = cluster.leader()
        cluster.freeze(name)
        return lambda: cluster.revive(name)

    def standby() -> Callable[[], None]:
        leader = cluster.leader()
        name = next(name for name in cluster.names if name != leader)
        cluster.kill(name)
        return lambda: cluster.revive(name)

    return (
        Fault("leading database killed", database),
        Fault("leading node killed", leader_node),
        Fault("leading node frozen", frozen_leader),
        Fault("standby node killed", standby),
    )


@dataclass
class Tormentor:
    """Strikes at random from a thread of its own, `down_s` long, with `rest_s` between."""

    faults: Sequence[Fault]
    rng: random.Random
    down_s: tuple[float, float]
    rest_s: tuple[float, float]
    settle: Callable[[], object] = lambda: None
    """Called after each healing; blocks until the next fault may strike."""
    struck: Counter[str] = field(default_factory=Counter)
    failed: list[BaseException] = field(default_factory=list)

    def torment(self, over: threading.Event) -> None:
        """Go on until `over`; every fault that has struck is healed then."""
        queue: list[Fault] = []
        try:
            while not over.wait(self.rng.uniform(*self.rest_s)):
                # Each once before any comes again.
                queue = queue or self.rng.sample(list(self.faults), len(self.faults))
                fault = queue.pop()
                heal = fault.strike()
                self.struck[fault.name] += 1
                over.wait(self.rng.uniform(*self.down_s))
                heal()
                self.settle()
        except BaseException as error:  # noqa: BLE001 - told by the run, on its own thread
            self.failed.append(error)
