import type { Credentials } from '../domain/signIn/credentials.ts';
import type { SignInMode } from './tokenProvider.ts';

export interface IssuedToken {
  readonly value: string;
  /** Milliseconds since 1970, UTC. */
  readonly expiresAt: number;
}

/** One attempt to sign in. @throws SignInRefusedError, SignInUnavailableError, ProofError */
export type SignIn = (credentials: Credentials, mode: SignInMode) => Promise<IssuedToken>;
