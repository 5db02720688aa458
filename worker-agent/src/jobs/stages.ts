import type { FinishRequest } from '@spawnit/contract';

type Stage = NonNullable<FinishRequest['stages']>[number];

/** What a job has gone through, by wall clock, for display. */
export class Stages {
  readonly list: Stage[] = [];

  constructor(
    private readonly onChange: () => void,
    private readonly now: () => string = () => new Date().toISOString(),
  ) {}

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const stage: Stage = { name, startTime: this.now() };
    this.list.push(stage);
    this.onChange();
    try {
      return await work();
    } finally {
      stage.endTime = this.now();
    }
  }
}
