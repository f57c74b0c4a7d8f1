"""The command line. `allo --help` is its table of contents.

Exit status: 0 done, 1 failed with one clear line on stderr, 2 wrong usage.
"""

import argparse
import logging
import sys
from collections.abc import Callable, Sequence

from config.errors import CannotStart, WrongUsage
from config.logging import configure_logging
from config.start import INTERRUPTED, quiet_interrupts
from config.version import own_version
from crm_core.kernel.errors import CrmError

Command = Callable[[argparse.Namespace], int | None]

ROLES = ("agent", "manager", "supervisor", "admin")


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of `allo`."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command and give its exit status."""
    with quiet_interrupts():
        chosen = build_parser().parse_args(arguments)
    try:
        return chosen.command(chosen) or 0
    except WrongUsage as error:
        print(f"allo: {error}", file=sys.stderr)
        return 2
    except (CannotStart, CrmError) as error:
        return _failed(error)
    except ExceptionGroup as group:  # parts run beside one another: the first cause counts
        if known := group.subgroup((CannotStart, CrmError)):
            return _failed(_first_of(known))
        return _failed_unexpectedly(_first_of(group))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone: `allo user list | head`
        sys.stderr.close()
        return 1
    except Exception as error:
        return _failed_unexpectedly(error)


def _failed(error: BaseException) -> int:
    print(f"allo: {' '.join(str(error).split())}", file=sys.stderr)
    return 1


def _failed_unexpectedly(error: BaseException) -> int:
    """The traceback goes the masked way of the log; the last line says what it was."""
    configure_logging("INFO")
    logging.getLogger(__name__).critical("this should not have happened", exc_info=error)
    print(f"allo: stopped by an unexpected error: {type(error).__name__}", file=sys.stderr)
    return 1


