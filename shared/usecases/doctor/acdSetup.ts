/** What the administrator of the ACD needs: the last table of the set-up guide, the other way round. */
interface AcdSetup {
  readonly baseUrl: string;
  readonly header: string;
  readonly sampleUrl: string;
  readonly variables: string;
  readonly lag: string;
}

/** @param lagSeconds how old data may be at the moment of asking */
export function acdSetup(origin: string, lagSeconds: number): AcdSetup {
  return {
    baseUrl: `${origin}/api/v1/presence`,
    header: "x-functions-key: THE-ACD'S-KEY",
    sampleUrl: `${origin}/api/v1/presence?key=1001`,
    variables: 'status, known, reachable, telStatus, telStatusText, rule, stale, ageSeconds, error, message',
    lag: `Microsoft's own delay (seconds, at worst about a minute) + ${lagSeconds} s + your own interval of asking`,
  };
}
