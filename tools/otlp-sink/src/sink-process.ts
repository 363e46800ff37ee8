// The oracle of the fault tests: a process of its own, so that nothing that happens to the sender happens to it.
import { answerParent } from './answering-process.ts';
import type { SinkDialogue } from './sink-dialogue.ts';
import { SinkRecord } from './sink-record.ts';
import { serveSteps } from './sink-server.ts';
import { StepChoice } from './step-choice.ts';

const choice = new StepChoice();
let record: SinkRecord | undefined;

function started(): SinkRecord {
  if (record === undefined) throw new Error('the sink was not started');
  return record;
}

answerParent<SinkDialogue>({
  start: ({ folder, ...listen }) => {
    record = new SinkRecord(folder);
    return serveSteps(listen, choice, record);
  },
  script: ({ steps, always }) => {
    choice.set(steps, always);
    return true;
  },
  tally: () => started().tally(),
  report: () => started().report(),
});
