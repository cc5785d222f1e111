"""The command line: each command builds its settings, calls one function and prints what comes back.

Help exists in two languages, so the commands are built when the language is known. What is heavy is imported by the
command that needs it, so that `docpipe --help` is quick.
"""

from __future__ import annotations

import copy
import io
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click
import msgspec
from click.shell_completion import get_completion_class

from docpipe import __version__, formats, settings
from docpipe.cli_texts import cli_text
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.settings import DocxStyle, Numbering, Policy, Reprocess, Settings, Target, TrackChanges
from docpipe.texts import Language, user_language

if TYPE_CHECKING:
    from docpipe.model import BlockType, Document
    from docpipe.run_cli import LogFormat

CONFIG = Path("docpipe.toml")
SITE_RULES = "site.rules.toml"
STANDARD_STREAM = "-"
LOG_FORMATS = ("text", "json")
LAYOUTS = ("table", "json", "csv")
EXPORTS = ("jsonl", "sections-jsonl", "csv", "opensearch")
_Struct = TypeVar("_Struct", bound=msgspec.Struct)
_INTERRUPTED = 130
_USAGE = 2
_HELP_WIDTH = {"en": 90, "zh": 60}  # Chinese characters are two columns wide


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: done; 1: some files failed, or were converted only partly; 2: usage, settings, nothing to convert; 130:
    interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(given)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character shows its code.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = commands(language).main(
            given or ["--help"], prog_name="docpipe", standalone_mode=False, obj=language
        )
    except click.UsageError as error:
        return _usage_error(error, language)
    except DocpipeError as error:
        return _fail(error, language, error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo(cli_text("interrupted", language), err=True)
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the outermost boundary: a sentence after the traceback
        traceback.print_exc()
        detail = f"{type(error).__name__}: {error}"
        return _fail(DocpipeError(ErrorCode.INTERNAL, detail), language, 1)
    return int(code or 0)


def _language(arguments: Sequence[str]) -> Language:
    """The language that `--lang` names anywhere, else the user's. A wrong one is click's to refuse."""
    for position, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            value = value or "".join(arguments[position + 1 : position + 2])
            if value == "zh":
                return "zh"
            if value == "en":
                return "en"
    return user_language()


def commands(language: Language) -> click.Group:
    """The command `docpipe` with all its subcommands, its help in the given language."""
    targets = ",".join(get_args(Target))
    sources = ", ".join(row.name for row in formats.FORMATS if row.reader)
    stdin_format = _option(
        language, "--from", "source_format", help="from", type=click.Choice(sources.split(", "))
    )
    stdin_format.help = (stdin_format.help or "").format(formats=sources)
    target_option = _option(language, "-t", "--targets", help="targets")
    target_option.help = (target_option.help or "").format(targets=targets)
    config = _option(language, "--config", help="config", type=click.Path(path_type=Path))
    site_rules = _option(language, "--site-rules", help="site-rules")
    jobs = _option(language, "-j", "--jobs", help="jobs", type=click.IntRange(min=0))
    group = _Group(
        "docpipe",
        help=cli_text("docpipe", language),
        params=[
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_print_version,
                help=cli_text("version", language),
            ),
            *_common(language),
        ],
        options_metavar=cli_text("[OPTIONS]", language),
        subcommand_metavar=cli_text("COMMAND [ARGS]...", language),
        add_help_option=False,
    )
    file = click.Argument(["file"], metavar="FILE", type=click.Path(path_type=Path))
    paths = click.Argument(
        ["paths"], metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path)
    )
    shell = click.Argument(["shell"], type=click.Choice(["bash", "zsh", "fish"]))
    policy_options = [
        _option(language, "--policy", help="policy", type=click.Choice(get_args(Policy))),
        _option(language, "--cut-at", help="cut-at", type=click.FloatRange(0, 1)),
    ]
    password = _option(language, "--password", help="password")
    read_options = [
        _option(
            language,
            "--track-changes",
            help="track-changes",
            type=click.Choice(get_args(TrackChanges)),
        ),
        _option(language, "--pages", help="pages"),
        password,
    ]
    docx_options = [
        _option(language, "--style", help="style", type=click.Choice(get_args(DocxStyle))),
        _option(language, "--numbering", help="numbering", type=click.Choice(get_args(Numbering))),
        _option(language, "--reference-doc", help="reference-doc"),
    ]
    run_options = [
        _option(language, "-o", "--output", help="output"),
        target_option,
        *docx_options,
        jobs,
        config,
        site_rules,
        *policy_options,
        *read_options,
        _flag(language, "--no-report-text"),
        click.Option(["--no-archive"], is_flag=True, help=cli_text("no-archive", language)),
        _flag(language, "--no-quarantine"),
        _flag(language, "-q", "--quiet"),
        _flag(language, "-v", "--verbose"),
        click.Option(
            ["--log-format"],
            type=click.Choice(LOG_FORMATS),
            default=LOG_FORMATS[0],
            help=cli_text("log-format", language),
        ),
    ]
    convert_options = [
        *run_options,
        _option(language, "--reprocess", help="reprocess", type=click.Choice(get_args(Reprocess))),
        _flag(language, "--prune"),
        _flag(language, "--dry-run"),
        _flag(language, "--fail-fast"),
        stdin_format,
    ]
    show_options = [
        click.Option(
            ["--removed", "removed_only"], is_flag=True, help=cli_text("removed-only", language)
        ),
        _flag(language, "--explain"),
        *policy_options,
        *read_options,
        config,
        site_rules,
        stdin_format,
    ]
    group.add_command(_command(language, "convert", _convert, [paths, *convert_options]))
    folder = click.Argument(
        ["folder"], metavar="[INPUT]", required=False, type=click.Path(path_type=Path)
    )
    group.add_command(_command(language, "watch", _watch, [folder, *run_options]))
    status_options: list[click.Parameter] = [
        _option(language, "-o", "--output", help="status-output"),
        config,
    ]
    group.add_command(_command(language, "status", _status, status_options))
    group.add_command(_command(language, "show", _show, [file, *show_options]))
    restore_options = [
        click.Option(["--rule", "rules"], multiple=True, help=cli_text("restore-rule", language)),
        click.Option(
            ["--block", "blocks"], multiple=True, type=int, help=cli_text("restore-block", language)
        ),
        click.Option(["--all", "everything"], is_flag=True, help=cli_text("restore-all", language)),
        _flag(language, "--remember"),
        _option(language, "-o", "--output", help="output"),
        target_option,
        *docx_options,
        config,
        site_rules,
    ]
    learn_options = [
        _option(language, "-o", "--output", help="learn-output"),
        _option(language, "--min-documents", help="min-documents", type=click.IntRange(min=2)),
        jobs,
        config,
    ]
    source = click.Argument(["source"], metavar="SOURCE", type=click.Path(path_type=Path))
    group.add_command(_command(language, "restore", _restore, [source, *restore_options]))
    group.add_command(_command(language, "learn", _learn, [paths, *learn_options]))
    inputs = click.Argument(["sources"], metavar="INPUT", type=click.Path(path_type=Path))
    outputs = click.Argument(["output"], metavar="OUTPUT", type=click.Path(path_type=Path))
    group.add_command(_command(language, "verify", _verify, [inputs, outputs, password]))
    for command in _archive_commands(language, config):
        group.add_command(command)
    group.add_command(_command(language, "formats", _formats, []))
    group.add_command(_command(language, "schema", _schema, []))
    group.add_command(_command(language, "completion", _completion, [shell]))
    return group


