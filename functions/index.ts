import './agents.ts';
import './health.ts';
import './live.ts';
import './pollPresence.ts';
import './presence.ts';
