/** The right to poll in place of the timer: one holder at a time, over all instances. */
export interface PollLease {
  /**
   * Takes the lease for so many milliseconds if nobody holds it.
   * @throws StoreUnavailableError
   */
  take(ms: number): Promise<boolean>;
}
