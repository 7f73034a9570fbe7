"""``main.py demo``: the whole thing on one machine, with the kiosk's window in this process."""

import argparse
import sys
from pathlib import Path

from bank.ports import holder, is_free
from launch import display, ports
from launch.demo_parts import DemoParts
from launch.errors import FolderInUse, LaunchError
from launch.folder import DataFolder, Ports, default_cluster_path, default_path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``demo``."""
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where accounts, journal and keys are kept "
        f"(default: {default_path()}, with --cluster {default_cluster_path()})",
    )
    parser.add_argument(
        "--ports",
        type=_ports,
        default=ports.DEFAULT,
        metavar="A,B",
        help="where the two bank servers listen (default: 1069,1070; 0,0: any free ones)",
    )
    parser.add_argument(
        "--cluster",
        action="store_true",
        help="three databases that replace each other instead of one: kill one in the panel",
    )
    parser.add_argument(
        "--reset", action="store_true", help="ask, then delete everything and start afresh"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the demo until its window is closed; without a display, the tour in its place."""
    if not display.named():
        return _tour_instead("There is no display here")
    # Qt tries the display in a child while the bank is already starting.
    probe = display.Probe()
    try:
        folder = DataFolder(_data(arguments))
    except FolderInUse as already:
        probe.usable()
        print(already)
        return 1 if arguments.reset else 0
    try:
        if arguments.reset:
            folder = _reset(folder)
        shown = _show(folder, arguments.ports, arguments.cluster, probe)
    finally:
        folder.close()
    return _tour_instead("The display does not answer") if shown is None else shown


def _data(arguments: argparse.Namespace) -> Path:
    chosen: Path | None = arguments.data
    return chosen or (default_cluster_path() if arguments.cluster else default_path())


def _show(folder: DataFolder, wanted: Ports, replicated: bool, probe: display.Probe) -> int | None:
    """Run the demo in its window; None if the display turns out to be dead."""
    from launch.demo_window import DemoWindow

    parts = DemoParts(folder, wanted, replicated)
    try:
        window = DemoWindow(parts)
        parts.begin(window.give_up)
        if not probe.usable():
            return None
        _say_where(parts, wanted, "three databases" if replicated else "one database")
        return window.show()
    finally:
        parts.close()


def _say_where(parts: DemoParts, wanted: Ports, databases: str) -> None:
    if parts.ports != wanted:
        for port in (wanted.primary, wanted.backup):
            if port and not is_free(port):
                print(f"Port {port} is taken by {holder(port)}.")
    print(
        f"Bank servers: {parts.ports.primary} and {parts.ports.backup} on 127.0.0.1 "
        f"(two servers, {databases}). Data: {parts.folder.path}",
        flush=True,
    )


def _tour_instead(why: str) -> int:
    print(f"{why}: running the tour instead of the window.", flush=True)
    from launch import tour

    parser = argparse.ArgumentParser()
    tour.add_arguments(parser)
    return int(tour.run(parser.parse_args([])))


def _reset(folder: DataFolder) -> DataFolder:
    print(f"This deletes all accounts, keys and journals of the demo in {folder.path}.")
    try:
        answer = input("Type yes to go on: ") if sys.stdin is not None else ""
    except EOFError:
        answer = ""
    if answer.strip().lower() != "yes":
        raise LaunchError("Nothing was deleted.")
    _end_cluster(folder)
    folder.wipe()
    return DataFolder(folder.path)


def _end_cluster(folder: DataFolder) -> None:
    from bank.cluster import ClusterUnknown
    from bank.cluster.layout import cluster_home, read_layout
    from bank.cluster.power import end_left_behind

    try:
        layout = read_layout(cluster_home(folder.path))
    except ClusterUnknown:
        return
    folder.end_left_behind()
    end_left_behind(layout)


def _ports(text: str) -> Ports:
    try:
        return ports.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not two different ports, such as 1069,1070"
        ) from None
