"""The queue's own upkeep."""

from procrastinate.contrib.django import app

from office import jobs


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="office.resume_stalled_jobs")
async def resume_stalled_jobs(timestamp: int) -> None:
    """Each minute: what a killed worker left half done is done again."""
    await jobs.resume_stalled()


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="office.forget_old_jobs")
async def forget_old_jobs(timestamp: int) -> None:
    """Each night: the queue stays short."""
    await jobs.forget_old()
