"""The pages of runbooks as they are installed: the shipped and one's own, what a check finds, and their steps."""

from fastapi import APIRouter, Depends, Response

from incident.auth.dependencies import acting
from incident.errors import NotFound
from incident.phases import Phase
from incident.roles import Action
from incident.runbooks import Checked, Runbook, Task, check
from incident.settings import Settings
from incident.web.frame import Seated
from incident.web.role_words import role_name
from incident.web.views.installed import RunbookRow, RunbooksView, RunbookView, StepView
from incident.web.words import PHASES, kind_of
from notifications.wording import listed, worded

router = APIRouter(include_in_schema=False)
PAGE = "/admin/runbooks"
KEEPER = [Depends(acting(Action.ADMINISTER, programs=False))]


@router.get(PAGE, dependencies=KEEPER)
def show_runbooks(desk: Seated) -> Response:
    """Every runbook of every folder, with what is wrong with it."""
    settings = desk.edge.settings
    own = str(settings.runbooks_folder or "")
    folders = tuple(map(str, settings.runbook_folders))
    view = RunbooksView(runbook_rows(settings), folders, own)
    with desk.edge.read() as session:
        return desk.page("runbooks.html", session, {"view": view})


@router.get(f"{PAGE}/{{kind}}", dependencies=KEEPER)
def show_runbook(desk: Seated, kind: str) -> Response:
    """The steps of the runbook that is in use for a kind of incident."""
    settings = desk.edge.settings
    for checked in check(settings.runbook_folders):
        if checked.runbook is not None and checked.path.stem == kind:
            view = _view(_row(checked, settings), checked.runbook)
            with desk.edge.read() as session:
                return desk.page("runbook.html", session, {"view": view})
    raise NotFound(worded("There is no such runbook in use."))


def runbook_rows(settings: Settings) -> tuple[RunbookRow, ...]:
    """Every file of every folder."""
    return tuple(_row(one, settings) for one in check(settings.runbook_folders) if one.path.suffix == ".toml")


def _row(checked: Checked, settings: Settings) -> RunbookRow:
    runbook, kind = checked.runbook, checked.path.stem
    tasks = runbook.tasks if runbook else ()
    own = settings.runbooks_folder
    return RunbookRow(
        name=checked.path.name,
        title=listed(runbook.title) if runbook else kind_of(kind),
        folder=str(checked.path.parent),
        own=own is not None and checked.path.parent == own,
        href=f"{PAGE}/{kind}" if runbook else "",
        tasks=len(tasks),
        changing=sum(task.changes for task in tasks),
        faults=tuple(map(str, checked.faults)),
        instead=str(checked.instead or ""),
    )


def _view(row: RunbookRow, runbook: Runbook) -> RunbookView:
    phases = tuple(
        (PHASES[phase], tuple(_step(task, runbook) for task in runbook.tasks if task.phase is phase)) for phase in Phase
    )
    return RunbookView(row, runbook.summary, tuple((name, steps) for name, steps in phases if steps))


def _step(task: Task, runbook: Runbook) -> StepView:
    return StepView(
        title=task.title,
        text=task.text,
        role=role_name(task.role),
        offset=task.offset,
        changes=task.changes,
        exact=task.exact,
        keep=tuple(f"{keep.what}: {keep.how}" for keep in task.keep),
        breaks=task.breaks,
        done=task.done,
        sources=tuple((one.title, one.url) for one in runbook.sources if one.id in task.sources),
    )
