"""Counts sleep: which place does the time between two samples of a thread belong to?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from graders.kit.instruments.blocking.findings import PendingFinding
from graders.kit.instruments.blocking.sleep.clock_sample import ClockSample, family_of_wait
from graders.kit.instruments.blocking.sleep.meter import SleepMeter
from graders.kit.instruments.blocking.sleep.observation import Observation
from graders.kit.instruments.blocking.stacks import CallSite
from graders.kit.instruments.blocking.steps import Step

OnSleep = Callable[[Step, CallSite, str, float, PendingFinding | None], None]
"""Called with a step, a call site, a family, the seconds that the step has slept there in all, and
the finding of the intercepted minor call that it slept in, if any; again, with more, while it goes
on."""


class SleepCounter:
    """Adds up sleep by step and place, and calls `on_sleep` when it is above the meter's limit."""

    def __init__(self, on_sleep: OnSleep) -> None:
        self._on_sleep = on_sleep
        self._postponed: list[Observation] = []

    def postponed_threads(self) -> set[int]:
        """The threads of which something could not be decided yet."""
        return {observation.thread for observation in self._postponed}

    def count(
        self,
        meter: SleepMeter,
        before: Observation,
        previous: ClockSample,
        now: Observation,
        surplus: int,
    ) -> None:
        """Count what the thread has slept between the samples `previous` and `now.last`.

        If it is where it was, that is simple. If it has moved on, nobody saw when:

        - It may have slept on for a while at the old place. That counts for the old place if it was
          certainly asleep there at the earlier sample.
        - It may have slept at the new place already, for instance when the watchdog was held up for
          100 ms: that counts for the new place, or a busy machine would hide whole sleeps.

        Of an unknown call nothing better is known, and the same sleep may count for both. But for
        an intercepted call we know when it returned, so that the sleep can be divided: what came
        before that time cannot be longer than up to then, what came after cannot be longer than
        since then. Otherwise two waits on one line would add up to more than the line took.
        """
        step = now.step
        same_step = before.step is step
        same = same_step and (before.at, before.call) == (now.at, now.call)
        returned = before.call.returned if before.call is not None and not same else None
        if same_step and not same and previous.surely_asleep:
            old_place = replace(
                before,
                since=previous,
                last=now.last,
                banked=before.slept_before,
                until=returned,
                owed=0,
            )
            self._credit(meter, old_place)
        now.since = meter.count_from(before.since if same else None, previous, now.last)
        if same and now.since is before.since:
            # One long sleep, measured from its beginning each time.
            now.banked, now.owed = before.banked, before.owed
        else:
            # One more sleep at this place, in addition to those of before.
            now.banked = now.slept_before if meter.adds_up else 0
            if same_step and returned is not None:
                slept = meter.slept(now.since, now.last)
                now.owed = max(0, slept - (now.last.now - returned))
        self._credit(meter, now, surplus)

    def _credit(self, meter: SleepMeter, observation: Observation, surplus: int = 0) -> None:
        """Add the sleep of an observation to its place, and report the place if it is enough.

        `surplus` nanoseconds before its last sample do not count.
        """
        step, at = observation.step, observation.at
        slept = meter.slept(observation.since, observation.last) - surplus - observation.owed
        if observation.until is not None:
            slept = min(slept, observation.until - observation.since.now)
        if step is None or at is None or at.watched is None or slept <= 0:
            return
        if not (surplus or meter.is_final(observation.last, observation.last)):
            # The thread was ready at its last sample. What looks like sleep may turn out to have
            # been time in a queue, when the kernel counts that: see `SleepMeter.is_final`.
            self._postponed.append(observation)
            return
        total = step.observed.slept[observation.place] = observation.banked + slept
        site = at.call_site
        # A `print` waits for whoever reads the standard output, which is not the program's fault.
        # One that was seen waiting for something else has no such excuse.
        elsewhere = observation.call is not None or (
            observation.since.surely_asleep or observation.last.surely_asleep
        )
        if total > meter.limit and site is not None and (elsewhere or site.call != "print"):
            family = family_of_wait(observation.since, observation.last) or at.guess_family()
            self._on_sleep(step, site, family, total / 1e9, observation.call)

    def credit_postponed(self, meter: SleepMeter, thread: int, sample: ClockSample) -> None:
        """Credit what could not be decided before, for one thread, if `sample` decides it."""
        postponed, self._postponed = self._postponed, []
        for one in postponed:
            if one.thread != thread or not meter.is_final(one.last, sample):
                self._postponed.append(one)
            else:
                # Measured up to the new sample, less the time since the old one; the other
                # threads as they were then, for what they did since has nothing to do with it.
                settled = replace(one, last=sample.with_others_of(one.last))
                self._credit(meter, settled, sample.now - one.last.now)
