"""The runner of long or repeated work, procrastinate, whose queue lives in our own PostgreSQL.

An app's jobs stand in its tasks.py, each under `@app.task`; whoever wants one done calls its `defer(...)`
within the transaction that gives cause to it, and the job exists if that transaction commits. One worker
runs beside the web server (`manage.py procrastinate worker`), any number elsewhere.
"""

from procrastinate.contrib.django import app

KEPT_HOURS = 30 * 24


async def resume_stalled() -> None:
    """Queue again the jobs that a worker took and, killed, can't have finished; so jobs must be restartable."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)


async def forget_old() -> None:
    """Delete the jobs that ended well more than `KEPT_HOURS` ago; failed ones stay, for who looks into them."""
    await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS)
