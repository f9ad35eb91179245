/** `npm run openapi`: writes the HTTP contract to docs/openapi.json. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openApiDocument } from '../shared/http/contract/openapi.ts';

const FILE = path.join(import.meta.dirname, '..', 'docs', 'openapi.json');

await writeFile(FILE, `${JSON.stringify(openApiDocument(), null, 2)}\n`);
console.log(`Written: ${FILE}`);
