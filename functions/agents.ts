import { app } from '@azure/functions';
import { agentsUpload } from '../shared/http/agentsUpload.ts';
import { edge, json } from '../shared/http/answers.ts';
import { EVENTS } from '../shared/ports/log.ts';
import { connector, logTo } from './compose.ts';

app.http('agents', {
  methods: ['PUT'],
  authLevel: 'function',
  route: 'v1/agents',
  handler: edge(async (request, log) => {
    const upload = connector().upload();
    const { file, replaceAll } = await agentsUpload(request);
    const { attention, ...counts } = await upload(file, { replaceAll });
    log(EVENTS.agentsUploaded, counts);
    const { encoding, ignoredColumns } = file;
    return json(200, JSON.stringify({ status: 200, ...counts, encoding, ignoredColumns, attention }));
  }, logTo),
});
