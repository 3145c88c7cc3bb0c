"""Statements of many clients by workers: on all cores, killed, two at once; made and sent once each."""

import os
import select
import signal
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from clients.models import Mail
from office import tasks as upkeep
from office.models import KeptFile
from statements import tasks
from statements.rounds import handing
from statements.rounds.queries import result_of
from tests.helpers import execute, run_together, work_off
from tests.statements.rounds import MAILED, NOON, a_server, made_whole, owing, prepared


def test_a_worker_makes_them_on_all_cores_and_sends_them(own_database, mailoutbox):
    a_server()
    for rank in range(1, 16):
        owing(f"C-{rank:02d}", f"{rank}.00", **MAILED, email=f"c{rank}@exemple.fr")

    of = prepared(job=tasks.queue_round, sends=True)
    work_off()

    of.refresh_from_db()
    assert of.ended_at is not None
    assert (result_of(of).made, KeptFile.objects.count()) == (15, 15)
    assert sorted(to for message in mailoutbox for to in message.to) == sorted(f"c{n}@exemple.fr" for n in range(1, 16))


WORKER = """
import os, sys
import django
django.setup()
from django.db import connections
connections.settings["default"]["NAME"] = sys.argv[1]
from multiprocessing import active_children
from django.core.management import call_command
from statements.rounds import making
keep = making.keep
def told(*arguments, **options):
    made = keep(*arguments, **options)
    told.steps += 1
    if told.steps == 2:  # within the second step, before it is committed
        print(*[child.pid for child in active_children()], flush=True)
        sys.stdin.read()
    return made
told.steps = 0
making.keep, making.STEP = told, 5
if __name__ == "__main__":
    call_command("procrastinate", "worker", "--one-shot")
"""


def ends_within(seconds: float, *pids: int) -> bool:
    """Whether processes end in time."""
    left = []
    for pid in pids:
        try:
            left.append(os.pidfd_open(pid))
        except ProcessLookupError:
            continue
    ended = [bool(select.select([one], [], [], seconds)[0]) for one in left]
    for one in left:
        os.close(one)
    return all(ended)


def test_a_killed_worker_leaves_no_process_and_another_goes_on_and_sends_none_twice(own_database, mailoutbox, tmp_path):
    a_server()
    for rank in range(1, 21):
        owing(f"C-{rank:02d}", f"{rank}.00", **MAILED, email=f"c{rank}@exemple.fr")
    of = prepared(job=tasks.queue_round, sends=True)
    (tmp_path / "worker.py").write_text(WORKER)
    worker = subprocess.Popen(
        [sys.executable, str(tmp_path / "worker.py"), own_database],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    children = [int(pid) for pid in worker.stdout.readline().split()]

    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()

    assert children
    assert ends_within(20, *children)
    assert result_of(of).made == 5
    silent = timezone.now() - timedelta(minutes=2)
    execute("UPDATE procrastinate_workers SET last_heartbeat = %s", silent)
    upkeep.resume_stalled_jobs.configure(queueing_lock=uuid4().hex).defer(timestamp=0)
    work_off()
    work_off()

    of.refresh_from_db()
    assert (of.ended_at is not None, result_of(of).made, KeptFile.objects.count()) == (True, 20, 20)
    assert sorted(to for message in mailoutbox for to in message.to) == sorted(f"c{n}@exemple.fr" for n in range(1, 21))


def test_mails_cut_off_within_a_step_are_written_once(own_database, monkeypatch):
    monkeypatch.setattr("statements.rounds.handing.STEP", 3)
    a_server()
    for rank in range(1, 9):
        owing(f"C-{rank}", f"{rank}.00", **MAILED, email=f"c{rank}@exemple.fr")
    of = made_whole(prepared(sends=True))
    handing.write_mails(of.pk, at=NOON, job=lambda **_: None)

    class Killed(BaseException):
        pass

    def dies(**_) -> None:
        raise Killed

    with pytest.raises(Killed):
        handing.write_mails(of.pk, at=NOON, job=dies)
    connection.close()
    assert Mail.objects.count() == 3
    while handing.write_mails(of.pk, at=NOON, job=lambda **_: None):
        pass

    assert Mail.objects.count() == 8
    assert Mail.objects.values("recipient").distinct().count() == 8


def test_two_jobs_on_one_round_make_and_send_each_statement_once(own_database):
    a_server()
    for rank in range(1, 9):
        owing(f"C-{rank}", f"{rank}.00", **MAILED, email=f"c{rank}@exemple.fr")
    of = prepared(sends=True)

    def whole() -> None:
        made_whole(of)
        while handing.write_mails(of.pk, at=NOON, job=lambda **_: None):
            pass

    run_together(whole, whole)

    assert (result_of(of).made, KeptFile.objects.count(), Mail.objects.count()) == (8, 8, 8)
