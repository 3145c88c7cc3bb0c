"""What is done by a worker: many credit notes settled at once."""

from procrastinate.contrib.django import app

from office import jobs
from payments.services import settle_step


@app.task
def settle_credits(key: int) -> None:
    """Settle the credit notes of a batch, step by step; cut off, it goes on where it stopped."""
    with jobs.own_connection():
        batch = settle_step(key)
        while not batch.is_done:
            batch = settle_step(key)
