"""The command line. Answers go to standard output, progress and errors to standard error.

Exit codes: 0 done, 1 refused to publish, 2 wrong usage, 3 the environment failed, 130 interrupted. Heavy libraries are
imported after the first line has shown what is happening.
"""

import argparse
import datetime as dt
import gc
import io
import json
import os
import sys
import traceback
from collections.abc import Sequence
from getpass import getpass
from pathlib import Path
from typing import Final, TextIO

from flows.home.inert import printable
from flows.home.ownership import closed_to_others, give_folder
from flows.home.settings import Home, home
from flows.published.kinds.kinds import KINDS, Issue, refuse_other_periods
from flows.running.interruption import done, hear_ctrl_c, is_pressed, leave
from flows.running.leaving import INTERRUPTED
from flows.running.moments import moment_of
from flows.running.run_record import greenloan_version, say
from schemas.errors import EnvironmentFailure, GreenloanError, RefusedToPublish, UsageError
from schemas.words.bases import BALANCE_BASES, BASES

ZONE_OF_A_MOMENT: Final = "without an offset Beijing time (+08:00), and a day alone is its end there"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code. Without arguments it is this process's own command."""
    if arguments is not None:
        return _run(arguments)
    _in_utf_8()
    try:
        hear_ctrl_c()
        code = _run(None)
        done()
    except KeyboardInterrupt:
        leave()
    except SystemExit:  # argparse: wrong usage, or its help
        done()
        raise
    return code if code != INTERRUPTED else leave()