def _archive_commands(language: Language, config: click.Option) -> list[click.Command]:
    """The commands that fill, prove, search and hand on the archive (`archive_cli.py`)."""
    archive = _option(language, "--archive", help="archive-file", type=click.Path(path_type=Path))
    layout = _option(language, "--format", help="layout", type=click.Choice(LAYOUTS))
    action = click.Argument(["action"], type=click.Choice(["add", "check", "rebuild"]))
    paths = click.Argument(
        ["paths"], metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path)
    )
    words = click.Argument(["query"], metavar="[QUERY]", required=False)
    file = click.Path(path_type=Path)
    metadata = _option(language, "--metadata", help="metadata", type=file)
    search_options: list[click.Parameter] = [
        archive,
        _option(language, "--year", help="year"),
        _option(language, "--org", "organization", help="org"),
        _option(language, "--kind", help="kind"),
        layout,
        _option(language, "--limit", help="limit", type=click.IntRange(min=0)),
        _option(language, "--similar", help="similar", type=file),
        config,
    ]
    export_options: list[click.Parameter] = [
        click.Option(
            ["--to"], required=True, type=click.Choice(EXPORTS), help=cli_text("to", language)
        ),
        archive,
        _option(language, "-o", "--output", help="export-output"),
        _option(language, "--url", help="url"),
        _option(language, "--index", help="index"),
        _option(language, "--tokens", help="tokens", type=click.IntRange(min=16)),
        config,
    ]
    return [
        _command(
            language, "archive", _later("archive"), [action, paths, archive, metadata, config]
        ),
        _command(language, "search", _later("search"), [words, *search_options]),
        _command(language, "dedupe", _later("dedupe"), [archive, layout, config]),
        _command(language, "export", _later("export"), export_options),
    ]


