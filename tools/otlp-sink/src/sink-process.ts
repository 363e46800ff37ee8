// The oracle of the fault tests: a process of its own, so that nothing that happens to the sender happens to it.
import type { SinkAnswer, SinkAnswers, SinkCommand, SinkQuestion } from './sink-messages.ts';
import { SinkRecord } from './sink-record.ts';
import { serveSteps } from './sink-server.ts';
import { StepChoice } from './step-choice.ts';

const choice = new StepChoice();
let record: SinkRecord | undefined;

async function obey(command: SinkCommand): Promise<SinkAnswers[keyof SinkAnswers]> {
  switch (command.kind) {
    case 'start':
      record = new SinkRecord(command.folder);
      return serveSteps(command.listen, choice, record);
    case 'script':
      choice.set(command.steps, command.always);
      return true;
    case 'tally':
    case 'report': {
      if (record === undefined) throw new Error('the sink was not started');
      return command.kind === 'tally' ? record.tally() : record.report();
    }
  }
}

process.on('message', ({ number, command }: SinkQuestion) => {
  const tell = (message: SinkAnswer) => void process.send?.(message);
  obey(command).then(
    (answer) => tell({ number, answer }),
    (error: unknown) => tell({ number, problem: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
