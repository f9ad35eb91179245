/** The right to poll when somebody asks: one holder at a time, over all instances. */
export interface PollLease {
  /**
   * Takes the lease for so many milliseconds if nobody holds it.
   * @throws StoreUnavailableError
   */
  take(ms: number): Promise<boolean>;
  /** Keeps a lease for so many milliseconds from now, unless somebody else has it meanwhile. @throws StoreUnavailableError */
  extend(ms: number): Promise<void>;
  /** Gives a lease back before its time is over. @throws StoreUnavailableError */
  release(): Promise<void>;
}
