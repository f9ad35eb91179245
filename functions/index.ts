import './agents.ts';
import './doctor.ts';
import './health.ts';
import './live.ts';
import './pollPresence.ts';
import './presence.ts';
import './rules.ts';
import './syncDirectory.ts';
