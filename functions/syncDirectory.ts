import { app } from '@azure/functions';
import { describeFault } from '../shared/errors/errors.ts';
import { EVENTS } from '../shared/ports/log.ts';
import { connector, scheduleOf } from './connector.ts';
import { logTo } from './logTo.ts';

app.timer('syncDirectory', {
  schedule: scheduleOf('DIRECTORY_SCHEDULE'),
  handler: async (_timer, context) => {
    const log = logTo(context);
    try {
      await connector().syncDirectory()(log);
    } catch (error) {
      // The next sync comes by itself.
      log(EVENTS.syncFailed, describeFault(error));
    }
  },
});