def _later(name: str) -> Callable[..., int]:
    """A function of `archive_cli.py`, loaded when its command is run; it gets the settings for `config`."""

    def run(language: Language, config: Path | None, **options: Any) -> int:
        from docpipe import archive_cli

        function: Callable[..., int] = getattr(archive_cli, name)
        return function(language, _settings(config), **options)

    return run


class _Formatter(click.HelpFormatter):
    """Help with its headings in the user's language."""

    def __init__(self, language: Language) -> None:
        super().__init__(max_width=_HELP_WIDTH[language])
        self.language = language

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, cli_text("Usage:", self.language) + " ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(cli_text(heading, self.language))


class _Context(click.Context):
    """A context whose `obj` is the language."""

    def make_formatter(self) -> click.HelpFormatter:
        return _Formatter(self.obj)


class _Command(click.Command):
    context_class = _Context


class _Group(click.Group):
    context_class = _Context

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            raise click.UsageError(cli_text("no-such-command", ctx.obj).format(name=args[0]), ctx)
        return super().resolve_command(ctx, args)


def _command(
    language: Language, name: str, callback: Callable[..., int], params: list[click.Parameter]
) -> click.Command:
    return _Command(
        name,
        callback=click.pass_obj(callback),
        params=[*params, *_common(language)],
        help=cli_text(name, language),
        options_metavar=cli_text("[OPTIONS]", language),
        add_help_option=False,
    )


