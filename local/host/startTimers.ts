import { Cron } from 'croner';
import { readSchedule } from '../../shared/lib/schedule.ts';
import type { HostLog, LoadedApp, RegisteredFunction } from './core.ts';
import { invoke } from './invoke.ts';

interface Timers {
  /**
   * Runs a timer function now, beside its schedule and beside a run that is under way; false when there is none of that
   * name. Source: FunctionsController of Azure/azure-functions-host, which calls the function whatever runs.
   */
  run(name: string): boolean;
  /** Ends the schedules and waits for what is running. */
  stop(): Promise<void>;
}

const TICK = { json: JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: null, IsPastDue: false }) };

/**
 * Fires timer functions on their NCRONTAB schedules, in UTC; a schedule starts no run while its own last one is under way.
 * @param scheduled false leaves them to be run by hand
 */
export function startTimers(app: LoadedApp, scheduled: boolean, log: HostLog): Timers {
  const running = new Set<Promise<void>>();
  const jobs: Cron[] = [];
  const timers = new Map<string, RegisteredFunction>();

  async function fire(fn: RegisteredFunction): Promise<void> {
    try {
      await invoke(app, fn, TICK, log);
    } catch (error) {
      log('error', `${fn.metadata.name} failed: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }

  function start(fn: RegisteredFunction): Promise<void> {
    const run = fire(fn).finally(() => running.delete(run));
    running.add(run);
    return run;
  }

  for (const fn of app.functions) {
    const binding = Object.values(fn.metadata.bindings).find(({ type }) => type === 'timerTrigger');
    if (binding === undefined) continue;
    timers.set(fn.metadata.name.toLowerCase(), fn);
    const schedule = readSchedule(String(binding['schedule']));
    if (schedule === undefined) throw new Error(`${fn.metadata.name}: the schedule is not NCRONTAB.`);
    const onSchedule = { utcOffset: 0, domAndDow: true, protect: true };
    if (scheduled) jobs.push(new Cron(schedule, onSchedule, () => start(fn)));
  }

  return {
    run(name) {
      const fn = timers.get(name.toLowerCase());
      if (fn === undefined) return false;
      void start(fn);
      return true;
    },
    async stop() {
      for (const job of jobs) job.stop();
      while (running.size > 0) await Promise.all(running);
    },
  };
}
