export { AnsweringProcess, type Answers, answerParent, type Dialogue } from './answering-process.ts';
export { type Sink, type SinkOptions, startSink } from './sink.ts';
export type { PathTally, SinkReport, SinkRequest, SinkTally } from './sink-report.ts';
export type { SinkTls } from './sink-server.ts';
export { type Delay, HEALTHY, type PlainStep, type SinkStep } from './sink-step.ts';
export { createTestAuthority, type TestAuthority, type TestCertificate } from './test-authority.ts';
export { takenAs, tracesBody } from './traces-body.ts';