def _common(language: Language) -> list[click.Parameter]:
    return [
        click.Option(
            ["--lang"],
            type=click.Choice(get_args(Language)),
            expose_value=False,
            help=cli_text("lang", language),
        ),
        click.Option(
            ["-h", "--help"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_help,
            help=cli_text("help", language),
        ),
    ]


def _option(
    language: Language, *names: str, help: str, type: click.ParamType[Any] | None = None
) -> click.Option:
    return click.Option(names, type=type, help=cli_text(help, language))


def _flag(language: Language, *names: str) -> click.Option:
    return click.Option(names, is_flag=True, help=cli_text(names[-1].removeprefix("--"), language))


def _print_help(context: click.Context, option: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(context.get_help(), color=context.color)
        context.exit()


def _print_version(context: click.Context, option: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(f"docpipe {__version__}")
        context.exit()


def _convert(
    language: Language,
    paths: tuple[Path, ...],
    dry_run: bool,
    fail_fast: bool,
    prune: bool,
    quiet: bool,
    verbose: bool,
    log_format: LogFormat,
    source_format: str | None,
    **options: Any,
) -> int:
    chosen = _run_settings(**options)
    if options["output"] == STANDARD_STREAM or Path(STANDARD_STREAM) in paths:
        targets = None if options["targets"] is None else chosen.targets
        target = _only_target(language, options["output"], targets)
        return _convert_to_stdout(language, paths, target, source_format, chosen)
    if source_format:
        raise click.UsageError(cli_text("from-without-stdin", language))
    from docpipe import run_cli

    try:
        if dry_run:
            return run_cli.dry_run(language, paths, chosen)
        summary = run_cli.convert(
            language,
            paths,
            chosen,
            fail_fast=fail_fast,
            prune=prune,
            quiet=quiet,
            verbose=verbose,
            log_format=log_format,
        )
    except DocpipeError as error:
        # Whatever ends a run before or beside its files is a matter of usage and settings.
        return _fail(error, language, _USAGE)
    return summary.exit_code


def _watch(
    language: Language,
    folder: Path | None,
    quiet: bool,
    verbose: bool,
    log_format: LogFormat,
    **options: Any,
) -> int:
    from docpipe import run_cli

    chosen = _run_settings(**options)
    try:
        return run_cli.follow(
            language,
            folder or Path(chosen.input),
            chosen,
            quiet=quiet,
            verbose=verbose,
            log_format=log_format,
        )
    except DocpipeError as error:
        return _fail(error, language, _USAGE)


def _status(language: Language, output: str | None, config: Path | None) -> int:
    from docpipe import run_cli

    return run_cli.status(language, _chosen(_settings(config), {"output": output}))


def _run_settings(
    config: Path | None,
    output: str | None,
    targets: str | None,
    style: DocxStyle | None,
    numbering: Numbering | None,
    reference_doc: str | None,
    jobs: int | None,
    site_rules: str | None,
    policy: Policy | None,
    cut_at: float | None,
    track_changes: TrackChanges | None,
    pages: str | None,
    password: str | None,
    no_report_text: bool,
    no_archive: bool,
    no_quarantine: bool,
    reprocess: Reprocess | None = None,
) -> Settings:
    """The settings of a run, from the settings file and the options of `convert` or `watch`."""
    options: dict[str, Any] = {"output": output, "jobs": jobs, "reprocess": reprocess}
    options["site_rules"] = site_rules
    options["targets"] = None if targets is None else _targets(targets)
    options["report_text"] = False if no_report_text else None
    options["archive"] = False if no_archive else None
    options["quarantine"] = False if no_quarantine else None
    base = _with_policy(_settings(config), policy, cut_at)
    base = _with_docx(base, style, numbering, reference_doc)
    return _chosen(_read_as(base, track_changes, pages, password), options)


def _chosen(base: _Struct, options: Mapping[str, Any]) -> _Struct:
    """The settings with the options that were given."""
    given = {name: value for name, value in options.items() if value is not None}
    return msgspec.structs.replace(base, **given)


def _read_as(
    base: Settings, track_changes: TrackChanges | None, pages: str | None, password: str | None
) -> Settings:
    options = {"track_changes": track_changes, "pages": pages, "password": password}
    try:
        read = _chosen(base.read, options)
    except ValueError as error:
        raise DocpipeError(ErrorCode.BAD_SETTINGS, str(error)) from error
    return msgspec.structs.replace(base, read=read)


def _with_docx(
    base: Settings, style: DocxStyle | None, numbering: Numbering | None, reference_doc: str | None
) -> Settings:
    options = {"style": style, "numbering": numbering, "reference_doc": reference_doc}
    return msgspec.structs.replace(base, docx=_chosen(base.docx, options))


def _with_policy(base: Settings, policy: Policy | None, cut_at: float | None) -> Settings:
    options = {"policy": policy, "cut_at": cut_at}
    return msgspec.structs.replace(base, clean=_chosen(base.clean, options))


def _restore(
    language: Language,
    source: Path,
    rules: tuple[str, ...],
    blocks: tuple[int, ...],
    everything: bool,
    remember: bool,
    output: str | None,
    targets: str | None,
    style: DocxStyle | None,
    numbering: Numbering | None,
    reference_doc: str | None,
    config: Path | None,
    site_rules: str | None,
) -> int:
    if not (rules or blocks or everything):
        raise click.UsageError(cli_text("restore-what", language))
    from docpipe import denials
    from docpipe.batch.run import run
    from docpipe.batch.sources import source_path
    from docpipe.console import summary_lines

    base = _with_docx(_settings(config), style, numbering, reference_doc)
    options = {"output": output, "targets": None if targets is None else _targets(targets)}
    base = _chosen(base, {**options, "site_rules": site_rules, "reprocess": "all"})
    added = denials.denials(source_path(source, Path(base.input)), rules, blocks, everything)
    summary = run([source], denials.with_denials(base, added), write_reports=False)
    for line in summary_lines(summary, language):
        click.echo(line)
    if remember and summary.exit_code == 0:
        denials.remember(config or CONFIG, added)
        click.echo(cli_text("remembered", language).format(name=config or CONFIG))
    elif not remember:
        click.echo(cli_text("not-remembered", language))
    return summary.exit_code


def _learn(
    language: Language,
    paths: tuple[Path, ...],
    output: str | None,
    min_documents: int | None,
    jobs: int | None,
    config: Path | None,
) -> int:
    from docpipe import learn
    from docpipe.batch.recurring import MIN_DOCUMENTS
    from docpipe.console import Progress, error_line

    chosen = _chosen(_settings(config), {"jobs": jobs})
    file = Path(output or SITE_RULES)
    terminal = sys.stderr.isatty()
    progress = Progress(language, quiet=not terminal, verbose=False, terminal=terminal)
    try:
        learned = learn.learn(
            paths,
            chosen,
            rules_file=file,
            min_documents=MIN_DOCUMENTS if min_documents is None else min_documents,
            observe=progress,
        )
    finally:
        progress.close()
    for failure in learned.failures:
        click.echo(error_line(failure.error(), language), err=True)
    if output == STANDARD_STREAM:
        sys.stdout.buffer.write(learned.text().encode())
    else:
        learn.write(learned, file)
        click.echo(
            cli_text("learned", language).format(
                documents=learned.documents, rules=len(learned.rules), file=file
            )
        )
    return int(bool(learned.failures))


def _settings(config: Path | None) -> Settings:
    if config is None and not CONFIG.exists():
        return Settings()
    return settings.load(config or CONFIG)


def _targets(names: str) -> tuple[Target, ...]:
    """Targets from "json,docx". Raises DocpipeError(BAD_SETTINGS)."""
    chosen = dict.fromkeys(name.strip() for name in names.split(",") if name.strip())
    try:
        return msgspec.convert(tuple(chosen), tuple[Target, ...])
    except msgspec.ValidationError as error:
        known = ", ".join(get_args(Target))
        raise DocpipeError(ErrorCode.BAD_SETTINGS, f"-t {names} ({known})") from error


def _only_target(
    language: Language, output: str | None, targets: tuple[Target, ...] | None
) -> Target:
    if output != STANDARD_STREAM:
        raise click.UsageError(cli_text("stdin-to-stdout", language))
    if targets is None:
        return "json"
    if len(targets) != 1:
        raise click.UsageError(cli_text("stdout-one-target", language))
    return targets[0]


def _convert_to_stdout(
    language: Language,
    paths: Sequence[Path],
    target: Target,
    source_format: str | None,
    chosen: Settings,
) -> int:
    if len(paths) != 1:
        raise click.UsageError(cli_text("stdout-one-file", language))
    from docpipe.console import warning_lines
    from docpipe.pipeline import write

    document, _ = _document(language, paths[0], source_format, chosen)
    sys.stdout.buffer.write(write(document, target, chosen))
    for line in warning_lines(document, language):
        click.echo(line, err=True)
    return 0


def _document(
    language: Language, path: Path, source_format: str | None, chosen: Settings
) -> tuple[Document, list[BlockType]]:
    """The document of a file or of standard input, converted, and its blocks as they were read."""
    from docpipe.batch.sources import source_path
    from docpipe.beside import Beside
    from docpipe.model import nothing_beside
    from docpipe.pipeline import load, read, refine

    stdin = str(path) == STANDARD_STREAM
    if source_format and not stdin:
        raise click.UsageError(cli_text("from-without-stdin", language))
    data = sys.stdin.buffer.read() if stdin else load(path, chosen)
    name = "stdin" if stdin else path.name
    called = name if stdin else source_path(path, Path(chosen.input))
    beside = nothing_beside if stdin else Beside(path, chosen.limits).find
    document = read(data, name, called, source_format or "", chosen, beside)
    if document.pipeline is not None:  # docpipe's own JSON: what was read before is gone
        return document, []
    as_read = [copy.copy(block) for block in document.blocks]
    return refine(document, chosen), as_read


def _show(
    language: Language,
    file: Path,
    removed_only: bool,
    explain: bool,
    policy: Policy | None,
    cut_at: float | None,
    track_changes: TrackChanges | None,
    pages: str | None,
    password: str | None,
    config: Path | None,
    site_rules: str | None,
    source_format: str | None,
) -> int:
    from docpipe import console

    base = _with_policy(_settings(config), policy, cut_at)
    chosen = _chosen(_read_as(base, track_changes, pages, password), {"site_rules": site_rules})
    document, as_read = _document(language, file, source_format, chosen)
    if removed_only:
        lines = console.removed_lines(document, language)
    elif explain:
        lines = console.explanation_lines(document, as_read, language)
    else:
        lines = console.outline_lines(document, as_read, language)
    for line in lines:
        click.echo(line)
    for line in console.warning_lines(document, language):
        click.echo(line, err=True)
    return 0


def _verify(language: Language, sources: Path, output: Path, password: str | None) -> int:
    from docpipe.console import finding_lines
    from docpipe.verify import verify_run

    compared, wrong = 0, 0
    for verdict in verify_run(sources, output, password or ""):
        compared += 1
        wrong += bool(verdict.findings or verdict.error)
        for line in finding_lines(verdict, language):
            click.echo(line)
    click.echo(cli_text("verified", language).format(compared=compared, wrong=wrong))
    return 1 if wrong else 0


def _formats(language: Language) -> int:
    for row in formats.FORMATS:
        uses = {"format-read": row.reader, "format-write": row.writer}
        able = "/".join(cli_text(use, language) for use, function in uses.items() if function)
        title = cli_text(f"format-{row.name}", language)
        click.echo(f"{row.name:5} {' '.join(row.suffixes):30} {title} ({able})")
    return 0


def _schema(language: Language) -> int:
    from docpipe.schema import json_schema

    text = msgspec.json.format(msgspec.json.encode(json_schema()), indent=2)
    click.echo(text.decode())
    return 0


def _completion(language: Language, shell: str) -> int:
    kind = get_completion_class(shell)
    assert kind is not None  # `shell` is one of those that click knows
    click.echo(kind(commands(language), {}, "docpipe", "_DOCPIPE_COMPLETE").source())
    return 0


def _fail(error: DocpipeError, language: Language, code: int) -> int:
    from docpipe.console import error_line

    message = error_line(error, language)
    click.echo(cli_text("error", language).format(message=message), err=True)
    return code


def _usage_error(error: click.UsageError, language: Language) -> int:
    """Print click's complaint in the user's language."""
    message = _usage_message(error, language)
    click.echo(cli_text("error", language).format(message=message), err=True)
    command = error.ctx.command_path if error.ctx else "docpipe"
    click.echo(cli_text("try-help", language).format(command=command), err=True)
    return error.exit_code


def _usage_message(error: click.UsageError, language: Language) -> str:
    if isinstance(error, click.NoSuchOption):
        return cli_text("no-such-option", language).format(name=error.option_name)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return cli_text("missing", language).format(name=error.param.human_readable_name)
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = "/".join(error.param.opts)
        return cli_text("bad-value", language).format(name=name, message=error.message)
    if type(error) is click.UsageError:
        return error.message
    return cli_text("usage", language).format(message=error.format_message())
