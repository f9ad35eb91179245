/**
 * The origin of an https address that says nothing else: no user, path, query or fragment, which would be lost or hold a
 * secret. Undefined for any other text.
 */
export function plainAddress(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const { protocol, username, password, pathname, search, hash } = url;
  const isPlain =
    protocol === 'https:' && pathname === '/' && [username, password, search, hash].every(part => part === '');
  return isPlain ? url : undefined;
}