def _first_of(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def build_parser() -> argparse.ArgumentParser:
    """All commands; each imports what it needs when it is run, so that help comes at once."""
    parser = argparse.ArgumentParser(
        prog="allo", description="A CRM that answers the phone with you.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"allo {own_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_serving(commands)
    _add_users(commands)
    _add_tokens(commands)
    _add_upkeep(commands)
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    command: Command | None,
    text: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
    if command is not None:
        parser.set_defaults(command=command)
    return parser


def _add_serving(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = _add(commands, "demo", _demo, "try Allo with a made-up company; leaves nothing behind")
    demo.add_argument("--port", type=_port, default=8080, help="of the screens (0: any free one)")
    demo.add_argument(
        "--pace", type=_pace, default=1.0, metavar="X", help="calls come X times as often"
    )
    demo.add_argument("--seed", type=int, default=None, help="the same company and calls each time")
    demo.add_argument("--json", action="store_true", help="print address and logins as JSON")
    _add(commands, "serve", _serve, "serve until stopped")
    migrate = _add(commands, "migrate", _migrate, "make or bring up the database's tables")
    migrate.add_argument(
        "--from", dest="source", metavar="URL", help="move the office from this other database"
    )
    migrate.add_argument(
        "--no-backup", action="store_true", help="do not copy the database before changing it"
    )


def _add_users(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    user = _add(commands, "user", None, "people who may log in")
    actions = user.add_subparsers(title="actions", metavar="ACTION", required=True)
    add = _add(actions, "add", _people("add_user"), "add a person; asks for the password")
    add.add_argument("--login", required=True)
    add.add_argument("--name", required=True, help="as colleagues know them")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--extension", action="append", default=[], help="of their phone; repeatable")
    add.add_argument("--pbx", help="the link that extension belongs to, if there are several")
    add.add_argument("--team", help="name of the team; unless given, the first one")
    listing = _add(actions, "list", _people("list_users"), "who may log in")
    password = _add(actions, "password", _people("set_password"), "set a new password")
    password.add_argument("--login", required=True)
    role = _add(actions, "role", _people("set_role"), "change the role; ends open sessions")
    role.add_argument("--login", required=True)
    role.add_argument("--role", required=True, choices=ROLES)
    disable = _add(actions, "disable", _people("disable_user"), "end somebody's access at once")
    disable.add_argument("--login", required=True)
    heirs = disable.add_mutually_exclusive_group()
    heirs.add_argument("--hand-over-to", metavar="LOGIN", help="who takes clients, deals and tasks")
    heirs.add_argument("--to-team", action="store_true", help="leave all of it to the team")
    for with_password in (add, password):
        with_password.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )
    for with_json in (add, listing):
        with_json.add_argument("--json", action="store_true", help="print JSON")


def _add_tokens(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    token = _add(commands, "token", None, "bearer tokens of programs")
    actions = token.add_subparsers(title="actions", metavar="ACTION", required=True)
    create = _add(actions, "create", _people("create_token"), "print a new token, once")
    create.add_argument("--login", required=True, help="whose rights the token has")
    create.add_argument("--name", default="", help="what it is for")
    listing = _add(actions, "list", _people("list_tokens"), "the tokens, without their secrets")
    revoke = _add(actions, "revoke", _people("revoke_token"), "end a token at once")
    revoke.add_argument("id", help="as `allo token list` shows it")
    for with_json in (create, listing):
        with_json.add_argument("--json", action="store_true", help="print JSON")


def _add_upkeep(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    doctor = _add(commands, "doctor", _doctor, "look at everything and say what to do about it")
    doctor.add_argument("--json", action="store_true", help="print JSON")
    backup = _add(commands, "backup", _backup, "copy the office into one file, while calls go on")
    backup.add_argument("--to", metavar="FILE", help="a file or folder; else in the data directory")
    backup.add_argument("--json", action="store_true", help="print JSON")
    restore = _add(commands, "restore", _restore, "put a backup into an empty installation")
    restore.add_argument("file", help="as `allo backup` wrote it")
    restore.add_argument(
        "--force", action="store_true", help="set aside a database that is in use (SQLite)"
    )
    restore.add_argument("--json", action="store_true", help="print JSON")
    imports = _add(commands, "import", None, "bring in what was kept elsewhere")
    kinds = imports.add_subparsers(title="kinds", metavar="KIND", required=True)
    clients = _add(kinds, "clients", _import_clients, "clients from a CSV file")
    clients.add_argument("file", help="UTF-8 or Windows-1251; its first line names the columns")
    clients.add_argument("--login", help="whose clients they are to be; unless given, the admin's")
    clients.add_argument(
        "--keep-duplicates", action="store_true", help="also those whose number is there already"
    )
    clients.add_argument("--check", action="store_true", help="only say what would come of it")
    clients.add_argument("--json", action="store_true", help="print JSON")
    tape = _add(commands, "tape", None, "what the PBX said")
    actions = tape.add_subparsers(title="actions", metavar="ACTION", required=True)
    replay = _add(actions, "replay", _replay, "show what the tracker makes of a tape or stream")
    replay.add_argument("file", help="a tape segment, or a recorded stream (*.ami)")
    replay.add_argument("--json", action="store_true", help="print one JSON object a line")


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("must be between 0 and 65535")
    return number


def _pace(text: str) -> float:
    pace = float(text)
    if not 0.1 <= pace <= 20:
        raise argparse.ArgumentTypeError("must be between 0.1 and 20")
    return pace


def _demo(chosen: argparse.Namespace) -> int | None:
    with quiet_interrupts():  # until the loop listens for signals by itself
        from config.demo.command import run

        return run(port=chosen.port, pace=chosen.pace, seed=chosen.seed, as_json=chosen.json)


def _serve(_chosen: argparse.Namespace) -> int | None:
    with quiet_interrupts():  # until the loop listens for signals by itself
        from config.serving import run

        return run()


def _migrate(chosen: argparse.Namespace) -> int | None:
    if chosen.source:
        from config.backup.commands import move

        return move(chosen.source)
    from config.migrating import run

    return run(with_backup=not chosen.no_backup)


def _backup(chosen: argparse.Namespace) -> int | None:
    from config.backup.commands import backup

    return backup(chosen.to, as_json=chosen.json)


def _restore(chosen: argparse.Namespace) -> int | None:
    from config.backup.commands import restore

    return restore(chosen.file, force=chosen.force, as_json=chosen.json)


def _people(name: str) -> Command:
    def command(chosen: argparse.Namespace) -> int | None:
        from config import people

        act: Command = getattr(people, name)
        return act(chosen)

    return command


def _import_clients(chosen: argparse.Namespace) -> int | None:
    from config.importing import run

    return run(chosen)


def _doctor(chosen: argparse.Namespace) -> int | None:
    from config.doctor import run

    return run(as_json=chosen.json)


def _replay(chosen: argparse.Namespace) -> int | None:
    from config.replay import run

    return run(chosen.file, as_json=chosen.json)
