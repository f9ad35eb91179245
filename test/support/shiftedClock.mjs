// Loaded before the app: a signal sets the process's clock back by ten minutes, and the next one right again.
const BACK_MS = 600_000;
const { Date: TrueDate } = globalThis;
let offsetMs = 0;
const now = () => TrueDate.now() - offsetMs;

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, parameters, newTarget) =>
    Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget),
  apply: () => new TrueDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
process.on('SIGUSR2', () => {
  offsetMs = offsetMs === 0 ? BACK_MS : 0;
  process.stderr.write('the signal is taken\n');
});
