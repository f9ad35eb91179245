export interface StorageProbe {
  /** Writes and deletes a row. @throws StoreUnavailableError */
  write(): Promise<void>;
}
