export type { Clock, Random, TimerHandle, Timers } from './clock.ts';
export type { Attempt, AttemptOutcome, Signal, Transport } from './transport/transport.ts';
