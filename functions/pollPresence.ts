import { app } from '@azure/functions';
import { describeFault } from '../shared/errors/errors.ts';
import { EVENTS } from '../shared/ports/log.ts';
import { connector, scheduleOf } from './connector.ts';
import { logTo } from './logTo.ts';

app.timer('pollPresence', {
  schedule: scheduleOf('POLL_SCHEDULE'),
  handler: async (_timer, context) => {
    const log = logTo(context);
    try {
      const { rest } = await connector().poll()(log);
      await rest;
    } catch (error) {
      // A cycle that fails has said why; the next one comes by itself.
      log(EVENTS.pollFailed, describeFault(error));
    }
  },
});
