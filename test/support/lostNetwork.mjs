// Loaded before the app: each signal takes the next step, and every second one brings the network back.
import dns from 'node:dns';
import net from 'node:net';

const STEPS = ['', 'ENOTFOUND', '', 'ECONNREFUSED'];
/** An address of this machine at which nothing listens. */
const NOBODY = '127.0.0.2';
const { lookup } = dns;
const { connect } = net.Socket.prototype;
/** Connections to what has a name, which are lost with the network; the tables are asked by address. */
const named = new Set();
let step = 0;

/** @type {(hostname: string, options: import('node:dns').LookupOptions, done: (error: Error) => void) => void} */
dns.lookup = (hostname, options, done) => {
  const fault = STEPS[step % STEPS.length];
  if (fault !== 'ENOTFOUND') return lookup(fault === '' ? hostname : NOBODY, options, done);
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: fault, syscall: 'getaddrinfo' });
  process.nextTick(done, error);
};
net.Socket.prototype.connect = function (...options) {
  this.once('lookup', () => named.add(this));
  this.once('close', () => named.delete(this));
  return connect.apply(this, options);
};
process.on('SIGUSR2', () => {
  step += 1;
  // What comes back ends no connection: one may just be made over it.
  if (STEPS[step % STEPS.length] !== '') for (const socket of named) socket.destroy();
  process.stderr.write('the signal is taken\n');
});