def _run(arguments: Sequence[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        _write_anything(stream)
    options = _parser().parse_args(arguments)
    try:
        with closed_to_others():
            return _answered(options)
    except GreenloanError as error:
        print(f"greenloan: {printable(str(error))}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        print(f"greenloan: the disk or the network failed: {error}", file=sys.stderr)
        return 3
    except Exception:  # the last net: whatever failed, the person gets the trace and the right exit code
        traceback.print_exc()
        print("greenloan: the run failed unexpectedly; the published file is as it was", file=sys.stderr)
        return 3


def _answered(options: argparse.Namespace) -> int:
    """What fails once Ctrl-C was pressed, as a library that is half imported or a parser that heard it, was ended."""
    try:
        return int(options.command(options))
    except BaseException as error:
        if is_pressed() and not isinstance(error, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise


def _in_utf_8() -> None:
    """Begin anew where the locale has another encoding: names of files are UTF-8 under any locale."""
    if sys.getfilesystemencoding() != "utf-8":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - this very command


def _write_anything(stream: TextIO) -> None:
    """What the output's encoding cannot write is escaped (in JSON as JSON does), and never ends a run."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def _json(answer: object) -> str:
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    return json.dumps(answer, ensure_ascii=not is_unicode, indent=1, default=str, allow_nan=False)


class _Version(argparse.Action):
    """Looks the version up only where it is asked for."""

    def __call__(self, *_: object) -> None:
        print(f"greenloan {greenloan_version()}")
        raise SystemExit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="greenloan", description="Tonnes of CO2 that green loans really avoided.")
    parser.add_argument("--version", action=_Version, nargs=0, help="the version of the program")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _nightly_options(_command(commands, "nightly", _nightly, "one full run: land, build, judge, publish, report"))
    _check_options(_command(commands, "check", _check, "what a night would make of files that are not delivered yet"))
    _figures_options(_command(commands, "figures", _figures, "figures of any period from the published file"))
    _disclose_options(_command(commands, "disclose", _disclose, "a disclosure document as PDF and PNG"))
    _compare_options(_command(commands, "compare", _compare, "why attributed tonnes differ between two states"))
    _preview_options(_command(commands, "preview", _preview, "what another factor would do to lenders and documents"))
    editions = _command(commands, "editions", _editions, "every edition of every document that was published")
    editions.add_argument("--format", choices=["table", "json"], default="table")
    editions.add_argument("--lang", choices=["en", "zh"], default="en", help="language of the table")
    _sign_off_options(_command(commands, "sign-off", _sign_off, "lay a signed copy beside the edition that was signed"))
    _explain_options(_command(commands, "explain", _explain, "a printed number down to its leaves, worked out anew"))
    evidence = _command(commands, "evidence", _evidence, "the auditor's pack: figures, leaves, formulas, verify.py")
    evidence.add_argument("--period", metavar="PERIOD", required=True, help="a quarter, or a year with its quarters")
    _scope_options(evidence, "all documents")
    evidence.add_argument("--out", metavar="FILE.zip", type=Path, required=True, help="the file to write")
    verify = _command(
        commands, "verify", _verify_figure, "a working paper: a sample by risk, for a verifier to fill in"
    )
    verify.add_argument("--level", choices=["limited", "reasonable"], required=True, help="level of assurance")
    verify.add_argument(
        "--period", metavar="PERIOD", required=True, help="a quarter, half or year: 2025Q4, 2025H2, 2025"
    )
    _scope_options(verify, "the whole book")
    verify.add_argument("--out", metavar="FILE.xlsx", type=Path, required=True, help="the file to write")
    status = _command(commands, "status", _status, "last run, refused rows, coverage, what needs a person")
    status.add_argument("--format", choices=["table", "json"], default="table")
    status.add_argument("--lang", choices=["en", "zh"], default="en", help="language of its sentences")
    _command(commands, "verify-landing", _verify, "every landed file and reception against its digest")
    templates = _command(commands, "templates", _templates, "delivery templates (XLSX) and the data dictionary")
    templates.add_argument("folder", metavar="DIR", type=Path, help="folder to write into; made if it is not there")
    return parser


def _command(commands, name, function, text) -> argparse.ArgumentParser:  # type: ignore[no-untyped-def]  # noqa: ANN001
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.set_defaults(command=function)
    command.add_argument(
        "--home", metavar="DIR", help="where data/ and reports/ lie (default: GREENLOAN_HOME, else the checkout)"
    )
    return command


def _nightly_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--inbox", metavar="DIR", help="folder of deliveries (default: data/inbox of the home)")
    command.add_argument(
        "--known-at",
        metavar="TIMESTAMP",
        type=_moment,
        help=f"use only what was booked or reported by then; {ZONE_OF_A_MOMENT}",
    )
    command.add_argument(
        "--accept",
        metavar="GATE",
        action="append",
        default=[],
        help="let a failed comparison through by its name; it is recorded",
    )
    command.add_argument(
        "--anew",
        action="store_true",
        help="work every project out, those too that have not changed since the night before",
    )


def _check_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("files", metavar="FILE", nargs="+", type=Path, help="files as they would be delivered")
    command.add_argument("--sender", metavar="NAME", help="the sender's folder in the inbox (default: the files' own)")
    command.add_argument("--out", metavar="DIR", type=Path, help="where marked copies go (default: beside each file)")
    command.add_argument("--format", choices=["table", "json"], default="table")
    command.add_argument("--lang", choices=["en", "zh"], help="language of the answer (default: that of the headers)")


def _figures_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from", dest="first", metavar="DATE", type=_day, required=True, help="first day, inclusive")
    command.add_argument("--to", dest="last", metavar="DATE", type=_day, required=True, help="last day, inclusive")
    rule = command.add_mutually_exclusive_group(required=True)
    rule.add_argument("--basis", choices=BASES, help="which money is set against the total investment")
    rule.add_argument("--profile", metavar="NAME", help="a rule of the field by name, as pcaf_avoided (core.profiles)")
    command.add_argument("--by", choices=["portfolio", "lender", "project", "loan"], default="portfolio")
    command.add_argument("--format", choices=["table", "json", "csv"], default="table")
    command.add_argument(
        "--known-at", metavar="TIMESTAMP", type=_moment, help=f"figures as known then; {ZONE_OF_A_MOMENT}"
    )


def _compare_options(command: argparse.ArgumentParser) -> None:
    forms = "a period of the published file (2025Q2), a moment, a snapshot id, or an edition (crf/2025Q4/DOCUMENT/1)"
    states = f"{forms}; of a moment: {ZONE_OF_A_MOMENT}"
    command.add_argument("before", metavar="A", help=states)
    command.add_argument("after", metavar="B", help="the same")
    command.add_argument(
        "--period", metavar="PERIOD", help="of moments and snapshots (default: the newest full quarter)"
    )
    rule = command.add_mutually_exclusive_group()
    rule.add_argument("--basis", choices=BALANCE_BASES, default="monthly_matched", help="which money is counted")
    rule.add_argument("--profile", metavar="NAME", help="a rule of the field by name, as pcaf_avoided (core.profiles)")
    command.add_argument("--by", choices=["total", "lender", "project"], default="total")
    command.add_argument("--format", choices=["table", "json"], default="table")
    command.add_argument("--lang", choices=["en", "zh"], default="en", help="language of table, sentences and chart")
    command.add_argument("--chart", metavar="FILE.png", type=Path, help="write the waterfall chart there as well")


def _preview_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("parameter", metavar="PARAMETER", help="a factor, as grid_om_ef (core.parameters)")
    command.add_argument("assignment", metavar="SCOPE=VALUE", help="what it holds for, and its value, as Central=0.85")
    command.add_argument("--unit", metavar="UNIT", help="of the value (default: the unit in which the factor is taken)")
    command.add_argument(
        "--from", dest="first", metavar="DATE", type=_day, help="first day of the value, that of a month (default: all)"
    )
    command.add_argument("--until", dest="last", metavar="DATE", type=_day, help="last day of the value, of a month")
    command.add_argument("--period", metavar="PERIOD", help="of the tonnes (default: the newest full quarter)")
    rule = command.add_mutually_exclusive_group()
    rule.add_argument("--basis", choices=BALANCE_BASES, help="which money is counted (default: monthly_matched)")
    rule.add_argument("--profile", metavar="NAME", help="a rule of the field by name, as pcaf_avoided (core.profiles)")
    command.add_argument("--format", choices=["table", "json", "csv"], default="table")
    command.add_argument("--lang", choices=["en", "zh"], default="en", help="language, also of the documents looked at")


def _document_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--report", choices=list(KINDS), required=True)
    command.add_argument("--period", metavar="PERIOD", required=True, help=_period_forms())
    _scope_options(command, "the whole book")
    command.add_argument("--lang", choices=["zh", "en"], default="zh")


def _scope_options(command: argparse.ArgumentParser, otherwise: str) -> None:
    scope = command.add_mutually_exclusive_group()
    scope.add_argument("--lender", metavar="NAME", help=f"one lender, * the whole book (default: {otherwise})")
    scope.add_argument("--county", metavar="CODE", help="a county by its code (GB/T 2260), of all lenders")


def _scope(options: argparse.Namespace) -> str | None:
    """The lender key of what is asked for; None where neither a lender nor a county is."""
    from schemas.disclosures import COUNTY

    return f"{COUNTY}{options.county}" if options.county else options.lender


def _disclose_options(command: argparse.ArgumentParser) -> None:
    _document_options(command)
    _accept_restatements(command)
    before = command.add_mutually_exclusive_group()
    before.add_argument("--edition", metavar="N", type=_number, help="an edition that was published, byte for byte")
    before.add_argument(
        "--known-at",
        metavar="TIMESTAMP",
        type=_moment,
        help=f"the last edition that was published as known by then; {ZONE_OF_A_MOMENT}",
    )


def _accept_restatements(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--accept",
        choices=["restatements"],
        action="append",
        default=[],
        help="issue it though signed figures moved by more than the threshold; it is recorded",
    )


def _sign_off_options(command: argparse.ArgumentParser) -> None:
    _document_options(command)
    command.add_argument("--edition", metavar="N", type=_number, help="which edition was signed (default: the newest)")
    command.add_argument("--by", metavar="NAME", required=True, help="who signed it")
    command.add_argument("--at", metavar="TIMESTAMP", type=_moment, help=f"when (default: now); {ZONE_OF_A_MOMENT}")
    copy = command.add_mutually_exclusive_group(required=True)
    copy.add_argument("file", metavar="FILE", nargs="?", type=Path, help="the signed copy: a PDF or a scan")
    copy.add_argument(
        "--certificate",
        metavar="FILE",
        type=Path,
        help="sign the edition now with this PKCS #12 certificate; its passphrase in GREENLOAN_PASSPHRASE, or typed",
    )


def _explain_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("code", metavar="CODE", help="the number's code, as the document's last section has it")
    command.add_argument(
        "--warehouse", metavar="FILE", type=Path, help="a published file that lies elsewhere; nothing else is read"
    )
    command.add_argument("--format", choices=["text", "json"], default="text")
    command.add_argument("--lang", choices=["en", "zh"], default="en", help="language of the names and sentences")


def _nightly(options: argparse.Namespace) -> int:
    place = home(options.home, options.inbox)
    say(f"greenloan nightly: home {place.root}, inbox {place.inbox}")
    from flows.running.run import run_there

    _imported()
    record = run_there(place, options.known_at, options.accept, anew=options.anew)
    print(f"warehouse  {place.warehouse}")
    for path in record.reports:
        if path.endswith(".pdf"):
            print(f"report     {path}")
    return 0


def _figures(options: argparse.Namespace) -> int:
    if options.last < options.first:
        raise UsageError(
            f"the period ends ({options.last}) before it begins ({options.first})",
            where="--from and --to",
            available="both days are inclusive",
            remedy="swap them",
        )
    place = _announced("figures", options)
    from flows.published.answers.figures import answer_figures, as_text
    from transforms.ground.calendar import Period

    _imported()
    period = Period("figures", options.first, options.last)
    answer = answer_figures(place, period, options.basis, options.by, options.known_at, profile=options.profile)
    if options.format == "json":
        print(_json(answer))
    else:
        text = as_text(answer, options.format)
        print(printable(text) if options.format == "table" else text)
    return 0


def _check(options: argparse.Namespace) -> int:
    place = home(options.home)
    say(f"greenloan check: reading {len(options.files)} file(s), beside {place.landing}")
    from flows.published.answers.checked.answer import Asked, answer_check

    _imported()
    asked = Asked(options.files, options.sender, options.out, options.lang)
    answer = answer_check(place, asked, dt.datetime.now(dt.UTC))
    print(_json(answer.data) if options.format == "json" else printable(answer.text))
    return 0 if answer.data["is_clean"] else 1


def _compare(options: argparse.Namespace) -> int:
    place = _announced("compare", options)
    from flows.published.answers.compare import answer_compare, write_chart
    from flows.published.answers.states import Asked

    _imported()
    asked = Asked(options.before, options.after, options.period, options.basis, options.profile)
    answer, printed = answer_compare(place, asked, options.by)
    if options.chart:
        say(f"wrote {write_chart(options.chart, printed, options.lang)}")
    print(_json(answer) if options.format == "json" else printable(printed.text(options.lang)))
    return 0


def _preview(options: argparse.Namespace) -> int:
    place = _announced("preview", options)
    from flows.published.answers.preview import Looked, answer_preview, preview_text
    from flows.published.answers.proposals import Typed

    _imported()
    typed = Typed(options.parameter, options.assignment, options.unit, options.first, options.last)
    looked = Looked(options.period, options.basis, options.profile)
    answer = answer_preview(place.warehouse, typed, looked, options.lang)
    if options.format == "json":
        print(_json(answer))
    else:
        text = preview_text(answer, options.format, options.lang)
        print(printable(text) if options.format == "table" else text)
    return 0


def _period_forms() -> str:
    return "; ".join(f"{name}: a {entry.period_word}, as {entry.period_example}" for name, entry in KINDS.items())


def _disclose(options: argparse.Namespace) -> int:
    refuse_other_periods(options.report, options.period)
    place = _announced("disclose", options)
    from flows.published.documents.again import print_again
    from flows.published.documents.written import disclose
    from schemas.disclosures import WHOLE_BOOK

    _imported()
    issue = Issue(options.period, _scope(options) or WHOLE_BOOK, options.lang)
    if options.edition is not None or options.known_at is not None:
        for path in print_again(place, options.report, issue, options.edition, options.known_at):
            print(path)
        return 0
    written = disclose(place, options.report, issue, options.accept)
    if written.waits:
        raise RefusedToPublish(
            f"{written.waits.document} is not issued: {written.waits.changes_count} figure(s) of edition "
            f"{written.waits.signed_number}, which was signed, moved by more than {written.waits.threshold}",
            where=str(place.waiting / written.waits.report / written.waits.period),
            available=f"{written.waits.label}: {written.waits.before} -> {written.waits.after} {written.waits.unit}",
            remedy="read what waits there; to issue it: greenloan disclose ... --accept restatements",
        )
    for path in written.paths:
        print(path)
    return 0


def _sign_off(options: argparse.Namespace) -> int:
    refuse_other_periods(options.report, options.period)
    place = home(options.home)
    say(f"greenloan sign-off: reading {place.disclosures}")
    from flows.published.documents.signing import Certificate, Word, sign_off
    from schemas.disclosures import WHOLE_BOOK

    _imported()
    issue = Issue(options.period, _scope(options) or WHOLE_BOOK, options.lang)
    copy = options.file or Certificate(options.certificate, _passphrase(options.certificate))
    recorded = sign_off(place, options.report, issue, Word(options.edition, options.by, options.at), copy)
    print(recorded.folder)
    return 0


def _passphrase(certificate: Path) -> bytes:
    """Out of the environment, or as it is typed, unseen."""
    passphrase = os.environ.get("GREENLOAN_PASSPHRASE")
    return (getpass(f"passphrase of {certificate}: ") if passphrase is None else passphrase).encode()


def _editions(options: argparse.Namespace) -> int:
    place = home(options.home)
    say(f"greenloan editions: reading {place.disclosures}")
    from flows.published.documents.again import answer_editions, editions_text

    _imported()
    rows = answer_editions(place)
    print(_json(rows) if options.format == "json" else printable(editions_text(rows, options.lang)))
    return 0


def _explain(options: argparse.Namespace) -> int:
    warehouse = options.warehouse or home(options.home).warehouse
    say(f"greenloan explain: reading {warehouse}")
    from flows.published.receipts.explained import answer_explain, explain_text

    _imported()
    answer = answer_explain(warehouse, options.code, options.lang)
    print(_json(answer) if options.format == "json" else printable(explain_text(answer, options.lang)))
    return 0 if answer["is_equal"] else 1


def _evidence(options: argparse.Namespace) -> int:
    place = _announced("evidence", options)
    from flows.published.evidence.pack import write_evidence

    _imported()
    written = write_evidence(place, options.period, _scope(options), options.out)
    say(f"{written['figures']} figures, {len(written['documents'])} document(s)")
    for name in written["missing"]:
        say(f"left out, its file is not the one that was published: {name}")
    for name in written["too_large"]:
        say(f"left out, the book has more rows than a sheet holds; pack a quarter or a lender: {name}")
    print(written["out"])
    return 0


def _verify_figure(options: argparse.Namespace) -> int:
    place = _announced("verify", options)
    from flows.published.verification.paper import write_paper

    _imported()
    written = write_paper(place, options.level, options.period, _scope(options), options.out)
    say(f"figure {written['figure']:,.2f} tCO2e, materiality {written['materiality']:,.2f} t")
    for population, count in written["drawn"].items():
        say(f"{population}: {count} to look at")
    print(written["out"])
    return 0


def _status(options: argparse.Namespace) -> int:
    place = _announced("status", options)
    from flows.published.status import answer_status, status_text

    _imported()
    status = answer_status(place, dt.datetime.now(dt.UTC), options.lang)
    print(_json(status) if options.format == "json" else printable(status_text(status, options.lang)))
    return 0


def _verify(options: argparse.Namespace) -> int:
    place = home(options.home)
    say(f"greenloan verify-landing: reading {place.landing}")
    from flows.landing.verification import verification_text, verify_landing

    _imported()
    found = verify_landing(place)
    print(printable(verification_text(found, place)))
    return EnvironmentFailure.exit_code if found.faults else 0


def _templates(options: argparse.Namespace) -> int:
    say(f"greenloan templates: writing into {options.folder}")
    from flows.home.settings_file import read_settings
    from flows.pages.templates import write_templates
    from schemas.deliveries import DELIVERIES

    _imported()
    place, folder = home(options.home), options.folder.resolve()
    is_own = place.root in folder.parents and place.inbox not in {folder, *folder.parents}
    if is_own and (group := read_settings(place.settings, DELIVERIES).group):
        give_folder(place, group, folder)
    for path in write_templates(options.folder):
        print(path)
    return 0


def _imported() -> None:
    """What is imported by now stays: no collection of garbage, held off since the start, has to go through it."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _announced(command: str, options: argparse.Namespace) -> Home:
    place = home(options.home)
    say(f"greenloan {command}: reading {place.warehouse}")
    return place


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date; write it as 2025-06-30") from error


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"'{text}' is not the number of an edition: 1, 2, ...")
    return int(text)


def _moment(text: str) -> dt.datetime:
    try:
        return moment_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
