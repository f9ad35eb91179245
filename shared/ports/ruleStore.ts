/** Uploaded rules, as text. Every method throws StoreUnavailableError when the storage cannot be reached. */
export interface RuleStore {
  /** Id of the rules recorded as current, which a rebuilt presence table starts from; empty for the default rules. */
  current(): Promise<string>;
  /** The rules of an id; undefined when they are gone. */
  read(id: string): Promise<string | undefined>;
  /** Writes rules; nobody uses them until the head names them. */
  write(id: string, rules: string): Promise<void>;
  /** Records the rules as current and removes those before them. An id that is older than the recorded one changes nothing. */
  markCurrent(id: string): Promise<void>;
}
