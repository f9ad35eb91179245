import manifest from '../package.json' with { type: 'json' };

/** The version of the connector, as live, health and the log say it. */
export const VERSION: string = manifest.version;
