// Loaded before the app: each signal takes the next step, and every second one brings the network back.
import dns from 'node:dns';

const STEPS = ['', 'ENOTFOUND', '', 'ECONNREFUSED'];
/** An address of this machine at which nothing listens. */
const NOBODY = '127.0.0.2';
const { lookup } = dns;
let step = 0;

/** @type {(hostname: string, options: import('node:dns').LookupOptions, done: (error: Error) => void) => void} */
dns.lookup = (hostname, options, done) => {
  const fault = STEPS[step % STEPS.length];
  if (fault !== 'ENOTFOUND') return lookup(fault === '' ? hostname : NOBODY, options, done);
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: fault, syscall: 'getaddrinfo' });
  process.nextTick(done, error);
};
process.on('SIGUSR2', () => {
  step += 1;
});
