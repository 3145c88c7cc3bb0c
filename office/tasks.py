"""Upkeep: of the queue, of sessions and logins."""

from django.core.management import call_command
from django.utils.timezone import now
from procrastinate.contrib.django import app

from office import jobs, keeping, sealing, visitors


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="office.resume_stalled_jobs")
async def resume_stalled_jobs(timestamp: int) -> None:
    """Each minute: what a killed worker left half done is done again."""
    await jobs.resume_stalled()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="office.seal_events")
def seal_events(timestamp: int) -> None:
    """Each minute: what the event log was told since is sealed."""
    sealing.seal_events()


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="office.forget_old_jobs")
async def forget_old_jobs(timestamp: int) -> None:
    """Each night: the queue stays short."""
    await jobs.forget_old()


@app.periodic(cron="23 3 * * *")
@app.task(queueing_lock="office.forget_old_sessions")
def forget_old_sessions(timestamp: int) -> None:
    """Each night: sessions that ended, and failed logins that nobody waits for any more."""
    call_command("clearsessions")
    visitors.forget_failures(now())


@app.periodic(cron="29 3 * * *")
@app.task(queueing_lock="office.forget_old_exports")
def forget_old_exports(timestamp: int) -> None:
    """Each night: files of data that were asked for and are kept no longer."""
    keeping.forget_old(now())
